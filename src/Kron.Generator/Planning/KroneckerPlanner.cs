using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>The forward dataflow as the formulas state it, before any legalising or placing.</summary>
internal sealed record ForwardPlan(IReadOnlyList<Node> Nodes, EquatableArray<string> Orders);

/// <summary>
/// Makes the dataflow of Σ_i (A_i ⊗ B_i) x (arXiv 1512.09194, Eqs. 7 and 12). Each product is two contractions, in the
/// cheaper order. The term index i lies inside the contracted index of the second one, so that the sum over terms is
/// part of its inner dimension and nothing is rearranged in between. Dense layers are one contraction.
/// </summary>
internal sealed class KroneckerPlanner
{
    private readonly LayerSpec _spec;
    private readonly List<Node> _nodes = [];
    private readonly List<string> _orders = [];
    private readonly Tensor _input;
    private readonly Tensor _output;
    private int _parameters;

    private KroneckerPlanner(LayerSpec spec)
    {
        _spec = spec;
        _input = new Tensor("x", Region.Input, [spec.Inputs], PerSample: true);
        _output = new Tensor("y", Region.Output, [spec.OutputSize], PerSample: true);
    }

    public static ForwardPlan Plan(LayerSpec spec)
    {
        var planner = new KroneckerPlanner(spec);
        if (spec.IsDense)
        {
            planner.PlanDense();
        }
        else if (spec.Epilogue.PerTerm)
        {
            planner.PlanPerTerm();
        }
        else
        {
            planner.PlanAfterSum();
        }

        return new ForwardPlan(planner._nodes, planner._orders.ToEquatableArray());
    }

    private void PlanDense()
    {
        Tensor weight = Parameter("weight", _spec.Outputs, _spec.Inputs);
        Tensor sum = Intermediate("u", _spec.Outputs);
        _nodes.Add(new Contract(
            "ContractW",
            [new Dim("m", _spec.Outputs), new Dim("n", _spec.Inputs)],
            new Access(sum, [AxisIndex.Of(("m", 1))]),
            new Access(_input, [AxisIndex.Of(("n", 1))]),
            new Access(weight, [AxisIndex.Of(("m", 1)), AxisIndex.Of(("n", 1))]),
            Accumulate: false));
        Tensor? bias = Bias(terms: 1);
        Finish(sum, bias, "", terms: null, firstTerm: 0, accumulate: false);
    }

    private void PlanAfterSum()
    {
        List<(Tensor A, Tensor B)> factors = Factors();
        Tensor? bias = Bias(terms: 1);
        Tensor sum = Intermediate("u", _spec.Groups[0].M1 * _spec.Groups[0].M2);
        for (int g = 0; g < factors.Count; g++)
        {
            Product(g, factors[g].A, factors[g].B, sum, perTerm: false, accumulate: g > 0);
        }

        Finish(sum, bias, "", terms: null, firstTerm: 0, accumulate: false);
    }

    private void PlanPerTerm()
    {
        List<(Tensor A, Tensor B)> factors = Factors();
        Tensor? bias = Bias(_spec.Groups.Sum(g => g.R));
        int firstTerm = 0;
        for (int g = 0; g < factors.Count; g++)
        {
            GroupSpec group = _spec.Groups[g];
            Tensor sum = Intermediate($"u{g}", group.R, group.M1 * group.M2);
            Product(g, factors[g].A, factors[g].B, sum, perTerm: true, accumulate: false);
            Finish(sum, bias, Suffix(g), group.R, firstTerm, accumulate: g > 0);
            firstTerm += group.R;
        }
    }

    private List<(Tensor A, Tensor B)> Factors() =>
        [.. _spec.Groups.Select((g, index) => (Parameter($"A{index}", g.R, g.M1, g.N1), Parameter($"B{index}", g.R, g.M2, g.N2)))];

