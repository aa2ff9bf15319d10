using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Maps of every kind on every target, in whole numbers, against their definition.</summary>
public class MapLoweringTests
{
    private const int Samples = 3;

    private static readonly Tensor X = PerSample("x", Region.Input, 19);
    private static readonly Tensor Terms = PerSample("t", Region.Input, 3, 10);
    private static readonly Tensor Bias = Shared("b", Region.Parameters, 19);

    private static readonly Tensor Mean = Shared("b", Region.Parameters, 3);

    private static readonly Dictionary<string, Map> Maps = new()
    {
        ["bias and relu"] = Store(19, new ActivationExpression(ActivationKind.Relu, 0, new Read(At(X, "j")) + new Read(At(Bias, "j")))),
        ["a constant"] = Store(5, 4f),
        ["reversed"] = Store(19, new Read(new Access(X, [Axis(18, ("j", -1))]))),
        ["every second"] = Store(9, new Read(new Access(X, [Axis(1, ("j", 2))]))),
        ["zero extension"] = Store(25, new Read(new Access(X, [Axis(-3, ("j", 1))]))),
        ["scatter"] = new("Map", [new("j", 25)], new Access(PerSample("y", Region.Output, 19), [Axis(-3, ("j", 1))]), Fold.Store, new Read(At(PerSample("x", Region.Input, 25), "j")), false),
        ["index"] = new("Map", [new("i", 4), new("j", 10)], At(PerSample("y", Region.Output, 4, 10), "i", "j"), Fold.Store, new IndexOf("i") * new Read(At(PerSample("x", Region.Input, 10), "j")), false),
        ["sum of terms"] = Folded(Fold.Add),
        ["maximum of terms"] = Folded(Fold.Max),
        ["minimum of terms"] = Folded(Fold.Min),
        ["sum added"] = Folded(Fold.Add) with { Accumulate = true },
        ["pairs"] = new("Map", [new("j", 9), new("q", 2)], At(PerSample("y", Region.Output, 9), "j"), Fold.Max, new Read(new Access(X, [Axis(0, ("j", 2), ("q", 1))])), false),
        ["first maximum"] = new("Map", [new("j", 6), new("q", 3)], At(PerSample("y", Region.Output, 6), "j"), Fold.Min, Expression.Select(Expression.GreaterOrEqual(new Read(new Access(X, [Axis(0, ("j", 3), ("q", 1))])), 1f), new IndexOf("q"), 3f), false),
        ["bias gradient"] = new("Map", [new("j", 19)], At(Shared("y", Region.Gradients, 19), "j"), Fold.Add, new Read(At(X, "j")), true),
        ["one element"] = Store(1, new Read(new Access(X, [Axis(7)]))),
        ["total"] = new("Map", [new("j", 19)], new Access(Shared("y", Region.Gradients, 1), [Axis(0)]), Fold.Add, new Read(At(X, "j")), true),
        ["padded sum"] = new("Map", [new("j", 23)], new Access(PerSample("y", Region.Output, 1), [Axis(0)]), Fold.Add, new Read(new Access(X, [Axis(-2, ("j", 1))])) + 1f, false),
        ["transposed"] = new("Map", [new("i", 10), new("j", 3)], At(PerSample("y", Region.Output, 10, 3), "i", "j"), Fold.Store, new Read(At(Terms, "j", "i")) - 2f, true),
        ["window maximum"] = Window(Fold.Max, 2, 3, 0, new Read(Pixel(2, 0))),
        ["padded window maximum"] = Window(Fold.Max, 2, 3, 1, new Read(Pixel(2, -1))),
        ["window without overlap"] = Window(Fold.Min, 3, 2, 0, new Read(Pixel(3, 0))),
        ["padded window sum"] = Window(Fold.Add, 1, 3, 1, new Read(Pixel(1, -1)) * 2f),
        ["padded window sum added"] = Window(Fold.Add, 2, 4, 1, new Read(Pixel(2, -1)) * 2f) with { Accumulate = true },
        ["large window"] = Window(Fold.Add, 2, 5, 2, new Read(Pixel(2, -2)) * 2f),
        ["first of a window"] = Window(Fold.Min, 2, 3, 1, Expression.Select(Expression.GreaterOrEqual(new Read(Pixel(2, -1)), 2f), (new IndexOf("k") * 3f) + new IndexOf("l"), 9f)),
        ["window written"] = Spread(2, 0, 0),
        ["window written, ragged"] = Spread(2, 1, 0),
        ["window of three written"] = Spread(3, 0, 0),
        ["window added"] = Spread(2, 0, 0) with { Accumulate = true },
        ["window written, cut"] = Spread(2, -1, -1),
        ["large window written"] = Spread(5, 0, 0),
        ["sum in lanes"] = Rows(40, new Read(At(Row(40), "c", "k"))),
        ["sum in lanes with a rest"] = Rows(77, new Read(At(Row(77), "c", "k"))) with { Accumulate = true },
        ["sum of squares in lanes"] = Rows(51, Squared(51)),
        ["sum over samples in lanes"] = Rows(51, Squared(51)) with { Output = At(Shared("y", Region.Gradients, 3), "c") },
        ["row scale"] = new("Map", [new("c", 3), new("k", 37)], At(PerSample("y", Region.Output, 3, 37), "c", "k"), Fold.Store, (new Read(At(Row(37), "c", "k")) - new Read(At(Mean, "c"))) * new Read(At(Mean, "c")), false),
    };

