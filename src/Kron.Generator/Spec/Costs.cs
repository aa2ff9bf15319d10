using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace Kron.Generator.Spec;

/// <summary>Parameters and multiply-adds of a layer's products, biases aside, as exact numbers of any size.</summary>
internal static class Costs
{
    public static BigInteger Parameters(LayerSpec spec) => spec.Kind switch
    {
        LayerKind.Dense => Dense(spec),
        LayerKind.Structured => (BigInteger)spec.Channels * spec.Structured!.Channels * spec.Structured.KernelH * spec.Structured.KernelW,
        LayerKind.Kronecker or LayerKind.LowRank => Parameters(spec.Groups),
        _ => 0,
    };

    public static BigInteger MultiplyAdds(LayerSpec spec) => spec.Kind switch
    {
        LayerKind.Kronecker or LayerKind.LowRank => MultiplyAdds(spec.Groups, spec.Window),
        _ => Parameters(spec) * spec.Pixels,
    };

    /// <summary>Weights of the dense layer that this one stands for; its multiply-adds are as many for each pixel.</summary>
    public static BigInteger Dense(LayerSpec spec) => spec.Window is { } window
        ? (BigInteger)spec.Channels * window.Channels * window.KernelH * window.KernelW
        : (BigInteger)spec.Outputs * spec.Inputs;

    public static BigInteger Parameters(IEnumerable<GroupSpec> groups) =>
        groups.Aggregate(BigInteger.Zero, (sum, g) => sum + (g.R * (((BigInteger)g.M1 * g.N1 * g.H1 * g.W1) + ((BigInteger)g.M2 * g.N2 * g.H2 * g.W2))));

    public static BigInteger MultiplyAdds(IEnumerable<GroupSpec> groups, WindowSpec? window = null) =>
        groups.Aggregate(BigInteger.Zero, (sum, g) => sum + Cheaper(g, window).MultiplyAdds);

    /// <summary>
    /// Whether contracting B first is the cheaper order. Where both cost the same, B is, unless B alone slides over padded columns: the input
    /// would be copied into borders.
    /// </summary>
    public static bool IsBFirst(GroupSpec group, WindowSpec? window = null)
    {
        int order = FirstB(group, window).MultiplyAdds.CompareTo(FirstA(group, window).MultiplyAdds);
        return order < 0 || (order == 0 && !(window is { PaddingW: > 0 } && group.W2 > 1 && group.W1 == 1));
    }

    /// <summary>Values per sample between the contractions with A and with B.</summary>
    public static BigInteger Intermediate(GroupSpec group, WindowSpec? window = null) => Cheaper(group, window).Values;

    private static (BigInteger MultiplyAdds, BigInteger Values) Cheaper(GroupSpec g, WindowSpec? window) =>
        IsBFirst(g, window) ? FirstB(g, window) : FirstA(g, window);

    private static (BigInteger MultiplyAdds, BigInteger Values) FirstA(GroupSpec g, WindowSpec? window)
    {
        BigInteger values = (BigInteger)g.R * g.M1 * g.N2 * Intermediate(SlidingAxis.Of(g, window, isBFirst: false));
        return ((values * g.N1 * g.H1 * g.W1) + Second(g, window, (BigInteger)g.N2 * g.H2 * g.W2), values);
    }

    private static (BigInteger MultiplyAdds, BigInteger Values) FirstB(GroupSpec g, WindowSpec? window)
    {
        BigInteger values = (BigInteger)g.R * g.N1 * g.M2 * Intermediate(SlidingAxis.Of(g, window, isBFirst: true));
        return ((values * g.N2 * g.H2 * g.W2) + Second(g, window, (BigInteger)g.N1 * g.H1 * g.W1), values);
    }

    private static BigInteger Second(GroupSpec g, WindowSpec? window, BigInteger terms) => (BigInteger)g.R * g.M1 * g.M2 * terms * (window?.Pixels ?? 1);

    private static BigInteger Intermediate((SlidingAxis Rows, SlidingAxis Columns) axes) => (BigInteger)axes.Rows.Count * axes.Columns.Count;
}
