using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Makes the dataflow of Σ_i (A_i ⊗ B_i) x (arXiv 1512.09194, Eqs. 7 and 12) and of Σ_i (A_i ⊗ B_i) ∗ x (section 4): a layer of
/// vectors is the convolution of a single pixel. Each product is two contractions, in the cheaper order. The term index i
/// lies inside the contracted index of the second one, so that the sum over terms is part of its inner dimension and nothing
/// is rearranged in between. The convolution with A is dilated by B's kernel, so any sizes make the exact product. A low-rank
/// convolution is A [1, c, d, 1] ⊗ B [o, 1, 1, d].
/// </summary>
internal sealed class KroneckerPlanner
{
    private readonly LayerSpec _spec;
    private readonly Func<GroupSpec, WindowSpec?, bool> _isBFirst;
    private readonly PlanBuilder _plan;
    private readonly List<string> _orders = [];

    private KroneckerPlanner(LayerSpec spec, Func<GroupSpec, WindowSpec?, bool> isBFirst) => (_spec, _isBFirst, _plan) = (spec, isBFirst, new PlanBuilder(spec));

    public static ForwardPlan Plan(LayerSpec spec, Func<GroupSpec, WindowSpec?, bool> isBFirst)
    {
        var planner = new KroneckerPlanner(spec, isBFirst);
        if (spec.Epilogue.PerTerm)
        {
            planner.PlanPerTerm();
        }
        else
        {
            planner.PlanAfterSum();
        }

        return planner._plan.Build(planner._orders);
    }

    private void PlanAfterSum()
    {
        List<Factors> factors = AllFactors();
        Tensor? bias = _plan.Bias(terms: 1);
        Tensor sum = _plan.Image("u", _spec.Groups[0].M1 * _spec.Groups[0].M2);
        for (int g = 0; g < factors.Count; g++)
        {
            Product(g, factors[g], sum, perTerm: false, accumulate: g > 0);
        }

        _plan.Finish(sum, bias);
    }

    private void PlanPerTerm()
    {
        List<Factors> factors = AllFactors();
        Tensor? bias = _plan.Bias(_spec.Groups.Sum(g => g.R));
        int firstTerm = 0;
        for (int g = 0; g < factors.Count; g++)
        {
            GroupSpec group = _spec.Groups[g];
            Tensor sum = _plan.Image($"u{g}", group.R, group.M1 * group.M2);
            Product(g, factors[g], sum, perTerm: true, accumulate: false);
            _plan.Finish(sum, bias, Suffix(g), group.R, firstTerm, accumulate: g > 0);
            firstTerm += group.R;
        }
    }

    private List<Factors> AllFactors() => [.. _spec.Groups.Select(FactorsOf)];

    /// <summary>The factors as they are stored: B of a low-rank layer with its output channels outermost, as frameworks store a kernel.</summary>
    private Factors FactorsOf(GroupSpec g, int index)
    {
        ImageReading reading = ImageReading.Of(g, _spec.Image);
        bool image = _spec.Window is not null;
        AxisIndex i = AxisIndex.Of(("i", 1)), m1 = AxisIndex.Of(("m1", 1)), m2 = AxisIndex.Of(("m2", 1));
        if (_spec.Kind == LayerKind.LowRank)
        {
            Tensor v = _plan.Parameter("V", g.R, g.N1, g.H1, g.W1), h = _plan.Parameter("H", g.M2, g.R, g.H2, g.W2);
            return new Factors(reading, new Access(v, [i, reading.N1, .. Taps("y1", "x1")]), new Access(h, [m2, i, .. Taps("y2", "x2")]));
        }

        int[] tapsA = image ? [g.H1, g.W1] : [], tapsB = image ? [g.H2, g.W2] : [];
        Tensor a = _plan.Parameter($"A{index}", [g.R, g.M1, g.N1, .. tapsA]), b = _plan.Parameter($"B{index}", [g.R, g.M2, g.N2, .. tapsB]);
        return new Factors(
            reading,
            new Access(a, [i, m1, reading.N1, .. image ? Taps("y1", "x1") : []]),
            new Access(b, [i, m2, reading.N2, .. image ? Taps("y2", "x2") : []]));

        static AxisIndex[] Taps(string y, string x) => [AxisIndex.Of((y, 1)), AxisIndex.Of((x, 1))];
    }

