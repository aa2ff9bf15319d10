using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Kron.Generator.Ir;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>Describes a layer to the reader of its generated code.</summary>
internal static class LayerDescription
{
    /// <summary>The equation, shapes, sizes against the dense layer's, and what was chosen for each target.</summary>
    public static IEnumerable<string> Of(LayerSpec spec, IReadOnlyList<LayerProgramIr> programs)
    {
        yield return $"{spec.Type.FullName}: {LayerEquation.Of(spec)}";
        foreach (string attribute in spec.Attributes.Split('\n'))
        {
            yield return "    " + attribute;
        }

        yield return string.Empty;
        yield return $"{CSharpText.Grouped(spec.Inputs)} inputs, {Outputs(spec)}";
        foreach (string shape in Shapes(spec))
        {
            yield return shape;
        }

        foreach (string count in Counts(spec))
        {
            yield return count;
        }

        foreach (LayerProgramIr program in programs)
        {
            yield return string.Empty;
            yield return $"{program.Target.Name}: {Invariant.Count(program.SampleBlock, "sample")} per block, {Bytes(program.Sizes.Packed)} of packed weights (training {Bytes(program.Sizes.TrainingPacked)} more), {Bytes(program.Sizes.ForwardScratch)} of scratch";
            foreach (string choice in program.Description)
            {
                yield return "    " + choice;
            }
        }
    }

    private static string Outputs(LayerSpec spec) => spec.Epilogue.Pieces == 1
        ? $"{CSharpText.Grouped(spec.Outputs)} outputs"
        : $"{CSharpText.Grouped(spec.Outputs)} pre-activations, {CSharpText.Grouped(spec.OutputSize)} outputs";

    private static IEnumerable<string> Shapes(LayerSpec spec)
    {
        if (spec.Window is { } window)
        {
            string stride = window.Pixels == 1 ? string.Empty : $", stride {ShapeText.Pair(window.StrideH, window.StrideW)}";
            string sliding = spec.Kind == LayerKind.BatchNorm
                ? string.Empty
                : $", {(IsPool(spec) ? "window" : "kernel")} {ShapeText.Kernel(window)}{stride}, padding {ShapeText.Pair(window.PaddingH, window.PaddingW)}";
            yield return $"x {ShapeText.Shape(window.Channels, window.Height, window.Width)}, y {ShapeText.Shape(spec.OutputSize / window.Pixels, window.OutHeight, window.OutWidth)}{sliding}";
        }

        switch (spec.Kind)
        {
            case LayerKind.Dense:
                yield return "W " + (spec.Window is { } w ? ShapeText.Shape(spec.Channels, w.Channels, w.KernelH, w.KernelW) : ShapeText.Shape(spec.Outputs, spec.Inputs));
                break;
            case LayerKind.LowRank:
                GroupSpec pair = spec.Groups[0];
                yield return $"V {ShapeText.Shape(pair.R, pair.N1, pair.H1, pair.W1)}, H {ShapeText.Shape(pair.M2, pair.R, pair.H2, pair.W2)}";
                break;
            case LayerKind.Structured:
                StructuredSpec small = spec.Structured!;
                yield return $"α {(spec.Window is null ? ShapeText.Shape(spec.Channels, small.Channels) : ShapeText.Shape(spec.Channels, small.Channels, small.KernelH, small.KernelW))} on sums over {ShapeText.Sums(spec)}";
                break;
            case LayerKind.BatchNorm:
                yield return $"γ, β, μ, σ² {ShapeText.Shape(spec.Channels)}";
                break;
            case LayerKind.Kronecker:
                for (int index = 0; index < spec.Groups.Count; index++)
                {
                    yield return Factors(spec, spec.Groups[index], spec.Groups.Count > 1 ? CSharpText.Literal(index) : string.Empty);
                }

                break;
        }
    }

    private static string Factors(LayerSpec spec, GroupSpec group, string tag)
    {
        string reading = group.Formulation == FormulationKind.Matrix ? string.Empty : $", formulation {group.Formulation}";
        string a = spec.Window is null ? ShapeText.Shape(group.M1, group.N1) : ShapeText.Shape(group.M1, group.N1, group.H1, group.W1);
        string b = spec.Window is null ? ShapeText.Shape(group.M2, group.N2) : ShapeText.Shape(group.M2, group.N2, group.H2, group.W2);
        return $"A{tag} {a}, B{tag} {b}, {CSharpText.Literal(group.R)} product{(group.R == 1 ? "" : "s")}{reading}";
    }

    private static bool IsPool(LayerSpec spec) => spec.Kind is LayerKind.MaxPool or LayerKind.AveragePool;

    /// <summary>Parameters and multiply-adds, and of a layer that stands for a dense one, that one's.</summary>
    private static IEnumerable<string> Counts(LayerSpec spec)
    {
        if (spec.Kind == LayerKind.BatchNorm)
        {
            yield return $"{CSharpText.Grouped(2 * spec.Channels)} parameters";
        }

        if (spec.Kind == LayerKind.BatchNorm || IsPool(spec))
        {
            yield break;
        }

        BigInteger dense = Costs.Dense(spec);
        long denseBias = spec.Epilogue.Bias == BiasKind.None ? 0 : spec.Channels;
        long bias = spec.Epilogue.Bias == BiasKind.PerTerm ? spec.Groups.Sum(group => (long)group.R) * spec.Channels : denseBias;
        yield return Count("parameters", Costs.Parameters(spec) + bias, dense + denseBias, spec.IsDense);
        yield return Count("multiply-adds per sample", Costs.MultiplyAdds(spec), dense * spec.Pixels, spec.IsDense);
    }

    private static string Count(string what, BigInteger count, BigInteger dense, bool isDense) => isDense
        ? $"{CSharpText.Grouped(count)} {what}"
        : $"{CSharpText.Grouped(count)} {what}; a dense layer has {CSharpText.Grouped(dense)}, {Ratio(dense, count)} times as many";

    private static string Ratio(BigInteger dense, BigInteger count) =>
        ((double)dense / (double)count).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Bytes(long floats) => floats < 2048
        ? $"{CSharpText.Grouped(floats * 4)} bytes"
        : $"{CSharpText.Grouped((floats * 4) / 1024)} KiB";
}
