using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Tests.Scheduling;

/// <summary>A small contraction of each kind that layers have, with the map that consumes it where that is fused.</summary>
internal sealed record SampleContraction(Contract Node, Map? Map, int Samples)
{
    private static readonly Tensor X = new("x", Region.Input, [15], PerSample: true);
    private static readonly Tensor A = new("A", Region.Parameters, [3, 6, 4], PerSample: false, Offset: 2);
    private static readonly Tensor B = new("B", Region.Parameters, [2, 7, 5], PerSample: false, Offset: 80);
    private static readonly Tensor Z = new("z", Region.Input, [4, 3, 5], PerSample: true);
    private static readonly Tensor Sum = new("u", Region.Output, [30], PerSample: true);
    private static readonly Tensor Terms = new("u", Region.Scratch, [3, 30], PerSample: true);
    private static readonly Tensor Y = new("y", Region.Output, [30], PerSample: true);
    private static readonly Tensor Bias = new("bias", Region.Parameters, [5, 30], PerSample: false, Offset: 160);

    private static readonly Contract AfterB = new(
        "AfterB",
        [new("n1", 4), new("i", 3), new("m1", 6), new("m2", 5)],
        new Access(Sum, [AxisIndex.Of(("m1", 5), ("m2", 1))]),
        At(Z, "n1", "i", "m2"),
        At(A, "i", "m1", "n1"),
        Accumulate: false);

    private static readonly Contract PerTerm = AfterB with { Name = "PerTerm", Output = new Access(Terms, [AxisIndex.Of(("i", 1)), AxisIndex.Of(("m1", 5), ("m2", 1))]) };

    public static IReadOnlyDictionary<string, SampleContraction> All { get; } = Make().ToDictionary(c => c.Node.Name);

    public Contraction Bound => Contraction.Of(Node, Map, Samples);

    public static SampleContraction Named(string name) => All[name];

    public static Access At(Tensor tensor, params string[] dims) => new(tensor, dims.Select(d => AxisIndex.Of((d, 1))).ToEquatableArray());

