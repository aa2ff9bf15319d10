using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

/// <summary>A node bound to a block of samples: addresses and strides.</summary>
public class ContractionTests
{
    [Fact]
    public void LoopsCarryTheirStridesInEveryOperandTheSampleFirst()
    {
        Contraction bound = SampleContraction.Named("FirstB").Bound;
        bound.Loops.Select(l => (l.Name, l.Extent, string.Join(" ", l.Strides))).ShouldBe(
        [
            ("s", 2, "42 15 0"), // z [3, 2, 7] and x [15] of each sample
            ("n1", 3, "14 5 0"),
            ("n2", 5, "0 1 1"),
            ("i", 2, "7 0 35"), // B [2, 7, 5]
            ("m2", 7, "1 0 5"),
        ]);
        bound.MultiplyAdds.ShouldBe(2 * 3 * 5 * 2 * 7);
        bound.Loops.ShouldAllBe(l => !l.IsTerm);
    }

    [Fact]
    public void LoopsOfOneIterationAreNone() => SampleContraction.Named("FirstBOfOneSample").Bound.Loops.ShouldNotContain(l => l.Name == "s");

    [Fact]
    public void ParametersLieAtTheirOffsetPerSampleTensorsAtTheBlocks()
    {
        Contraction bound = SampleContraction.Named("AfterBWithRelu").Bound;
        bound.Operands.Select(o => o.Base).ShouldBe(
        [
            new Address("Output", 0),
            new Address("Input", 0),
            new Address("Parameters", 2),
            new Address("Parameters", 160 + (2 * 30)), // the bias of term 2
        ]);
        bound.Operands.Select(o => o.IsParameter).ShouldBe([false, false, true, true]);
        Places.Of(new("t", Kron.Generator.Planning.Region.Tape, [5], PerSample: true, Offset: 16), samples: 4).ShouldBe(new Address("Tape", 64));
    }

    [Fact]
    public void AFusedSumOverTermsTurnsTheTermIntoALoopOfItsOwn()
    {
        SampleContraction.Named("AfterB").Bound.Loops.ShouldNotContain(l => l.IsTerm);
        Contraction bound = SampleContraction.Named("PerTerm").Bound;
        LoopDim term = bound.Loops.Where(l => l.IsTerm).ShouldHaveSingleItem();
        (term.Name, string.Join(" ", term.Strides)).ShouldBe(("i", "0 5 24 30"));

        // The bias follows the output's index m1·5 + m2.
        bound.Loops.Single(l => l.Name == "m1").Strides[Contraction.Extras].ShouldBe(5);
        bound.Loops.Single(l => l.Name == "m2").Strides[Contraction.Extras].ShouldBe(1);
    }
}
