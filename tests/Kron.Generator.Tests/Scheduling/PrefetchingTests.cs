using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Lowering;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

public class PrefetchingTests
{
    [Fact]
    public void RowsOfTheCallerAreAskedForOneTileAhead()
    {
        Contraction contraction = CostModelTests.Product(rows: 100, columns: 32, steps: 40);
        Schedule schedule = ContractScheduler.Choose(contraction, Targets.Avx512, _ => true);
        schedule.NextRows.ShouldBeTrue();
        schedule.Ahead.ShouldBe(0);

        // Every line of the next rows, each once, from where they start on.
        (_, var pool, _) = LoweredContraction.Lower(contraction, schedule, Targets.Avx512, 1);
        Kernel tile = pool.Kernels.First(k => k.Body.Deep().OfType<Prefetch>().Any());
        long[] lines = [.. tile.Body.Deep().OfType<Prefetch>().Select(p => p.At.Offset / 16)];
        int rows = tile.Name.Contains($"_{schedule.TileRows}x", System.StringComparison.Ordinal) ? schedule.TileRows : EqualBlocks.Of(100, schedule.TileRows)[^1].Size;
        lines.ShouldBe([.. Enumerable.Range(0, rows * 40).Select(i => ((rows * 40) + i) / 16L).Distinct()]);
    }

    [Fact]
    public void WeightsBeyondTheSecondLevelCacheAreAskedForAhead()
    {
        Contraction contraction = CostModelTests.Product(rows: 8, columns: 2048, steps: 2048);
        ContractScheduler.Choose(contraction, Targets.Avx512, _ => true).Ahead.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void OutputBeyondTheSecondLevelCacheIsAskedForBeforeItIsAddedTo()
    {
        Contraction contraction = CostModelTests.Product(rows: 2048, columns: 2048, steps: 32) with { Accumulate = true };
        Schedule schedule = ContractScheduler.Choose(contraction, Targets.Avx512, _ => true);
        schedule.Held.ShouldBeTrue();
        (_, var pool, _) = LoweredContraction.Lower(contraction, schedule, Targets.Avx512, 1);
        Kernel tile = pool.Kernels.First(k => k.Body.Deep().OfType<Store>().Any());
        tile.Body.Deep().OfType<Prefetch>().Select(p => p.At).Where(at => at.Pointer == "y").ShouldBe(tile.Body.Deep().OfType<Store>().Select(s => s.To), ignoreOrder: true);
        ContractScheduler.Choose(contraction with { Accumulate = false }, Targets.Avx512, _ => true).Held.ShouldBeFalse();
        ContractScheduler.Choose(CostModelTests.Product(rows: 64, columns: 64, steps: 32) with { Accumulate = true }, Targets.Avx512, _ => true).Held.ShouldBeFalse();
    }

    [Fact]
    public void ATileThatIsTheWholeHasNoNext()
    {
        Contraction contraction = CostModelTests.Product(rows: 4, columns: 32, steps: 40);
        ContractScheduler.Choose(contraction, Targets.Avx512, _ => true).NextRows.ShouldBeFalse();
    }
}