    private static IEnumerable<SampleContraction> Make()
    {
        Contract first = new(
            "FirstB",
            [new("n1", 3), new("n2", 5), new("i", 2), new("m2", 7)],
            At(new Tensor("z", Region.Output, [3, 2, 7], PerSample: true), "n1", "i", "m2"),
            new Access(X, [AxisIndex.Of(("n1", 5), ("n2", 1))]),
            At(B, "i", "m2", "n2"),
            Accumulate: false);
        yield return new(first, null, 2);
        yield return new(first with { Name = "FirstBOfOneSample" }, null, 1);
        yield return new(AfterB, null, 3);
        yield return new(AfterB with { Name = "AfterBAdding", Accumulate = true }, null, 2);

        Expression biased = new Read(At(Sum, "j")) + new Read(new Access(Bias, [new AxisIndex([], 2), AxisIndex.Of(("j", 1))]));
        Map relu = new("Relu", [new("j", 30)], At(Y, "j"), Fold.Store, new ActivationExpression(ActivationKind.Relu, 0, biased), Accumulate: false);
        yield return new(AfterB with { Name = "AfterBWithRelu" }, relu, 2);
        yield return new(AfterB with { Name = "AfterBAddingWithRelu", Accumulate = true }, relu with { Output = At(Sum, "j") }, 2);

        // Four results beside each other fill lanes that six alone leave empty.
        Contract shortRows = AfterB with
        {
            Name = "ShortRows",
            Dims = [new("n1", 4), new("i", 3), new("m1", 6), new("m2", 4)],
            Output = new Access(Sum with { Extents = [24] }, [AxisIndex.Of(("m1", 4), ("m2", 1))]),
            Left = At(Z with { Extents = [4, 3, 4] }, "n1", "i", "m2"),
        };
        yield return new(shortRows, null, 3);
        Expression shortBiased = new Read(At(Sum with { Extents = [24] }, "j")) + new Read(new Access(Bias, [new AxisIndex([], 2), AxisIndex.Of(("j", 1))]));
        Map shortRelu = new("ShortRelu", [new("j", 24)], At(Y with { Extents = [24] }, "j"), Fold.Store, new ActivationExpression(ActivationKind.Relu, 0, shortBiased), Accumulate: false);
        yield return new(shortRows with { Name = "ShortRowsWithRelu" }, shortRelu, 2);

        // Columns three floats apart fill more than a vector.
        yield return new(
            new(
                "Strides",
                [new("n1", 18), new("n2", 3), new("m2", 2)],
                At(new Tensor("z", Region.Output, [2, 18], PerSample: true), "m2", "n1"),
                At(new Tensor("x", Region.Input, [18, 3], PerSample: true), "n1", "n2"),
                At(new Tensor("B", Region.Parameters, [2, 3], PerSample: false), "m2", "n2"),
                Accumulate: false),
            null,
            2);

        // Bias rows start at the group's first term.
        Expression term = new Read(At(Terms, "i", "j")) + new Read(new Access(Bias, [AxisIndex.Of(("i", 1)) with { Offset = 1 }, AxisIndex.Of(("j", 1))]));
        Map sum = new("ReluSum", [new("i", 3), new("j", 30)], At(Y, "j"), Fold.Add, new ActivationExpression(ActivationKind.Relu, 0, term), Accumulate: false);
        yield return new(PerTerm, sum, 2);
        yield return new(PerTerm with { Name = "PerTermAdding" }, sum with { Accumulate = true }, 2);

        // Weight gradient: the sample is reduced.
        Tensor dz = new("dz", Region.OutputGradient, [3, 2, 7], PerSample: true);
        yield return new(first with { Name = "WeightGradient", Output = At(B with { Name = "dB", Region = Region.Gradients }, "i", "m2", "n2"), Right = At(dz, "n1", "i", "m2"), Accumulate = true }, null, 5);
        yield return new(first with { Name = "InputGradient", Output = first.Left with { Tensor = X with { Name = "dx", Region = Region.InputGradient } }, Left = At(dz, "n1", "i", "m2") }, null, 2);

        yield return new(
            new(
                "SwappedImage",
                [new("c", 2), new("w", 3), new("h", 2), new("i", 2), new("m2", 4)],
                new Access(new Tensor("z", Region.Output, [6, 2, 4], PerSample: true), [AxisIndex.Of(("c", 3), ("w", 1)), AxisIndex.Of(("i", 1)), AxisIndex.Of(("m2", 1))]),
                new Access(new Tensor("x", Region.Input, [12], PerSample: true), [AxisIndex.Of(("c", 6), ("h", 3), ("w", 1))]),
                At(new Tensor("B", Region.Parameters, [2, 4, 2], PerSample: false), "i", "m2", "h"),
                Accumulate: false),
            null,
            3);
        yield return new(
            new(
                "Convolution",
                [new("o", 6), new("t", 7), new("k", 3)],
                At(new Tensor("y", Region.Output, [6, 7], PerSample: true), "o", "t"),
                new Access(new Tensor("x", Region.Input, [15], PerSample: true), [AxisIndex.Of(("t", 2), ("k", 1))]),
                At(new Tensor("w", Region.Parameters, [6, 3], PerSample: false), "o", "k"),
                Accumulate: false),
            null,
            2);
        yield return new(
            new("OuterProduct", [new("a", 5), new("b", 18)], At(new Tensor("o", Region.Output, [5, 18], true), "a", "b"), At(new Tensor("p", Region.Input, [5], true), "a"), At(new Tensor("q", Region.Parameters, [18], false), "b"), false),
            null,
            1);
        yield return new(
            new("InnerProduct", [new("n", 37)], new Access(new Tensor("o", Region.Output, [1], true), [AxisIndex.Of()]), At(new Tensor("p", Region.Input, [37], true), "n"), At(new Tensor("q", Region.Parameters, [37], false), "n"), false),
            null,
            1);
        yield return new(
            new("Dense", [new("m", 35), new("n", 9)], At(new Tensor("y", Region.Output, [35], true), "m"), At(new Tensor("x", Region.Input, [9], true), "n"), At(new Tensor("W", Region.Parameters, [35, 9], false), "m", "n"), false),
            null,
            3);
    }
}
