using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

/// <summary>How the iterative solver runs: where it starts, what it reports and how it ends.</summary>
public unsafe class KpsvdRunTests
{
    private static readonly ShapeGroup Shape = new(30, 20, 40, 55, 6);

    private static readonly float[] Weight =
        Reference.WithSpectrum(Shape, [.. Enumerable.Range(0, 1100).Select(i => 1 / Math.Sqrt(1 + (0.1 * i)))]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_near_start_needs_fewer_passes_and_ends_at_the_optimum(bool isDouble)
    {
        float[] near = Weight.Zip(Reference.Gaussian(Weight.Length, 2, 1e-6), (w, noise) => w + noise).ToArray();
        double energy = near.Sum(w => (double)w * w);
        using DenseMatrix copy = DenseMatrix.Of(near, 40 * 55);
        fixed (float* pointer = near)
        {
            WeightSource source = isDouble ? new WeightSource(copy, null) : new WeightSource(pointer, 600, 2200, null);
            var matrix = new RearrangedMatrix(source, Shape);
            KroneckerFactors former = Kpsvd.Decompose(Weight, Shape);
            float[] start = [.. former.A.Concat(former.B).Select(value => (float)value)];

            KroneckerFactors cold = KroneckerFactors.Compute(matrix, Shape, energy, new FitOptions());
            KroneckerFactors warm = KroneckerFactors.Compute(matrix, Shape, energy, new FitOptions(), start);

            warm.Converged.ShouldBeTrue();
            warm.Iterations.ShouldBeLessThan(cold.Iterations);
            double warmRest = energy - warm.SingularValues.Sum(v => v * v), coldRest = energy - cold.SingularValues.Sum(v => v * v);
            warmRest.ShouldBe(coldRest, 4e-5 * coldRest);
        }
    }

    [Fact]
    public void A_start_of_zeros_is_as_good_as_none()
    {
        double energy = Weight.Sum(w => (double)w * w);
        fixed (float* pointer = Weight)
        {
            var matrix = new RearrangedMatrix(new WeightSource(pointer, 600, 2200, null), Shape);
            KroneckerFactors cold = KroneckerFactors.Compute(matrix, Shape, energy, new FitOptions());
            KroneckerFactors zeros = KroneckerFactors.Compute(matrix, Shape, energy, new FitOptions(), new float[6 * (1200 + 1100)]);

            zeros.Converged.ShouldBeTrue();
            zeros.SingularValues.ShouldBe(cold.SingularValues, 1e-4);
        }
    }

    [Fact]
    public void Every_pass_is_reported_with_an_error_that_falls()
    {
        var steps = new List<FitProgress>();

        KroneckerFactors factors = Kpsvd.Decompose(Weight, Shape, new FitOptions { Progress = new Recorder(steps.Add) });

        steps.Select(step => step.Step).ShouldBe(Enumerable.Range(1, factors.Iterations));
        steps.ShouldAllBe(step => step.Stage == FitStage.Solving && step.Steps == 300);
        double[] errors = [.. steps.Select(step => step.RelativeError!.Value)];
        errors.Zip(errors.Skip(1), (earlier, later) => later <= earlier + 1e-6).ShouldAllBe(falls => falls);
        errors[^1].ShouldBe(factors.RelativeError, 1e-6);
    }

    [Fact]
    public void A_cancelled_fit_ends_between_passes_and_within_one()
    {
        using var source = new CancellationTokenSource();
        int steps = 0;
        var progress = new Recorder(step =>
        {
            steps++;
            if (step.Step == 2)
            {
                source.Cancel();
            }
        });
        var options = new FitOptions { Progress = progress, CancellationToken = source.Token };
        Should.Throw<OperationCanceledException>(() => Kpsvd.Decompose(Weight, Shape, options)).CancellationToken.ShouldBe(source.Token);
        steps.ShouldBe(2);

        // Directly solved, so that only the pass over the weight and the tridiagonalisation are there to ask.
        Should.Throw<OperationCanceledException>(() => Kpsvd.Decompose(Weight, new ShapeGroup(60, 10, 220, 10, 3), options))
            .CancellationToken.ShouldBe(source.Token);
    }
}
