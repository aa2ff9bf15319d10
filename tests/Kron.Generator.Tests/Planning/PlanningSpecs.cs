using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Tests.Planning;

/// <summary>Short ways to write specifications and nodes.</summary>
internal static class PlanningSpecs
{
    public static readonly EpilogueSpec Linear = new(ActivationKind.None, 0, 1, PerTerm: false, BiasKind.None);

    public static readonly EpilogueSpec Relu = Linear with { Activation = ActivationKind.Relu, Bias = BiasKind.Shared };

    public static LayerSpec Layer(EpilogueSpec epilogue, params GroupSpec[] groups) =>
        new(new TypeSpec("", [], "C", "C"), "", groups[0].N1 * groups[0].N2, groups[0].M1 * groups[0].M2, new(groups), null, epilogue);

    public static LayerSpec Dense(EpilogueSpec epilogue, int outputs, int inputs) =>
        new(new TypeSpec("", [], "C", "C"), "", inputs, outputs, [], null, epilogue);

    /// <param name="epilogue">What follows.</param>
    /// <param name="outputs">Rows of the matrix.</param>
    /// <param name="inputs">Its columns.</param>
    /// <param name="small">Columns of α.</param>
    public static LayerSpec Structured(EpilogueSpec epilogue, int outputs, int inputs, int small) =>
        Dense(epilogue, outputs, inputs) with { Kind = LayerKind.Structured, Structured = new StructuredSpec(small, 1, 1) };

    /// <param name="epilogue">What follows.</param>
    /// <param name="channels">Output channels, input channels and those of α.</param>
    /// <param name="image">Height and width.</param>
    /// <param name="kernel">Height and width of the kernel, then of α.</param>
    /// <param name="stride">By axis.</param>
    /// <param name="padding">By axis.</param>
    public static LayerSpec Structured(EpilogueSpec epilogue, int[] channels, int[] image, int[] kernel, int[] stride, int[] padding)
    {
        var window = new WindowSpec(channels[1], image[0], image[1], kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1]);
        return Dense(epilogue, channels[0] * window.Pixels, channels[1] * image[0] * image[1]) with
        {
            Kind = LayerKind.Structured,
            Window = window,
            Structured = new StructuredSpec(channels[2], kernel[2], kernel[3]),
        };
    }

    public static Tensor PerSample(string name, Region region, params int[] extents) => new(name, region, new(extents), PerSample: true);

    public static Tensor Shared(string name, Region region, params int[] extents) => new(name, region, new(extents), PerSample: false);

    public static Access At(Tensor tensor, params string[] dims) => new(tensor, dims.Select(d => AxisIndex.Of((d, 1))).ToEquatableArray());

    public static AxisIndex Axis(int offset, params (string Dim, int Coefficient)[] terms) => AxisIndex.Of(terms) with { Offset = offset };

    /// <summary>Strides of the dimensions in order, as text.</summary>
    public static string Strides(Access access, params string[] dims) => string.Join(" ", dims.Select(d => $"{d}:{access.Stride(d)}"));

    public static double[] Fill(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>Values for each tensor that the nodes read but do not write.</summary>
    public static Dictionary<string, double[]> Given(IEnumerable<Node> nodes, int samples)
    {
        Node[] all = [.. nodes];
        HashSet<string> written = [.. all.Select(n => n.Destination.Name)];
        return all.SelectMany(n => n.Sources).Where(t => !written.Contains(t.Name)).GroupBy(t => t.Name).Select(g => g.First())
            .Select((t, index) => (t, index))
            .ToDictionary(p => p.t.Name, p => Fill(p.index + 3, p.t.Size * (p.t.PerSample ? samples : 1)));
    }
}