    /// <summary>The two contractions of one shape group.</summary>
    private void Product(int index, Tensor a, Tensor b, Tensor sum, bool perTerm, bool accumulate)
    {
        GroupSpec g = _spec.Groups[index];
        ImageReading reading = ImageReading.Of(g, _spec.Image);
        Access input = new(_input, [reading.Input]);
        Access accessA = new(a, [AxisIndex.Of(("i", 1)), AxisIndex.Of(("m1", 1)), reading.N1]);
        Access accessB = new(b, [AxisIndex.Of(("i", 1)), AxisIndex.Of(("m2", 1)), reading.N2]);
        AxisIndex flat = AxisIndex.Of(("m1", g.M2), ("m2", 1));
        Access output = new(sum, perTerm ? [AxisIndex.Of(("i", 1)), flat] : [flat]);
        Dim i = new("i", g.R), m1 = new("m1", g.M1), m2 = new("m2", g.M2);

        string suffix = Suffix(index);
        if (Costs.IsBFirst(g))
        {
            Tensor z = Intermediate($"z{index}", g.N1, g.R, g.M2);
            Access accessZ = new(z, [reading.N1, AxisIndex.Of(("i", 1)), AxisIndex.Of(("m2", 1))]);
            _nodes.Add(new Contract("ContractB" + suffix, [.. reading.N1Dims, .. reading.N2Dims, i, m2], accessZ, input, accessB, false));
            _nodes.Add(new Contract("ContractA" + suffix, [.. reading.N1Dims, i, m1, m2], output, accessZ, accessA, accumulate));
            _orders.Add($"Order of {Describe(g)}: B, then A");
        }
        else
        {
            Tensor z = Intermediate($"z{index}", g.M1, g.R, g.N2);
            Access accessZ = new(z, [AxisIndex.Of(("m1", 1)), AxisIndex.Of(("i", 1)), reading.N2]);
            _nodes.Add(new Contract("ContractA" + suffix, [.. reading.N1Dims, .. reading.N2Dims, i, m1], accessZ, input, accessA, false));
            _nodes.Add(new Contract("ContractB" + suffix, [.. reading.N2Dims, i, m1, m2], output, accessZ, accessB, accumulate));
            _orders.Add($"Order of {Describe(g)}: A, then B");
        }
    }

    /// <summary>Bias, activation, and with <paramref name="terms"/> the sum over them.</summary>
    private void Finish(Tensor sum, Tensor? bias, string suffix, int? terms, int firstTerm, bool accumulate)
    {
        EpilogueSpec epilogue = _spec.Epilogue;
        bool maxout = epilogue.Activation == ActivationKind.Maxout;
        bool linear = epilogue.Activation == ActivationKind.None;
        Dim i = new("i", terms ?? 1);
        Dim[] term = terms is null ? [] : [i];
        AxisIndex[] termAxis = terms is null ? [] : [AxisIndex.Of(("i", 1))];

        Access At(Tensor tensor, AxisIndex index) => new(tensor, [.. termAxis, index]);

        // Pre-activations; the adjoint reads them, so they are a tensor of their own.
        Tensor pre = sum;
        if (bias is not null)
        {
            AxisIndex j = AxisIndex.Of(("j", 1));
            AxisIndex[] biasTerm = epilogue.Bias == BiasKind.PerTerm ? [AxisIndex.Of(("i", 1)) with { Offset = firstTerm }] : [];
            Expression value = new Read(At(sum, j)) + new Read(new Access(bias, [.. biasTerm, j]));
            pre = linear ? _output : Intermediate("p" + suffix, [.. term.Select(t => t.Extent), _spec.Outputs]);
            _nodes.Add(new Map("Bias" + suffix, [.. term, new Dim("j", _spec.Outputs)], At(pre, j), Fold.Store, value, false));
        }

        if (maxout)
        {
            Tensor maximum = terms is null ? _output : Intermediate("t" + suffix, terms.Value, _spec.OutputSize);
            _nodes.Add(new Map(
                "Maxout" + suffix,
                [.. term, new Dim("j", _spec.OutputSize), new Dim("q", epilogue.Pieces)],
                At(maximum, AxisIndex.Of(("j", 1))),
                Fold.Max,
                new Read(At(pre, AxisIndex.Of(("j", epilogue.Pieces), ("q", 1)))),
                false));
            pre = maximum;
        }

        if (!ReferenceEquals(pre, _output))
        {
            AxisIndex j = AxisIndex.Of(("j", 1));
            Expression value = new Read(At(pre, j));
            _nodes.Add(new Map(
                (maxout ? "Sum" : epilogue.Activation.ToString()) + suffix,
                [.. term, new Dim("j", _spec.OutputSize)],
                new Access(_output, [j]),
                terms is null ? Fold.Store : Fold.Add,
                maxout || linear ? value : new ActivationExpression(epilogue.Activation, epilogue.Slope, value),
                accumulate));
        }
    }

    private static string Describe(GroupSpec g) => $"({string.Join(", ", new[] { g.M1, g.M2, g.N1, g.N2, g.R }.Select(v => Invariant.Text(v)))})";

    private string Suffix(int group) => _spec.Groups.Count > 1 ? Invariant.Text(group) : "";

    private Tensor? Bias(int terms) => _spec.Epilogue.Bias switch
    {
        BiasKind.None => null,
        BiasKind.PerTerm => Parameter("bias", terms, _spec.Outputs),
        _ => Parameter("bias", _spec.Outputs),
    };

    private Tensor Parameter(string name, params int[] extents)
    {
        var tensor = new Tensor(name, Region.Parameters, new(extents), PerSample: false, _parameters);
        _parameters = checked(_parameters + tensor.Size);
        return tensor;
    }

    private static Tensor Intermediate(string name, params int[] extents) => new(name, Region.Scratch, new(extents), PerSample: true);
}
