using System;
using System.Linq;
using System.Threading;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Search;

public unsafe class SpectrumTests
{
    [Theory]
    [InlineData(1, 384, 384, 1, 4)]
    [InlineData(16, 24, 24, 16, 3)]
    [InlineData(384, 1, 2, 192, 2)]
    [InlineData(2, 192, 48, 8, 96)]
    public void Values_agree_with_those_of_a_fit(int m1, int m2, int n1, int n2, int count)
    {
        // The fit's solvers are tested against independent ones.
        var shape = new ShapeGroup(m1, m2, n1, n2, count);
        float[] weight = SearchReference.Planted(384, 384, 1, 3, shape with { R = 2 });

        Spectrum spectrum = Solve(weight, shape);

        KroneckerFactors factors = Kpsvd.Decompose(weight, shape);
        spectrum.SingularValues.Take(count).ShouldBe(factors.SingularValues, 1e-3 * factors.SingularValues[0]);
        double energy = weight.Sum(w => (double)w * w);
        Math.Sqrt(spectrum.Rest(count) / energy).ShouldBe(factors.RelativeError, 5e-5);
    }

    [Fact]
    public void Many_equal_singular_values_are_all_found()
    {
        // Forty blocks of one entry each, in different places: R is a part of a permutation.
        var shape = new ShapeGroup(16, 16, 16, 16, 20);
        var weight = new float[256 * 256];
        for (int t = 0; t < 40; t++)
        {
            int block = 6 * t, entry = 5 * t;
            weight[((((block / 16) * 16) + (entry / 16)) * 256) + ((block % 16) * 16) + (entry % 16)] = 1;
        }

        Solve(weight, shape).SingularValues.Take(20).ShouldAllBe(value => Math.Abs(value - 1) < 1e-6);
    }

    [Fact]
    public void No_shape_holds_more_than_related_spectra_allow()
    {
        const int M = 12, N = 16;
        int bounded = 0, tight = 0;
        for (int seed = 0; seed < 3; seed++)
        {
            float[] weight = SearchReference.Planted(M, N, 0.1 * seed, seed, new ShapeGroup(3, 4, 4, 4, 1));
            double energy = weight.Sum(w => (double)w * w);
            (SearchShape Shape, double[] Squares)[] all =
                [.. SearchShape.Of(M, N, 0).Select(s => (s, Reference.SingularValues(weight, s.Group(1)).Select(v => v * v).ToArray()))];
            foreach ((SearchShape shape, double[] squares) in all)
            {
                foreach ((SearchShape other, double[] others) in all)
                {
                    // Half of the values known, as the solver leaves it.
                    var known = new Spectrum(other, others.AsSpan(0, (others.Length + 1) / 2), 0, energy);
                    if (SpectrumBounds.Terms(shape, other) is not { } terms)
                    {
                        continue;
                    }

                    for (int r = 1; r <= squares.Length; r++)
                    {
                        double captured = squares.Take(r).Sum(), bound = known.MostCaptured(terms * r);
                        captured.ShouldBeLessThanOrEqualTo(bound + (1e-9 * energy), $"{shape} by {other}, {r} × {terms}");
                        bounded++;
                        tight += bound < 0.99 * energy ? 1 : 0;
                    }
                }
            }
        }

        tight.ShouldBeInRange(bounded / 20, bounded - 1);
    }

    [Fact]
    public void Only_nested_shapes_are_related()
    {
        var shape = new SearchShape(4, 6, 9, 4);
        SpectrumBounds.Terms(shape, shape).ShouldBe(1);
        SpectrumBounds.Terms(shape, new SearchShape(8, 3, 9, 4)).ShouldBe(2);
        SpectrumBounds.Terms(shape, new SearchShape(2, 12, 3, 12)).ShouldBe(6);
        SpectrumBounds.Terms(shape, new SearchShape(12, 2, 3, 12)).ShouldBe(9);
        SpectrumBounds.Terms(shape, new SearchShape(6, 4, 9, 4)).ShouldBeNull();
        SpectrumBounds.Terms(shape, new SearchShape(4, 6, 6, 6)).ShouldBeNull();
        SpectrumBounds.Terms(shape, new SearchShape(4, 7, 9, 4)).ShouldBeNull();
    }

    private static Spectrum Solve(float[] weight, ShapeGroup shape)
    {
        fixed (float* pointer = weight)
        {
            var source = new WeightSource(pointer, shape.M1 * shape.M2, shape.N1 * shape.N2, null);
            return SpectrumSolver.Solve(source, new SearchShape(shape), shape.R, weight.Sum(w => (double)w * w), CancellationToken.None);
        }
    }
}
