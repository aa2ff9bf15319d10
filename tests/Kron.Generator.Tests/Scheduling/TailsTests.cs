using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

public class TailsTests
{
    [Fact]
    public void AFewColumnsBehindAWholeVectorAreScheduledOnTheirOwn()
    {
        // Both parts write every line of the result: what lies in the cache suffers from that least.
        Contraction contraction = CostModelTests.Product(rows: 1024, columns: 20, steps: 25);
        Operand output = contraction.Operands[Contraction.Output];
        contraction = contraction with { Operands = [output with { Tensor = output.Tensor with { Region = Region.Scratch } }, .. contraction.Operands.Skip(1)] };
        IReadOnlyList<Contraction> parts = Tails.Cut(contraction, new Rankings(Targets.Avx512));
        parts.Count.ShouldBe(2);
        parts.Sum(p => p.MultiplyAdds).ShouldBe(contraction.MultiplyAdds);
        parts.Select(p => p.Name).Distinct().Count().ShouldBe(2);

        // 16 columns, then 4 whose steps share the lanes.
        Schedule tail = ContractScheduler.Choose(parts[1], Targets.Avx512, _ => true);
        tail.Reduced.ShouldBeTrue();
        (tail.Lanes.Extent, tail.Repeat).ShouldBe((4, 4));
        parts[1].Operands.Zip(contraction.Operands, (part, whole) => part.Base.Offset - whole.Base.Offset).Count(moved => moved > 0).ShouldBe(2);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(30)]
    [InlineData(12)]
    public void WholeVectorsAndWideTailsStayTogether(int columns)
    {
        Contraction contraction = CostModelTests.Product(rows: 4096, columns: columns, steps: 25);
        Tails.Cut(contraction, new Rankings(Targets.Avx512)).ShouldHaveSingleItem().ShouldBeSameAs(contraction);
    }
}
