using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir.Passes;

public class JitBudgetTests
{
    [Fact]
    public void EverythingInTheTextIsCountedOnceHoweverOftenItRuns()
    {
        JitCost cost = JitBudget.Measure(Kernel(
            ["x", "y"],
            new Remark("Ignored."),
            Let("sum", new Constant(0)),
            Loop(
                1000,
                [Cursor("p", "x", 0, 4), Cursor("q", "y", 0, 4)],
                Let("a", Load("p", 0, 4)),
                Set("sum", new MultiplyAdd("a", "a", "sum")),
                Set("sum", new MultiplyAddLane("a", "a", 1, "sum"))),
            Store("x", 0, "sum", 4)));
        cost.Locals.ShouldBe(2 + 1 + 3 + 1);
        cost.MultiplyAdds.ShouldBe(2);
        cost.Statements.ShouldBe(6);
    }

    [Theory]
    [InlineData(512, 0)]
    [InlineData(513, 1)]
    public void MultiplyAddsAreLimited(int count, int violations)
    {
        Kernel kernel = Kernel("Tile", ["x"], [Let("a", new Constant(1)), .. Enumerable.Repeat(Set("a", new MultiplyAdd("a", "a", "a")), count)]);
        JitBudget.Check(kernel).Count.ShouldBe(violations);
        JitBudget.Check(kernel).ShouldAllBe(violation => violation == "Tile: 513 vector multiply-adds, the limit is 512");
    }

    [Theory]
    [InlineData(399, 0)]
    [InlineData(400, 1)]
    public void LocalsAreLimited(int count, int violations) =>
        JitBudget.Check(Kernel(["x"], [.. Enumerable.Range(0, count).Select(i => Let("a" + i, new Constant(1)))])).Count.ShouldBe(violations);

    [Fact]
    public void IlIsLimited()
    {
        Kernel kernel = Kernel("Long", ["x"], [Let("a", new Constant(1)), .. Enumerable.Range(0, 1000).Select(i => Store("x", i, "a", 1))]);
        JitBudget.Check(kernel).ShouldHaveSingleItem().ShouldContain("bytes of IL, the limit is 12288");
    }

    [Fact]
    public void AProgramsKernelsAndEntriesAreChecked()
    {
        Kernel big = Kernel("Big", ["Input"], [Let("a", new Constant(1)), .. Enumerable.Repeat(Set("a", new MultiplyAdd("a", "a", "a")), 600)]);
        LayerProgramIr program = new(
            Targets.Avx2,
            1,
            new[] { big, Kernel("Small", ["Input"]) }.ToEquatableArray(),
            new[] { new Entry(Pass.Forward, 1, big with { Name = "Entry" }) }.ToEquatableArray(),
            new ProgramSizes(0, 0, 0, 0, 0),
            default);
        JitBudget.Check(program).Select(violation => violation.Split(':')[0]).ShouldBe(["Big", "Entry"]);
    }
}
