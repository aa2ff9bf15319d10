using System;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Lowering;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Lowering;

public class KernelBuilderTests
{
    [Fact]
    public void NamesAreUniqueEvenWhereAHintLooksLikeOne()
    {
        var builder = new KernelBuilder();
        builder.Unique("v").ShouldBe("v");
        string second = builder.Unique("v");
        string[] more = [builder.Unique(second), builder.Unique("v"), builder.Unique(second), builder.Let("v", new Constant(0)), builder.Unique("v")];
        more.Append("v").Append(second).ShouldBeUnique();
    }

    [Fact]
    public void OneIterationIsNoLoop()
    {
        var builder = new KernelBuilder();
        builder.Loop(1, [("p", new Address("x", 8), 4)], at => builder.Add(new Prefetch(at[0])));
        builder.Build("Once", "", ["x"]).Body.ShouldBe([new Prefetch(new Address("x", 8))]);
    }

    [Fact]
    public void ALoopMovesWhatHasAStride()
    {
        var builder = new KernelBuilder();
        builder.Unique("p");
        builder.Loop(3, [("p", new Address("x", 8), 4), ("q", new Address("y", 2), 0)], at =>
        {
            builder.Add(new Prefetch(at[0]));
            builder.Add(new Prefetch(at[1] + 1));
        });
        var loop = builder.Build("Thrice", "", ["x", "y"]).Body.ShouldHaveSingleItem().ShouldBeOfType<Loop>();
        Cursor cursor = loop.Cursors.ShouldHaveSingleItem();
        (loop.Count, cursor.Start, cursor.Stride).ShouldBe((3L, new Address("x", 8), 4L));
        cursor.Name.ShouldNotBe("p");

        // The other pointer is used as it stands.
        loop.Body.ShouldBe([new Prefetch(new Address(cursor.Name, 0)), new Prefetch(new Address("y", 3))]);
    }

    [Fact]
    public void AnEntryReceivesTheRegionsThatItNames()
    {
        var builder = new KernelBuilder();
        builder.Loop(2, [("t", new Address("Scratch", 0), 4)], at => builder.Add(new Call("Tile", [at[0], new Address("Input", 0)])));
        builder.Add(new Rearrange(new Address("Packed", 0), new Address("Parameters", 0), 4, 4, [new Extent(1, 0)], [new Extent(1, 0)]));
        builder.BuildEntry("Forward1", "").Pointers.ShouldBe(["Input", "Parameters", "Packed", "Scratch"]);
        builder.Let("v", new Constant(0));
        Should.Throw<NotSupportedException>(() => builder.BuildEntry("Forward1", "")).Message.ShouldContain("Let");
    }
}
