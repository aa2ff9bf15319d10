using System;
using System.Linq;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Calibration;

public class AndersonMixingTests
{
    [Fact]
    public void An_affine_iteration_is_led_to_its_fixed_point_in_as_many_steps_as_unknowns()
    {
        // x → D·x + c converges by 0.9 a step; its fixed point is c / (1 − D).
        double[] d = [0.9, 0.5, -0.7, 0.8], c = [1, 2, 3, 4], x = [5, -1, 2, 0];
        var mixing = new AndersonMixing();
        mixing.Add(x, Step(x)).ShouldBeNull();
        double[] next = Step(x);
        for (int step = 0; step < d.Length; step++)
        {
            next = mixing.Add(next, Step(next))!;
        }

        next.ShouldBe(c.Zip(d, (offset, factor) => offset / (1 - factor)), 1e-3);

        double[] Step(double[] value) => [.. value.Select((v, i) => (d[i] * v) + c[i])];
    }

    [Fact]
    public void Nothing_is_combined_of_a_single_step_or_after_clearing()
    {
        var mixing = new AndersonMixing();
        mixing.Add([1], [2]).ShouldBeNull();
        mixing.Add([2], [2.5])!.Single().ShouldBe(3, 1e-6);
        mixing.Clear();
        mixing.Add([1], [2]).ShouldBeNull();
    }
}
