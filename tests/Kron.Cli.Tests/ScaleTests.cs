using System.Linq;
using Kron.Cli.Output.Report;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public class ScaleTests
{
    [Theory]
    [InlineData(0.007)]
    [InlineData(0.3)]
    [InlineData(0.987)]
    [InlineData(1)]
    [InlineData(0)]
    public void A_linear_scale_runs_from_zero_to_a_tick_at_or_above_the_value(double most)
    {
        Scale scale = Scale.Linear(most, 200, 100);
        scale[0].ShouldBe(200);
        scale.Ticks[0].ShouldBe(0);
        scale.Ticks[^1].ShouldBeGreaterThanOrEqualTo(most * (1 - 1e-9));
        scale[scale.Ticks[^1]].ShouldBe(100, 1e-9);
        scale.Ticks.Count.ShouldBeInRange(3, 8);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(1200, 57000)]
    [InlineData(3, 3)]
    [InlineData(1e-9, 1e9)]
    public void A_logarithmic_scale_has_a_few_ticks_within_it(double least, double most)
    {
        Scale scale = Scale.Logarithmic(least, most, 10, 90);
        scale.Ticks.Count.ShouldBeInRange(1, 8);
        scale.Ticks.Select(tick => scale[tick]).ShouldAllBe(x => x >= 9.999 && x <= 90.001);
        scale[most].ShouldBeGreaterThan(scale[least] - 1e-9);
    }
}