    public static TheoryData<string> Names => [.. Maps.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheKernelsComputeTheMap(string name)
    {
        Map map = Maps[name];
        Random random = new(4);
        Tensor[] tensors = [map.Destination, .. map.Sources];
        Dictionary<string, float[]> content = tensors.ToDictionary(t => t.Name, t => Enumerable.Range(0, t.Size * (t.PerSample ? Samples : 1)).Select(_ => (float)random.Next(-5, 6)).ToArray());
        Dictionary<string, double[]> expected = content.ToDictionary(p => p.Key, p => p.Value.Select(v => (double)v).ToArray());
        DataflowInterpreter.Run([map], Samples, expected);
        foreach (TargetModel target in Targets.All)
        {
            var pool = new KernelPool();
            var builder = new KernelBuilder();
            foreach (Call call in MapLowering.Lower(map, Samples, target, pool))
            {
                builder.Add(call);
            }

            float[] result = map.Accumulate ? [.. content["y"]] : Pointer.Uninitialised(content["y"].Length);
            Dictionary<string, Pointer> memory = tensors.ToDictionary(t => t.Region.ToString(), t => (Pointer)(t.Name == "y" ? result : content[t.Name]));
            new Interpreter(target, pool.Kernels).Run(builder.BuildEntry("Entry", ""), memory);
            result.Select(v => (double)v).ShouldBe(expected["y"], $"{name} on {target.Name}");
        }
    }

    private static Map Store(int extent, Expression value) => new("Map", [new("j", extent)], At(PerSample("y", Region.Output, extent), "j"), Fold.Store, value, Accumulate: false);

    /// <summary>A window of size × size over images of 13 × 38.</summary>
    private static Map Window(Fold fold, int stride, int size, int padding, Expression value)
    {
        int rows = ((13 + (2 * padding) - size) / stride) + 1, columns = ((38 + (2 * padding) - size) / stride) + 1;
        return new(
            "Map",
            [new("c", 2), new("i", rows), new("j", columns), new("k", size), new("l", size)],
            At(PerSample("y", Region.Output, 2, rows, columns), "c", "i", "j"),
            fold,
            value,
            Accumulate: false);
    }

    private static Access Pixel(int stride, int offset) =>
        new(PerSample("x", Region.Input, 2, 13, 38), [Axis(0, ("c", 1)), Axis(offset, ("i", stride), ("k", 1)), Axis(offset, ("j", stride), ("l", 1))]);

    /// <summary>Each element to a square of neighbours, told apart by their index.</summary>
    private static Map Spread(int size, int more, int offset) => new(
        "Map",
        [new("c", 2), new("i", 5), new("j", 19), new("k", size), new("l", size)],
        new Access(PerSample("y", Region.Output, 2, (5 * size) + offset, (19 * size) + offset), [Axis(0, ("c", 1)), Axis(offset, ("i", size), ("k", 1)), Axis(offset, ("j", size), ("l", 1))]),
        Fold.Store,
        Expression.Select(Expression.Equal(new Read(At(PerSample("x", Region.Input, 2, 5, 19 + more), "c", "i", "j")), new IndexOf("k") + new IndexOf("l")), 1f, new IndexOf("l")),
        Accumulate: false);

    private static Tensor Row(int extent) => PerSample("x", Region.Input, 3, extent);

    private static Map Rows(int extent, Expression value) => new("Map", [new("c", 3), new("k", extent)], At(PerSample("y", Region.Output, 3), "c"), Fold.Add, value, Accumulate: false);

    private static Expression Squared(int extent)
    {
        Expression deviation = new Read(At(Row(extent), "c", "k")) - new Read(At(Mean, "c"));
        return deviation * deviation;
    }

    private static Map Folded(Fold fold) => new("Map", [new("i", 3), new("j", 10)], At(PerSample("y", Region.Output, 10), "j"), fold, new Read(At(Terms, "i", "j")), Accumulate: false);
}
