using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Lowering;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Lowering;

public class KernelPoolTests
{
    [Fact]
    public void EqualBodiesShareOneKernelWhateverTheyAreCalled()
    {
        var pool = new KernelPool();
        pool.Add(Tile("Tile", 1), samples: 16).ShouldBe("Tile");
        pool.Add(Tile("Other", 1) with { Summary = "Another." }, samples: 1).ShouldBe("Tile");
        pool.Kernels.ShouldHaveSingleItem().Name.ShouldBe("Tile");
    }

    [Fact]
    public void DifferentBodiesOfOneNameAreToldApart()
    {
        var pool = new KernelPool();
        string[] names = [.. Enumerable.Range(1, 5).Select(i => pool.Add(Tile("Tile", i), samples: i == 1 ? 16 : 1))];
        names.ShouldBe(["Tile", "Tile_Batch1", "Tile_Batch1_2", "Tile_Batch1_3", "Tile_Batch1_4"]);
        pool.Kernels.Select(k => k.Name).ShouldBe(names);

        // Each name calls the body that it was given for.
        pool.Add(Tile("Tile", 3), samples: 1).ShouldBe("Tile_Batch1_2");
        pool.Kernels[2].Body.ShouldBe(Tile("Tile", 3).Body);
    }

    [Fact]
    public void AKernelMayHaveTheNameThatAnotherWouldGet()
    {
        var pool = new KernelPool();
        pool.Add(Tile("Tile_Batch1", 1), samples: 1).ShouldBe("Tile_Batch1");
        pool.Add(Tile("Tile", 2), samples: 1).ShouldBe("Tile");
        pool.Add(Tile("Tile", 3), samples: 1).ShouldNotBe("Tile_Batch1");
        pool.Kernels.Select(k => k.Name).ShouldBeUnique();
    }

    private static Kernel Tile(string name, float value) => Kernel(name, ["y"], Let("v", new Constant(value)), Store("y", 0, "v", 1));
}