    /// <summary>The two contractions of one shape group.</summary>
    private void Product(int index, Factors factors, Tensor sum, bool perTerm, bool accumulate)
    {
        GroupSpec g = _spec.Groups[index];
        bool isBFirst = _isBFirst(g, _spec.Window);
        ImageReading reading = factors.Reading;
        Dim i = new("i", g.R), m1 = new("m1", g.M1), m2 = new("m2", g.M2);
        AxisIndex[] term = [AxisIndex.Of(("i", 1))];
        Dim[] tapsA = Taps(g.H1, g.W1, "1"), tapsB = Taps(g.H2, g.W2, "2");

        Pixels pixels = PixelsOf(g, isBFirst);
        Access input = new(_plan.Input, [reading.Input, .. pixels.Input]);
        Access output = new(sum, [.. perTerm ? term : [], AxisIndex.Of(("m1", g.M2), ("m2", 1)), .. _plan.PixelAxes]);
        string suffix = Suffix(index);

        // What is left of the channels after the first contraction, its new channels and the terms inside.
        (AxisIndex kept, int keptExtent, AxisIndex made, int madeExtent) = isBFirst
            ? (reading.N1, g.N1, AxisIndex.Of(("m2", 1)), g.M2)
            : (AxisIndex.Of(("m1", 1)), g.M1, reading.N2, g.N2);
        Tensor z = PlanBuilder.Intermediate($"z{index}", [keptExtent, g.R, madeExtent, .. pixels.Intermediate.Select(d => d.Extent)]);
        Access written = new(z, [kept, .. term, made, .. pixels.Written]);
        Access read = new(z, [kept, .. term, made, .. pixels.Read]);

        if (isBFirst)
        {
            _plan.Add(new Contract("ContractB" + suffix, [.. reading.N1Dims, .. reading.N2Dims, i, m2, .. pixels.Intermediate, .. tapsB], written, input, factors.B, false));
            _plan.Add(new Contract("ContractA" + suffix, [.. reading.N1Dims, i, m1, m2, .. _plan.Pixels, .. tapsA], output, read, factors.A, accumulate));
        }
        else
        {
            _plan.Add(new Contract("ContractA" + suffix, [.. reading.N1Dims, .. reading.N2Dims, i, m1, .. pixels.Intermediate, .. tapsA], written, input, factors.A, false));
            _plan.Add(new Contract("ContractB" + suffix, [.. reading.N2Dims, i, m1, m2, .. _plan.Pixels, .. tapsB], output, read, factors.B, accumulate));
        }

        _orders.Add($"Order of {Describe(g)}: {(isBFirst ? "B, then A" : "A, then B")}");
    }

    private Dim[] Taps(int rows, int columns, string factor) => _spec.Window is null ? [] : [new Dim("y" + factor, rows), new Dim("x" + factor, columns)];

    /// <summary>How the two convolutions walk input, intermediate and output.</summary>
    private Pixels PixelsOf(GroupSpec g, bool isBFirst)
    {
        if (_spec.Window is not { } window)
        {
            return new Pixels([], [], [], []);
        }

        (SlidingAxis rows, SlidingAxis columns) = SlidingAxis.Of(g, window, isBFirst);
        (string first, string second) = isBFirst ? ("2", "1") : ("1", "2");
        Dim[] intermediate = [new Dim("zy", rows.Count), new Dim("zx", columns.Count)];
        return new Pixels(
            [Input(rows, "zy", "y" + first), Input(columns, "zx", "x" + first)],
            intermediate,
            [.. intermediate.Select(d => AxisIndex.Of((d.Name, 1)))],
            [Read(rows, "py", "y" + second), Read(columns, "px", "x" + second)]);

        static AxisIndex Input(SlidingAxis axis, string pixel, string tap) =>
            AxisIndex.Of((pixel, axis.Step), (tap, axis.FirstStep)) with { Offset = axis.Origin };

        static AxisIndex Read(SlidingAxis axis, string pixel, string tap) =>
            AxisIndex.Of((pixel, axis.OutputStep), (tap, axis.SecondStep / axis.Step)) with { Offset = -axis.First };
    }

    private string Describe(GroupSpec g)
    {
        int[] sizes = _spec.Window is null ? [g.M1, g.M2, g.N1, g.N2, g.R] : [g.M1, g.N1, g.H1, g.W1, g.M2, g.N2, g.H2, g.W2, g.R];
        return $"({string.Join(", ", sizes.Select(v => Invariant.Text(v)))})";
    }

    private string Suffix(int group) => _spec.Groups.Count > 1 ? Invariant.Text(group) : "";

    /// <summary>A shape group's parameters and how its channels are read.</summary>
    private sealed record Factors(ImageReading Reading, Access A, Access B);

    /// <param name="Input">The input's rows and columns as the first convolution reads them.</param>
    /// <param name="Intermediate">Pixels between the two.</param>
    /// <param name="Written">The intermediate's rows and columns as the first one writes them.</param>
    /// <param name="Read">And as the second one reads them.</param>
    private sealed record Pixels(IReadOnlyList<AxisIndex> Input, IReadOnlyList<Dim> Intermediate, IReadOnlyList<AxisIndex> Written, IReadOnlyList<AxisIndex> Read);
}
