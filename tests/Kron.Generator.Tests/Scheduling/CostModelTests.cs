using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

/// <summary>What must hold of any sensible cost, whatever its constants.</summary>
public class CostModelTests
{
    public static TheoryData<string> VectorTargets => [.. Targets.All.Where(t => t.Lanes > 1).Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(VectorTargets))]
    public void APaddedLaneCostsAsMuchAsAUsefulOne(string targetName)
    {
        TargetModel target = Targets.All.Single(t => t.Name == targetName);
        int lanes = target.Lanes;
        double full = Cycles(Product(4, 2 * lanes, 8), target);
        Cycles(Product(4, (2 * lanes) - 1, 8), target).ShouldBe(full);
        Cycles(Product(4, (2 * lanes) + 1, 8), target).ShouldBeGreaterThan(full);

        // Per useful product, fewer padded lanes are cheaper.
        (Cycles(Product(4, lanes + 1, 8), target) / (lanes + 1)).ShouldBeGreaterThan(full / (2 * lanes));
    }

    [Fact]
    public void PackingAtCommitIsFreePackingAtEachCallIsNot()
    {
        Contraction parameter = Product(8, 32, 8);
        Contraction activation = parameter with { Operands = [parameter.Operands[0], parameter.Operands[1], parameter.Operands[2] with { Tensor = parameter.Operands[2].Tensor with { Region = Region.Scratch } }] };
        Schedule schedule = ContractScheduler.Enumerate(parameter, Targets.Avx512).First(s => s.Packed && s.VectorOperand == Contraction.Right);
        double free = CostModel.Cycles(parameter, schedule, Targets.Avx512);
        CostModel.Cycles(parameter, schedule with { Packed = false }, Targets.Avx512).ShouldBe(free);
        double packed = CostModel.Cycles(activation, schedule, Targets.Avx512);
        packed.ShouldBeGreaterThan(free);
        CostModel.Cycles(activation, schedule with { Packed = false }, Targets.Avx512).ShouldBe(free);

        // The cost of packing follows the size of what is packed, 32 × 8, not the number of rows.
        Contraction higher = Product(16, 32, 8) with { Operands = activation.Operands };
        Schedule same = ContractScheduler.Enumerate(higher, Targets.Avx512).First(s => s.Packed && s.VectorOperand == Contraction.Right);
        double packing = CostModel.Cycles(higher, same, Targets.Avx512) - CostModel.Cycles(higher, same with { Packed = false }, Targets.Avx512);
        packing.ShouldBe(packed - free, 1e-9);
    }

    [Fact]
    public void WorseStoresCostMore()
    {
        Contraction contraction = Product(8, 32, 8);
        Schedule schedule = ContractScheduler.Enumerate(contraction, Targets.Avx512).First(s => s.TileRows == 8);
        double Of(StoreKind store) => CostModel.Cycles(contraction, schedule with { Store = store }, Targets.Avx512);
        Of(StoreKind.Vector).ShouldBeLessThan(Of(StoreKind.Transposed));
        Of(StoreKind.Transposed).ShouldBeLessThan(Of(StoreKind.Strided));
    }

    [Theory]
    [MemberData(nameof(VectorTargets))]
    public void MoreWorkNeverCostsLess(string targetName)
    {
        TargetModel target = Targets.All.Single(t => t.Name == targetName);
        double last = 0;
        foreach (int size in new[] { 1, 2, 5, 8, 13, 24, 40, 100 })
        {
            double cycles = Cycles(Product(size, 16, 16), target);
            cycles.ShouldBeGreaterThan(last, $"{size} rows");
            last = cycles;
            Cycles(Product(16, 16, size), target).ShouldBeLessThan(Cycles(Product(16, 16, size + 1), target), $"{size} steps");
        }
    }

    [Fact]
    public void NothingIsFasterThanThePeak()
    {
        foreach (TargetModel target in Targets.All)
        {
            foreach (SampleContraction sample in SampleContraction.All.Values)
            {
                double peak = sample.Bound.MultiplyAdds / (target.MultiplyAddsPerCycle * target.Lanes);
                ContractScheduler.Enumerate(sample.Bound, target).ShouldAllBe(s => s.Cycles >= peak);
            }
        }
    }

    [Fact]
    public void OneSumWaitsForItselfAndPartialSumsDoNot()
    {
        // One row, one vector: each step waits for the one before, unless partial sums take turns.
        Contraction contraction = Product(6, 8, 100);
        Schedule narrow = ContractScheduler.Enumerate(contraction, Targets.Avx2)
            .Where(s => s.TileRows == 1 && s.Vectors == 1 && s.Lanes.Extent == 8).MinBy(s => s.Cycles)!;
        narrow.Chains.ShouldBe(8);
        CostModel.Cycles(contraction, narrow with { Chains = 1 }, Targets.Avx2).ShouldBeGreaterThan(6 * 100 * Targets.Avx2.MultiplyAddLatency);
        narrow.Cycles.ShouldBeLessThan(CostModel.Cycles(contraction, narrow with { Chains = 1 }, Targets.Avx2) / 3);
    }

    [Fact]
    public void RowsAWholePageApartTakeEachOthersPlace()
    {
        // 16 rows of 1024 floats fall on one set of the first-level cache, 16 rows of 1000 do not.
        double aligned = PerStep(1024), apart = PerStep(1000);
        aligned.ShouldBeGreaterThan(1.5 * apart);
        ContractScheduler.Choose(Product(rows: 64, columns: 512, steps: 1024), Targets.Avx512, _ => true).TileRows.ShouldBeLessThanOrEqualTo(6);

        static double PerStep(int steps)
        {
            Contraction contraction = Product(rows: 64, columns: 64, steps: steps);
            return ContractScheduler.Enumerate(contraction, Targets.Avx512)
                .First(s => s.Packed && !s.Reduced && s.VectorOperand == Contraction.Right && s.TileRows == 16 && s.Vectors == 1).Cycles / steps;
        }
    }

    /// <summary><c>y[r, c] = Σ_k x[r, k] · w[k, c]</c>.</summary>
    internal static Contraction Product(int rows, int columns, int steps) => Contraction.Of(
        new Contract(
            "Product",
            [new Dim("r", rows), new Dim("c", columns), new Dim("k", steps)],
            SampleContraction.At(new Tensor("y", Region.Output, [rows, columns], PerSample: true), "r", "c"),
            SampleContraction.At(new Tensor("x", Region.Input, [rows, steps], PerSample: true), "r", "k"),
            SampleContraction.At(new Tensor("w", Region.Parameters, [steps, columns], PerSample: false), "k", "c"),
            Accumulate: false),
        map: null,
        samples: 1);

    private static double Cycles(Contraction contraction, TargetModel target)
    {
        Schedule[] schedules = [.. ContractScheduler.Enumerate(contraction, target).Where(s => s.VectorOperand == Contraction.Right && !s.Packed && s.Lanes.Name == "c")];
        return schedules.Min(s => s.Cycles);
    }
}
