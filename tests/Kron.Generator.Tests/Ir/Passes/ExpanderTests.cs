using System;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir.Passes;

public class ExpanderTests
{
    [Fact]
    public void NestedLoopsUnrollToLiteralAddressesAndUniqueNames()
    {
        Kernel kernel = Kernel(
            ["x", "y"],
            Let("sum", new Constant(0)),
            Loop(
                2,
                [Cursor("p", "x", 3, 10)],
                Loop(2, [Cursor("q", "p", 1, 4)], Let("a", Load("q", 2, 4)), Set("sum", new Binary(BinaryKind.Add, "sum", "a")))),
            Store("y", 0, "sum", 4));
        IrText.Of(Unroller.UnrollAll(kernel)).ShouldBe(
            """
            Test(x, y)
              let sum = 0
              let a = load x[6] [4]
              sum = Add(sum, a)
              let a_1 = load x[10] [4]
              sum = Add(sum, a_1)
              let a_2 = load x[16] [4]
              sum = Add(sum, a_2)
              let a_3 = load x[20] [4]
              sum = Add(sum, a_3)
              store y[0], sum [4]

            """);
    }

    [Fact]
    public void AnInnerLoopUnrollsWithinALoopThatStays()
    {
        Kernel kernel = Kernel(
            ["x"],
            Loop(100, [Cursor("p", "x", 0, 8)], Loop(2, [Cursor("q", "p", 0, 4)], Let("a", Load("q", 0, 4)), Store("q", 0, "a", 4))));
        IrText.Of(Unroller.Unroll(kernel, loop => loop.Count < 10)).ShouldBe(
            """
            Test(x)
              loop 100 (p = x[0] += 8)
                let a = load p[0] [4]
                store p[0], a [4]
                let a_1 = load p[4] [4]
                store p[4], a_1 [4]

            """);
    }

    [Fact]
    public void CalleesComeInWithTheirArgumentsAndUnderNewNames()
    {
        Kernel inner = Kernel("Inner", ["x"], Let("a", Load("x", 1, 1)), Store("x", 0, "a", 1));
        Kernel outer = Kernel("Outer", ["y", "x"], Call("Inner", At("y", 10)), Call("Inner", At("x")), Call("Other", At("y", 1)));
        Kernel kernel = Kernel(["x"], Let("a", new Constant(1)), Call("Outer", At("x", 100), At("x", 200)), Store("x", 0, "a", 1));
        IrText.Of(Inliner.Inline(kernel, [inner, outer])).ShouldBe(
            """
            Test(x)
              let a = 1
              let a_1 = load x[111] [1]
              store x[110], a_1 [1]
              let a_2 = load x[201] [1]
              store x[200], a_2 [1]
              Other(x[101])
              store x[0], a [1]

            """);
    }

    [Fact]
    public void ACallOfTheWrongArityIsRefused() => Should.Throw<ArgumentException>(() =>
        Inliner.Inline(Kernel(["x"], Call("Inner", At("x"), At("x"))), [Kernel("Inner", ["p"])])).Message.ShouldContain("Inner takes 1 pointers, 2 are given");

    [Fact]
    public void FreshNamesKeepTheirStem()
    {
        NameSource names = new(["a", "b_1"]);
        new[] { "a", "a", "b", "b", "b" }.Select(names.Fresh).ShouldBe(["a_1", "a_2", "b", "b_2", "b_3"]);
    }
}
