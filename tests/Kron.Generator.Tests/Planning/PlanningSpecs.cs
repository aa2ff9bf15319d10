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
