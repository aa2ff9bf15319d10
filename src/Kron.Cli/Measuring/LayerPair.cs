using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kron.Cli.Measuring;

/// <summary>A layer of random factors and the dense layer of the same linear map, both from the same compiler.</summary>
internal sealed class LayerPair
{
    private LayerPair(ILayer kronecker, ILayer dense, LayerInfo info, IReadOnlyList<string> warnings)
    {
        Kronecker = kronecker;
        Dense = dense;
        Info = info;
        Warnings = warnings;
    }

    private delegate void Expansion(Span<float> weight);

    public ILayer Kronecker { get; }

    public ILayer Dense { get; }

    /// <summary>The counts of <see cref="Kronecker"/>.</summary>
    public LayerInfo Info { get; }

    /// <summary>What the analyzer finds unwise.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Compiles both classes and gives them weights.</summary>
    /// <param name="attributes">The attributes of the Kronecker layer, without a bias.</param>
    /// <param name="target">The target to run on; never the best, but one by name.</param>
    /// <param name="cancellation">Stops the compiler.</param>
    public static LayerPair Compile(string attributes, KernelTarget target, CancellationToken cancellation)
    {
        Type type = InProcessCompiler.Compile(attributes, target, out IReadOnlyList<string> warnings, cancellation);
        var info = (LayerInfo)type.GetProperty("Info")!.GetValue(null)!;
        Type denseType = InProcessCompiler.Compile(DenseAttributes(info), target, out _, cancellation);
        var kronecker = (ILayer)Activator.CreateInstance(type, target)!;
        var dense = (ILayer)Activator.CreateInstance(denseType, target)!;
        Samples.Draw(kronecker.Parameters.Length).CopyTo(kronecker.Parameters);
        kronecker.Commit();
        type.GetMethod("ToDense")!.CreateDelegate<Expansion>(kronecker)(dense.Parameters);
        dense.Commit();
        return new LayerPair(kronecker, dense, info, warnings);
    }

    private static string DenseAttributes(LayerInfo info) => info.Window is { } w
        ? FormattableString.Invariant(
            $"[DenseConv({info.OutputSize / w.Pixels}, {w.Channels}, {w.KernelH}, {w.KernelW}, Height = {w.Height}, Width = {w.Width}, StrideH = {w.StrideH}, StrideW = {w.StrideW}, ")
            + FormattableString.Invariant($"PaddingH = {w.PaddingH}, PaddingW = {w.PaddingW}, Bias = BiasMode.None)]")
        : FormattableString.Invariant($"[DenseLayer({info.OutputSize}, {info.InputSize}, Bias = BiasMode.None)]");

    /// <summary>The largest difference between the outputs of both layers for one batch, over the largest output.</summary>
    public double Difference()
    {
        float[] input = Samples.Draw(3 * Info.InputSize);
        float[] expected = new float[3 * Info.OutputSize], actual = new float[expected.Length];
        Dense.Forward(input, expected);
        Kronecker.Forward(input, actual);
        double difference = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        return difference / expected.Max(value => Math.Abs((double)value));
    }
}
