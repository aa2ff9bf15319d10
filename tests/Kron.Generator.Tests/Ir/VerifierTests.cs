using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir;

public class VerifierTests
{
    private static readonly Let A = Let("a", new Constant(1));
    private static readonly Let M = Let("m", new Binary(BinaryKind.Greater, "a", "a"));

    [Fact]
    public void AWellFormedKernelHasNoProblems() => Verifier.Verify(
        Kernel(
            ["x"],
            A,
            M,
            Loop(2, [Cursor("p", "x", 0, 4)], Let("b", Load("p", 0, 4)), Set("a", new Select("m", "a", "b")), Store("p", 0, "a", 4)),
            Loop(2, [Cursor("p", "x", 0, 4)], Let("b", Load("p", 0, 4)), Set("a", new Copy("b")))),
        Targets.Vector128).ShouldBeEmpty();

    [Fact]
    public void EveryKindOfProblemIsFound()
    {
        Expect("b is no vector", Let("c", new Copy("a")), Let("d", new Unary(UnaryKind.Negate, "b")));
        Expect("b is no value", Let("c", new Copy("b")));
        Expect("y is no pointer", Let("b", Load("y", 0, 1)));
        Expect("x is no vector", Store("x", 0, "x", 1));
        Expect("5 of 4 lanes", Store("x", 0, "a", 5));
        Expect("0 of 4 lanes", Let("b", Load("x", 0, 0)));
        Expect("lanes fall on one float", new StoreStrided(At("x"), "a", 0, 2));
        Expect("1 to 4 rows", new StoreTransposed(At("x"), new[] { "a", "a", "a", "a", "a" }.ToEquatableArray(), 8, 2, false));
        Expect("lanes overlap", new StoreTransposed(At("x"), new[] { "a", "a" }.ToEquatableArray(), 1, 2, false));
        Expect("is no value that an enclosing scope introduced", Set("b", new Constant(1)));
        Expect("is no value that an enclosing scope introduced", Set("x", new Constant(1)));
        Expect("changes its kind", M, Set("m", new Constant(1)));
        Expect("a is no mask", Let("b", new Select("a", "a", "a")));
        Expect("m is no vector", M, Store("x", 0, "m", 4));
        Expect("introduced twice", Let("a", new Constant(2)));
        Expect("introduced twice", Let("x", new Constant(2)));
        Expect("also a name of an enclosing scope", Loop(1, [], Let("a", new Constant(2))));
        Expect("also a name of an enclosing scope", Loop(1, [], Let("b", new Constant(2))), Let("b", new Constant(2)));
        Expect("also a name of an enclosing scope", Loop(1, [Cursor("x", "x", 0, 1)]));
        Expect("b is no vector", Loop(1, [], Let("b", new Constant(2))), Store("x", 0, "b", 1));
        Expect("negative number of times", Loop(-1, []));
        Expect("its panels overlap", new Rearrange(At("x"), At("x", 9), 2, 3, [new Extent(3, 1)], [new Extent(2, 3)]));
        Expect("lane dimensions", new Rearrange(At("x"), At("x", 9), 2, 2, [new Extent(3, 1)], []));
        Expect("no earlier kernel", Call("Other"));
        Expect("takes 1 arguments", Call("Callee", At("x"), At("x")));
        Expect("y is no pointer", Call("Callee", At("y")));
        Expect("lane 4 of 4", Let("b", new MultiplyAddLane("a", "a", 4, "a")));
    }

    [Fact]
    public void OnlySomeTargetsMultiplyByLane()
    {
        Kernel kernel = Kernel([], A, Let("b", new MultiplyAddLane("a", "a", 3, "a")));
        Verifier.Verify(kernel, Targets.AdvSimd).ShouldBeEmpty();
        Verifier.Verify(kernel, Targets.Vector128).ShouldHaveSingleItem().ShouldContain("no multiply-add by lane");
    }

    [Fact]
    public void AProgramsCalleesComeBeforeCallersOnceEachAndEntriesPointToRegions()
    {
        Kernel callee = Kernel("Callee", ["p"]);
        Kernel caller = Kernel("Caller", ["p"], Call("Callee", At("p")));
        Kernel entry = Kernel("Forward", ["Input"], Call("Caller", At("Input")));
        Program(entry, callee, caller).ShouldBeEmpty();
        Program(entry, caller, callee).ShouldHaveSingleItem().ShouldContain("no earlier kernel");
        Program(entry, callee, caller, callee).ShouldHaveSingleItem().ShouldContain("second kernel");
        Program(Kernel("Forward", ["Elsewhere"])).ShouldHaveSingleItem().ShouldContain("no region");

        static System.Collections.Generic.IReadOnlyList<string> Program(Kernel entry, params Kernel[] kernels) => Verifier.Verify(new LayerProgramIr(
            Targets.Scalar, 1, kernels.ToEquatableArray(), new[] { new Entry(Pass.Forward, 1, entry) }.ToEquatableArray(), new ProgramSizes(0, 0, 0, 0, 0), default));
    }

    private static void Expect(string problem, params Statement[] body)
    {
        Kernel kernel = Kernel("Checked", ["x"], [A, .. body]);
        string found = Verifier.Verify(kernel, Targets.AdvSimd, Kernel("Callee", ["p"])).ShouldHaveSingleItem();
        found.ShouldContain(problem);
        found.ShouldStartWith("Checked: ");
    }
}
