using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir;

public class InterpreterTests
{
    public static TheoryData<string> AllTargets => [.. Targets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(AllTargets))]
    public void ADotProductOfEveryLengthIsRight(string name)
    {
        TargetModel target = Target(name);
        for (int length = 1; length <= 40; length++)
        {
            int lanes = Math.Min(length, target.Lanes);
            int tail = length % lanes;
            List<Statement> body =
            [
                Let("sum", new Constant(0)),
                Loop(
                    length / lanes,
                    [Cursor("a", "x", 0, lanes), Cursor("b", "y", 0, lanes)],
                    Let("u", Load("a", 0, lanes)),
                    Let("v", Load("b", 0, lanes)),
                    Set("sum", new MultiplyAdd("u", "v", "sum"))),
            ];
            if (tail > 0)
            {
                body.Add(Let("p", Load("x", length - tail, tail)));
                body.Add(Let("q", Load("y", length - tail, tail)));
                body.Add(Set("sum", new MultiplyAdd("p", "q", "sum")));
            }

            body.Add(Let("total", new Unary(UnaryKind.ReduceAdd, "sum")));
            body.Add(Store("z", 0, "total", 1));
            Kernel kernel = Kernel(["x", "y", "z"], [.. body]);
            Verifier.Verify(kernel, target).ShouldBeEmpty();

            // Exactly as long as they may be read or written; small integers are exact in any order.
            (float[] x, float[] y, float[] z) = (Numbers(length), Numbers(length, 3), new float[1]);
            Run(target, kernel, ("x", x), ("y", y), ("z", z));
            z[0].ShouldBe(x.Zip(y, (a, b) => a * b).Sum());
        }
    }

    [Fact]
    public void LanewiseOperationsFollowTheirDefinitions()
    {
        float[] x = [1.5f, -2.5f, float.NaN, 0f];
        float[] y = [2f, -3f, 1f, float.NaN];
        (Operation Operation, float[] Expected)[] cases =
        [
            (new Unary(UnaryKind.Negate, "x"), [-1.5f, 2.5f, float.NaN, -0f]),
            (new Unary(UnaryKind.Absolute, "x"), [1.5f, 2.5f, float.NaN, 0f]),
            (new Unary(UnaryKind.SquareRoot, "y"), [1.41421356f, float.NaN, 1f, float.NaN]),
            (new Unary(UnaryKind.Round, "x"), [2f, -2f, float.NaN, 0f]),
            (new Binary(BinaryKind.Add, "x", "y"), [3.5f, -5.5f, float.NaN, float.NaN]),
            (new Binary(BinaryKind.Subtract, "x", "y"), [-0.5f, 0.5f, float.NaN, float.NaN]),
            (new Binary(BinaryKind.Multiply, "x", "y"), [3f, 7.5f, float.NaN, float.NaN]),
            (new Binary(BinaryKind.Divide, "x", "y"), [0.75f, -2.5f / -3f, float.NaN, float.NaN]),
            (new Binary(BinaryKind.Min, "x", "y"), [1.5f, -3f, 1f, float.NaN]),
            (new Binary(BinaryKind.Max, "x", "y"), [2f, -2.5f, 1f, float.NaN]),
            (new Binary(BinaryKind.Scale, "x", "y"), [6f, -2.5f / 8, float.NaN, float.NaN]),
            (new Binary(BinaryKind.AddPairs, "x", "y"), [-1f, float.NaN, -1f, float.NaN]),
            (new Copy("y"), y),
            (new Constant(7), [7f, 7f, 7f, 7f]),
            (new MultiplyAdd("x", "y", "y"), [5f, 4.5f, float.NaN, float.NaN]),
            (new MultiplyAddLane("y", "x", 1, "y"), [-3f, 4.5f, -1.5f, float.NaN]),
            (new Broadcast(At("x", 1)), [-2.5f, -2.5f, -2.5f, -2.5f]),
            (new LoadStrided(At("x", 3), -2, 2), [0f, -2.5f, 0f, 0f]),
            (Load("x", 1, 2), [-2.5f, float.NaN, 0f, 0f]),
        ];
        foreach ((Operation operation, float[] expected) in cases)
        {
            float[] z = new float[4];
            Run(
                Targets.AdvSimd,
                Kernel(["x", "y", "z"], Let("x_", Load("x", 0, 4)), Let("y_", Load("y", 0, 4)), Let("z_", Renamed(operation)), Store("z", 0, "z_", 4)),
                ("x", x),
                ("y", y),
                ("z", z));
            z.ShouldBe(expected, IrText.Of(operation));
        }
    }

    [Fact]
    public void LanesAreSummedNeighboursFirst()
    {
        float[] z = new float[1];
        Kernel kernel = Kernel(["x", "z"], Let("a", Load("x", 0, 4)), Let("sum", new Unary(UnaryKind.ReduceAdd, "a")), Store("z", 0, "sum", 1));
        Run(Targets.AdvSimd, kernel, ("x", [1e8f, -1e8f, 1f, 1f]), ("z", z));
        z.ShouldBe([2f]);
    }

    [Fact]
    public void MasksSelectAndNaNComparesFalse()
    {
        foreach ((BinaryKind kind, float[] expected) in ((BinaryKind, float[])[])
            [(BinaryKind.Greater, [0, 1, 0, 0]), (BinaryKind.GreaterOrEqual, [1, 1, 0, 0]), (BinaryKind.Equal, [1, 0, 0, 0])])
        {
            float[] z = new float[4];
            Kernel kernel = Kernel(
                ["x", "y", "z"],
                Let("a", Load("x", 0, 4)),
                Let("b", Load("y", 0, 4)),
                Let("one", new Constant(1)),
                Let("zero", new Constant(0)),
                Let("m", new Binary(kind, "a", "b")),
                Let("both", new Binary(BinaryKind.And, "m", "m")),
                Let("c", new Select("both", "one", "zero")),
                Store("z", 0, "c", 4));
            Verifier.Verify(kernel, Targets.Vector128).ShouldBeEmpty();
            Run(Targets.Vector128, kernel, ("x", [1, 2, 3, float.NaN]), ("y", [1, 1, 4, float.NaN]), ("z", z));
            z.ShouldBe(expected);
        }
    }

    [Fact]
    public void OnlyFusedTargetsRoundOnce()
    {
        float a = 1 + MathF.ScaleB(1, -12);
        Kernel kernel = Kernel(
            ["x", "z"],
            Let("a", new Broadcast(At("x"))),
            Let("c", new Constant(-1)),
            Let("r", new MultiplyAdd("a", "a", "c")),
            Store("z", 0, "r", 1));
        foreach (TargetModel target in Targets.All)
        {
            float[] z = new float[1];
            Run(target, kernel, ("x", [a]), ("z", z));
            z[0].ShouldBe(target.FusedMultiplyAdd ? MathF.ScaleB(1, -11) + MathF.ScaleB(1, -24) : MathF.ScaleB(1, -11), target.Name);
        }
    }

    [Fact]
    public void TransposedStoresPutLanesApartAndTouchNothingElse()
    {
        float[] z = new float[12];
        Array.Fill(z, -1);
        Kernel store = Kernel(
            ["x", "z"],
            Let("a", Load("x", 0, 3)),
            Let("b", Load("x", 4, 3)),
            new StoreTransposed(At("z", 1), new[] { "a", "b" }.ToEquatableArray(), 4, 3, Add: false));
        Run(Targets.Vector128, store, ("x", Numbers(8)), ("z", z));
        z.ShouldBe([-1, 1, 5, -1, -1, 2, 6, -1, -1, 3, 7, -1]);

        Kernel add = store with { Body = store.Body.Select(s => s is StoreTransposed t ? t with { Add = true } : s).ToEquatableArray() };
        Run(Targets.Vector128, add, ("x", Numbers(8)), ("z", z));
        z.ShouldBe([-1, 2, 10, -1, -1, 4, 12, -1, -1, 6, 14, -1]);
    }

    [Fact]
    public void StridedStoresStepAndPartialStoresStop()
    {
        float[] z = new float[7];
        Run(
            Targets.AdvSimd,
            Kernel(["x", "z"], Let("a", Load("x", 0, 4)), new StoreStrided(At("z", 6), "a", -3, 3), Store("z", 1, "a", 2)),
            ("x", Numbers(4)),
            ("z", z));
        z.ShouldBe([3, 1, 2, 2, 0, 0, 1]);
    }

    [Fact]
    public void RearrangingMakesPanelsOfLanesAndLeavesUnusedLanesAlone()
    {
        // from[i, k, j] (2 × 3 × 2): lanes (j, i), inner k; panels of 3 lanes, 9 floats each.
        float[] from = Numbers(12, 0);
        float[] to = new float[19];
        Array.Fill(to, -1);
        Rearrange copy = new(At("to", 1), At("from"), 3, 9, [new Extent(2, 1), new Extent(2, 6)], [new Extent(3, 2)]);
        Run(Targets.Vector128, Kernel(["from", "to"], copy), ("from", from), ("to", to));
        to.ShouldBe([-1, 0, 6, 1, 2, 8, 3, 4, 10, 5, 7, -1, -1, 9, -1, -1, 11, -1, -1]);
        Should.Throw<InterpreterException>(() => Run(Targets.Vector128, Kernel(["from", "to"], copy), ("from", from), ("to", new float[16])))
            .Message.ShouldContain("reaches float 16 of a buffer of 16");
    }

    [Fact]
    public void NestedLoopsMoveCursorsFromWhereTheEnclosingOneStands()
    {
        float[] z = new float[24];
        Kernel kernel = Kernel(
            ["x", "z"],
            Loop(
                2,
                [Cursor("p", "x", 0, 12), Cursor("q", "z", 0, 1)],
                Loop(
                    3,
                    [Cursor("pp", "p", 0, 4), Cursor("qq", "q", 0, 8)],
                    Let("a", Load("pp", 0, 4)),
                    new StoreStrided(At("qq"), "a", 2, 4))));
        Verifier.Verify(kernel, Targets.Vector128).ShouldBeEmpty();
        float[] x = Numbers(24);
        Run(Targets.Vector128, kernel, ("x", x), ("z", z));
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 12; j++)
            {
                z[(2 * j) + i].ShouldBe(x[(12 * i) + j]);
            }
        }
    }

    [Fact]
    public void CallsPassPlacesAndMayNest()
    {
        Kernel twice = Kernel("Twice", ["p"], Let("a", Load("p", 0, 1)), Let("b", new Binary(BinaryKind.Add, "a", "a")), Store("p", 0, "b", 1));
        Kernel fourTimes = Kernel("FourTimes", ["p"], Call("Twice", At("p")), Call("Twice", At("p")));
        Kernel main = Kernel(["x"], Loop(3, [Cursor("c", "x", 1, 2)], Call("FourTimes", At("c", -1)), Call("Twice", At("c"))));
        float[] x = Numbers(6);
        Run(Targets.Scalar, main, [twice, fourTimes], ("x", x));
        x.ShouldBe([4, 4, 12, 8, 20, 12]);
    }

    [Fact]
    public void AnAccessOutsideItsBufferNamesKernelStatementAndAddress()
    {
        Statement[] bad =
        [
            Let("b", Load("x", 1, 4)),
            Let("b", new Broadcast(At("x", 4))),
            Let("b", new Broadcast(At("x", -1))),
            Let("b", new LoadStrided(At("x"), -1, 2)),
            Let("b", new LoadStrided(At("x"), 2, 3)),
            Store("x", 3, "a", 2),
            new StoreStrided(At("x"), "a", 4, 2),
            new StoreTransposed(At("x"), new[] { "a", "a" }.ToEquatableArray(), 3, 2, Add: false),
        ];
        foreach (Statement statement in bad)
        {
            float[] x = Numbers(4);
            InterpreterException thrown = Should.Throw<InterpreterException>(() =>
                Run(Targets.Vector128, Kernel("Reader", ["x"], Let("a", new Constant(0)), statement), ("x", x)));
            thrown.Kernel.ShouldBe("Reader");
            thrown.Message.ShouldContain(IrText.Of(statement));
            thrown.Message.ShouldContain("of a buffer of 4");
            x.ShouldBe(Numbers(4));
        }
    }

    [Fact]
    public void TheLastIterationIsCheckedToo() => Should.Throw<InterpreterException>(() => Run(
        Targets.Scalar,
        Kernel(["x"], Loop(5, [Cursor("p", "x", 0, 1)], Let("a", Load("p", 0, 1)))),
        ("x", Numbers(4)))).Message.ShouldContain("4 to 4 of a buffer of 4");

    [Fact]
    public void UninitialisedMemoryShowsInTheResult()
    {
        float[] z = new float[4];
        Run(
            Targets.Vector128,
            Kernel(["s", "z"], Let("one", new Constant(1)), Store("s", 0, "one", 3), Let("a", Load("s", 0, 4)), Store("z", 0, "a", 4)),
            ("s", Pointer.Uninitialised(4)),
            ("z", z));
        z.ShouldBe([1, 1, 1, float.NaN]);
    }

    [Fact]
    public void AProgramRunsTheEntryOfItsPassAndBlock()
    {
        Kernel scale = Kernel("Scale", ["from", "to"], Let("a", Load("from", 0, 1)), Let("b", new Binary(BinaryKind.Add, "a", "a")), Store("to", 0, "b", 1));
        LayerProgramIr program = new(
            Targets.Scalar,
            2,
            new[] { scale }.ToEquatableArray(),
            new[]
            {
                new Entry(Pass.Forward, 1, Kernel("Forward1", ["Input", "Output"], Call("Scale", At("Input"), At("Output")))),
                new Entry(Pass.Forward, 2, Kernel("Forward2", ["Input", "Output"], Call("Scale", At("Input"), At("Output")), Call("Scale", At("Input", 1), At("Output", 1)))),
            }.ToEquatableArray(),
            new ProgramSizes(0, 0, 0, 0, 0),
            default);
        Verifier.Verify(program).ShouldBeEmpty();
        float[] output = new float[3];
        Pointer at = output;
        Interpreter.Run(program, Pass.Forward, 2, new Dictionary<string, Pointer> { ["Input"] = new float[] { 1, 2 }, ["Output"] = at });
        Interpreter.Run(program, Pass.Forward, 1, new Dictionary<string, Pointer> { ["Input"] = new float[] { 5 }, ["Output"] = at + 2 });
        output.ShouldBe([2, 4, 10]);
        Should.Throw<ArgumentException>(() => Interpreter.Run(program, Pass.Backward, 1, new Dictionary<string, Pointer>()));
        Should.Throw<ArgumentException>(() => Interpreter.Run(program, Pass.Forward, 1, new Dictionary<string, Pointer> { ["Input"] = output })).Message.ShouldContain("Output");
    }

    private static TargetModel Target(string name) => Targets.All.Single(target => target.Name == name);

    private static Operation Renamed(Operation operation) => operation switch
    {
        Copy copy => new Copy(copy.Value + "_"),
        Unary u => u with { A = u.A + "_" },
        Binary b => b with { A = b.A + "_", B = b.B + "_" },
        MultiplyAdd m => new MultiplyAdd(m.A + "_", m.B + "_", m.C + "_"),
        MultiplyAddLane m => m with { A = m.A + "_", B = m.B + "_", C = m.C + "_" },
        _ => operation,
    };
}
