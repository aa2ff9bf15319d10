using System;
using System.Linq;
using System.Threading;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Search;

public class BlockLanczosTests
{
    [Fact]
    public void Eigenvalues_of_difficult_spectra()
    {
        Check([.. Enumerable.Range(0, 500).Select(i => 1 - (i * 0.001))], 8);
        Check([.. Enumerable.Range(0, 500).Select(i => Math.Pow(0.5, i))], 20);
        Check([.. Enumerable.Range(0, 500).Select(i => 1 / (1.0 + i))], 30);
        Check([.. Enumerable.Range(0, 300).Select(i => i < 3 ? 2.0 : 0)], 6);
        Check([.. Enumerable.Range(0, 300).Select(i => i < 7 ? 5.0 : 1)], 9);
        Check(new double[300], 4);
    }

    [Theory]
    [InlineData(300, 20)]
    [InlineData(25, 20)]
    [InlineData(13, 13)]
    public void More_copies_than_a_block_shows_are_refused_not_missed(int copies, int wanted)
    {
        double[] spectrum = [.. Enumerable.Range(0, 400).Select(i => i < copies ? 3.0 : 1.0 / (i + 1))];

        BlockLanczos.TrySolve(new DiagonalOperator(spectrum), spectrum.Sum(), 240, new double[wanted], out _, CancellationToken.None).ShouldBeFalse();
    }

    [Fact]
    public void A_basis_that_is_too_small_is_told()
    {
        double[] spectrum = [.. Enumerable.Range(0, 500).Select(i => 1 - (i * 0.001))];

        BlockLanczos.TrySolve(new DiagonalOperator(spectrum), spectrum.Sum(), 48, new double[10], out _, CancellationToken.None).ShouldBeFalse();
    }

    private static void Check(double[] spectrum, int count)
    {
        var values = new double[count];
        double trace = spectrum.Sum();

        BlockLanczos.TrySolve(new DiagonalOperator(spectrum), trace, spectrum.Length - 40, values, out double slack, CancellationToken.None).ShouldBeTrue();

        double rest = spectrum.Skip(count).Sum(), missing = spectrum.Take(count).Sum() - values.Sum();
        missing.ShouldBeInRange(-1e-12 * trace, slack + (1e-12 * trace));
        missing.ShouldBeLessThanOrEqualTo((1e-4 * rest) + (1e-12 * trace));
        values.ShouldBeInOrder(SortDirection.Descending);
    }
}
