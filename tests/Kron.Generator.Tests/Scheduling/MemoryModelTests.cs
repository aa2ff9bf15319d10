using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

public class MemoryModelTests
{
    [Fact]
    public void WeightsBeyondTheCachesAreReadOnceForAsManyRowsAsTheTileHas()
    {
        // 32 MB of weights: a tile of two rows reads them eight times as often as one of 16.
        Contraction contraction = CostModelTests.Product(rows: 32, columns: 4096, steps: 2040);
        double few = Memory(contraction, rows: 2, vectors: 8), many = Memory(contraction, rows: 8, vectors: 2);
        few.ShouldBeGreaterThan(2 * many);
        ContractScheduler.Choose(contraction, Targets.Avx512, _ => true).TileRows.ShouldBeGreaterThanOrEqualTo(8);
    }

    [Fact]
    public void APanelThatFitsStaysWhileRowsGoBy()
    {
        // One panel of 128 steps is 16 KB; all of them are 2 MB.
        Contraction contraction = CostModelTests.Product(rows: 512, columns: 4096, steps: 128);
        Schedule inside = Find(contraction, 8, 2, rowsOutside: false), outside = Find(contraction, 8, 2, rowsOutside: true);
        Cycles(contraction, inside).ShouldBeLessThan(Cycles(contraction, outside));
    }

    [Fact]
    public void RowsAPageApartTakeMoreThanTheirLines()
    {
        // Four vectors of 16 steps are 4 KB that stay while rows go by; steps 4 KB apart crowd into four sets.
        CyclesPerColumn(1024).ShouldBeGreaterThan(1.1 * CyclesPerColumn(1024 + 16));

        static double CyclesPerColumn(int columns)
        {
            Contraction contraction = CostModelTests.Product(rows: 512, columns: columns, steps: 16);
            Schedule schedule = ContractScheduler.Enumerate(contraction, Targets.Avx512).First(s =>
                !s.Packed && s.VectorOperand == Contraction.Right && s.TileRows == 4 && s.Vectors == 4 && !s.RowsOutside);
            return new MemoryModel(contraction, schedule.Loops.Append(schedule.Lanes), -1, Targets.Avx512).Cycles(schedule) / columns;
        }
    }

    [Fact]
    public void ShortRunsOfColdLinesCostMoreThanLongOnes()
    {
        // The gradient of a large weight is written along its rows, or jumps from row to row.
        SampleContraction sample = SampleContraction.Named("WeightGradient");
        Contraction large = Contraction.Of(
            sample.Node with
            {
                Dims = [new Dim("m", 2048), new Dim("n", 2048), new Dim("j", 2)],
                Output = SampleContraction.At(new Tensor("dA", Region.Gradients, [2048, 2048], PerSample: false), "m", "n"),
                Left = SampleContraction.At(new Tensor("z", Region.Tape, [2, 2048], PerSample: true), "j", "n"),
                Right = SampleContraction.At(new Tensor("dy", Region.OutputGradient, [2048, 2], PerSample: true), "m", "j"),
            },
            null,
            16);
        Schedule chosen = ContractScheduler.Choose(large, Targets.Avx512, _ => true);
        (chosen.RowsOutside || chosen.Vectors >= 5).ShouldBeTrue(chosen.Describe(large));
    }

    private static double Memory(Contraction contraction, int rows, int vectors) => Cycles(contraction, Find(contraction, rows, vectors, rowsOutside: false));

    private static double Cycles(Contraction contraction, Schedule schedule) =>
        new MemoryModel(contraction, schedule.Loops.Append(schedule.Lanes), schedule.VectorOperand, Targets.Avx512).Cycles(schedule);

    private static Schedule Find(Contraction contraction, int rows, int vectors, bool rowsOutside) => ContractScheduler.Enumerate(contraction, Targets.Avx512)
        .First(s => s.Packed && !s.Reduced && s.VectorOperand == Contraction.Right && s.TileRows == rows && s.Vectors == vectors && s.RowsOutside == rowsOutside);
}
