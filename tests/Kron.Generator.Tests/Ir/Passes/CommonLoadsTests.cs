using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir.Passes;

public class CommonLoadsTests
{
    private static readonly Let First = Let("a", Load("x", 4, 4));
    private static readonly Let Second = Let("b", Load("x", 4, 4));
    private static readonly Store Use = Store("y", 40, "b", 4);

    [Fact]
    public void ARepeatedLoadIsNamedOnce() => Run(
        Aliasing.Possible,
        First,
        Let("c", new Broadcast(At("x", 4))),
        Second,
        Let("d", new Broadcast(At("x", 4))),
        Let("e", new MultiplyAdd("b", "d", "c")),
        Store("y", 0, "e", 4)).ShouldBe(
        """
        let a = load x[4] [4]
        let c = broadcast x[4]
        let e = a * c + c
        store y[0], e [4]
        """);

    [Fact]
    public void AnotherWidthOrPlaceIsAnotherLoad()
    {
        Kept(First, Let("b", Load("x", 4, 3)), Use);
        Kept(First, Let("b", Load("x", 5, 4)), Use);
        Kept(First, Let("b", new LoadStrided(At("x", 4), 2, 4)), Use);
    }

    [Fact]
    public void StoresMakeLoadsStaleWhereTheyMayReachThem()
    {
        Store elsewhere = Store("x", 8, "a", 4);
        Store over = Store("x", 7, "a", 1);
        Store another = Store("y", 4, "a", 4);
        Merged(Aliasing.Possible, First, elsewhere, Second, Use).ShouldBeTrue();
        Merged(Aliasing.Possible, First, over, Second, Use).ShouldBeFalse();
        Merged(Aliasing.Possible, First, another, Second, Use).ShouldBeFalse();
        Merged(Aliasing.None, First, another, Second, Use).ShouldBeTrue();
    }

    [Fact]
    public void CallsMayWriteAnywhereFromWhatTheyAreGiven()
    {
        Merged(Aliasing.None, First, Call("Other", At("y")), Second, Use).ShouldBeTrue();
        Merged(Aliasing.None, First, Call("Other", At("x", 100)), Second, Use).ShouldBeFalse();
        Merged(Aliasing.Possible, First, Call("Other", At("y")), Second, Use).ShouldBeFalse();
        Merged(Aliasing.Possible, First, Call("Other"), Second, Use).ShouldBeTrue();
    }

    [Fact]
    public void ALoopsStoresCountBeforeItAndAfterIt()
    {
        // The cursor reaches what its parameter reaches; the store runs before the next iteration's load.
        Loop loop = Loop(2, [Cursor("p", "x", 0, 1)], Let("c", Load("x", 4, 4)), Store("p", 0, "c", 4));
        Kept(First, loop, Store("y", 0, "a", 4));
        Merged(Aliasing.None, First, loop, Second, Use).ShouldBeFalse();
    }

    [Fact]
    public void ALoopReusesWhatWasLoadedBeforeItButNotTheOtherWayRound()
    {
        Run(Aliasing.None, First, Loop(2, [Cursor("p", "y", 0, 4)], Let("c", Load("x", 4, 4)), Store("p", 0, "c", 4)), Use with { Value = "a" }).ShouldBe(
            """
            let a = load x[4] [4]
            loop 2 (p = y[0] += 4)
            store p[0], a [4]
            store y[40], a [4]
            """);
        Kept(Loop(2, [Cursor("p", "y", 0, 4)], Let("c", Load("x", 4, 4)), Store("p", 0, "c", 4)), Second, Use);
    }

    [Fact]
    public void AValueAssignedToIsNoLoadAnyMore() => Run(Aliasing.None, First, Set("a", new Constant(1)), Second, Use, Store("y", 0, "a", 4)).ShouldBe(
        """
        let a = load x[4] [4]
        a = 1
        let b = load x[4] [4]
        store y[40], b [4]
        store y[0], a [4]
        """);

    [Fact]
    public void AValueAssignedToLaterKeepsACopy() => Run(Aliasing.None, First, Second, Set("a", new Constant(1)), Use, Store("y", 0, "a", 4)).ShouldBe(
        """
        let a = load x[4] [4]
        let b = a
        a = 1
        store y[40], b [4]
        store y[0], a [4]
        """);

    private static bool Merged(Aliasing aliasing, params Statement[] body) => !Run(aliasing, body).Contains("let b");

    private static void Kept(params Statement[] body) => Run(Aliasing.None, body).ShouldBe(Text(Kernel(["x", "y"], body)));

    private static string Run(Aliasing aliasing, params Statement[] body) => Text(CommonLoads.Run(Kernel(["x", "y"], body), aliasing));

    private static string Text(Kernel kernel) => string.Join("\n", kernel.Body.Deep().Select(IrText.Of));
}
