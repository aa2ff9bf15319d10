using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir.Passes;

public class ScratchPromotionTests
{
    private const int Lanes = 4;

    [Fact]
    public void AStoreAndItsWholeLoadsBecomeTheValue() => Promoted(
        Store("s", 8, "v", 4),
        Let("a", Load("s", 8, 4)),
        Let("b", Load("s", 8, 4)),
        Let("c", new Binary(BinaryKind.Add, "a", "b")),
        Store("x", 0, "c", 4)).ShouldBe(
        """
        let v = load x[0] [4]
        let c = Add(v, v)
        store x[0], c [4]
        """);

    [Fact]
    public void AStoreThatNothingLoadsDisappearsAndSoDoesItsValue() => Promoted(Store("s", 0, "v", 4)).ShouldBe("");

    [Fact]
    public void AStoreIsKeptForALoadOfAnotherWidthOrPlace() => Unchanged(
        Store("s", 8, "v", 4),
        Let("a", Load("s", 9, 2)),
        Store("x", 0, "a", 2));

    [Fact]
    public void ABroadcastOfAStoredLaneKeepsTheStore() => Unchanged(
        Store("s", 0, "v", 4),
        Let("a", new Broadcast(At("s", 2))),
        Store("x", 0, "a", 4));

    [Fact]
    public void AnOverlappingStoreInBetweenBlocksTheReuse() => Unchanged(
        Store("s", 8, "v", 4),
        new StoreTransposed(At("s", 3), ["v", "v"], 4, 2, Add: false),
        Let("a", Load("s", 8, 4)),
        Store("x", 0, "a", 4));

    [Fact]
    public void AStoreBetweenTheFloatsOfAnotherOverlapsNothing() => Promoted(
        new StoreStrided(At("s", 0), "v", 2, 4),
        new StoreStrided(At("s", 1), "v", 2, 4),
        Let("a", new LoadStrided(At("s", 0), 2, 4)),
        Store("x", 0, "a", 4)).ShouldBe(
        """
        let v = load x[0] [4]
        store s[0] step 2, v [4]
        let a = load s[0] step 2 [4]
        store x[0], a [4]
        """);

    [Fact]
    public void AValueAssignedToSinceIsNotReused() => Unchanged(
        Store("s", 0, "v", 4),
        Set("v", new Constant(3)),
        Let("a", Load("s", 0, 4)),
        Let("b", new Binary(BinaryKind.Add, "a", "v")),
        Store("x", 0, "b", 4));

    [Fact]
    public void APartialVectorIsReusedWhereItsOtherLanesDoNotMatter()
    {
        Promoted(Store("s", 0, "v", 3), Let("a", Load("s", 0, 3)), Let("b", new Unary(UnaryKind.Negate, "a")), Store("x", 0, "b", 3)).ShouldBe(
            """
            let v = load x[0] [4]
            let b = Negate(v)
            store x[0], b [3]
            """);
        Unchanged(Store("s", 0, "v", 3), Let("a", Load("s", 0, 3)), Store("x", 0, "a", 4));
        Unchanged(Store("s", 0, "v", 3), Let("a", Load("s", 0, 3)), Let("b", new Unary(UnaryKind.ReduceAdd, "a")), Store("x", 0, "b", 1));
        Unchanged(Store("s", 0, "v", 3), Let("a", Load("s", 0, 3)), Let("b", new MultiplyAddLane("v", "a", 3, "v")), Store("x", 0, "b", 1));
    }

    [Fact]
    public void TheFirstLanesOfAWiderStoreAreReused()
    {
        Promoted(Store("s", 0, "v", 4), Let("a", Load("s", 0, 2)), Store("x", 0, "a", 2)).ShouldBe(
            """
            let v = load x[0] [4]
            store x[0], v [2]
            """);
        Promoted(Store("s", 0, "v", 2), Let("a", Load("s", 0, 4)), Store("x", 0, "a", 2)).ShouldBe(
            """
            let v = load x[0] [4]
            store x[0], v [2]
            """);
        Unchanged(Store("s", 0, "v", 4), Let("a", Load("s", 0, 2)), Store("x", 0, "a", 3));
        Unchanged(Store("s", 0, "v", 2), Let("a", Load("s", 0, 4)), Store("x", 0, "a", 3));
    }

    [Fact]
    public void ALoopOrCallThatUsesTheScratchIsAWall()
    {
        Unchanged(Store("s", 0, "v", 4), Loop(2, [Cursor("p", "s", 0, 4)], Store("p", 0, "v", 4)), Let("a", Load("s", 0, 4)), Store("x", 0, "a", 4));
        Unchanged(Store("s", 0, "v", 4), Call("Other", At("s", 2)), Let("a", Load("s", 0, 4)), Store("x", 0, "a", 4));
        Unchanged(Store("s", 0, "v", 4), new Rearrange(At("s"), At("x"), 1, 1, [new Extent(1, 0)], [new Extent(1, 0)]), Let("a", Load("s", 0, 4)), Store("x", 0, "a", 4));
    }

    [Fact]
    public void ALoopThatDoesNotIsNone() => Promoted(
        Store("s", 0, "v", 4),
        Loop(2, [Cursor("p", "x", 8, 4)], Store("p", 0, "v", 4)),
        Let("a", Load("s", 0, 4)),
        Store("x", 0, "a", 4)).ShouldBe(
        """
        let v = load x[0] [4]
        loop 2 (p = x[8] += 4)
        store x[0], v [4]
        """);

    [Fact]
    public void OutsideThePrivatePartLoadsAreReusedAndStoresStay() => Promoted(
        Store("s", 98, "v", 4),
        Let("a", Load("s", 98, 4)),
        Store("x", 0, "a", 4)).ShouldBe(
        """
        let v = load x[0] [4]
        store s[98], v [4]
        store x[0], v [4]
        """);

    [Fact]
    public void OneLaneIsReusedByBroadcastsToo() => Text(ScratchPromotion.Promote(
        Kernel(["x", "s"], Let("v", Load("x", 0, 1)), Store("s", 0, "v", 1), Let("a", new Broadcast(At("s"))), Store("x", 1, "a", 1)),
        lanes: 1,
        new PrivateScratch("s", 0, 1))).ShouldBe(
        """
        let v = load x[0] [1]
        store x[1], v [1]
        """);

    private static string Promoted(params Statement[] body) => Text(ScratchPromotion.Promote(Program(body), Lanes, new PrivateScratch("s", 0, 100)));

    private static void Unchanged(params Statement[] body) => Promoted(body).ShouldBe(Text(Program(body)));

    private static Kernel Program(Statement[] body) => Kernel(["x", "s"], [Let("v", Load("x", 0, 4)), .. body]);

    private static string Text(Kernel kernel) => string.Join("\n", System.Linq.Enumerable.Select(kernel.Body, IrText.Of));
}
