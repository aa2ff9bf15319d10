using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Search;

public class ShapeSearchTests
{
    // Two paths to a singular value.
    private const double Rounding = 1e-7;

    [Theory]
    [InlineData(12, 18, 0.5, 0)]
    [InlineData(16, 24, 0.7, 1)]
    [InlineData(8, 30, 1.0, 2)]
    [InlineData(7, 20, 0.9, 3)]
    public void Front_is_that_of_all_shapes_and_ranks(int outputs, int inputs, double budget, int seed)
    {
        float[] weight = Decaying(outputs, inputs, seed);
        long parameters = (long)(budget * outputs * inputs), multiplyAdds = (long)outputs * inputs * 3 / 2;
        var options = new SearchOptions { MaxParameters = parameters, MaxMultiplyAdds = multiplyAdds };

        SearchResult result = ShapeSearch.Run(weight, outputs, inputs, options);

        SearchReference.Candidate[] all =
            [.. SearchReference.All(weight, outputs, inputs).Where(c => c.Parameters <= parameters && c.MultiplyAdds <= multiplyAdds)];
        result.Front.ShouldNotBeEmpty();
        foreach (SearchCandidate found in result.Front)
        {
            SearchReference.Candidate same = all.Single(c => c.Group == found.Groups.Single());
            found.Parameters.ShouldBe(same.Parameters);
            found.MultiplyAdds.ShouldBe(same.MultiplyAdds);
            found.RelativeError.ShouldBe(same.Error, Rounding);
            all.ShouldNotContain(c => c.Parameters <= found.Parameters && c.MultiplyAdds <= found.MultiplyAdds && c.Error < same.Error - Rounding);
        }

        foreach (SearchReference.Candidate candidate in all)
        {
            result.Front.ShouldContain(
                found => found.Parameters <= candidate.Parameters && found.MultiplyAdds <= candidate.MultiplyAdds
                    && found.RelativeError * (1 - 1e-4) <= candidate.Error + Rounding,
                candidate.ToString());
        }
    }

    [Fact]
    public void Shapes_left_out_change_nothing()
    {
        int skipped = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            var shape = new ShapeGroup(4, 6, 10, 6, 2);
            float[] weight = SearchReference.Planted(24, 60, 0.02 * seed, seed, seed % 3 == 0 ? [shape with { M1 = 12, M2 = 2 }] : [shape]);
            var options = new SearchOptions { MaxParameters = 500, MaxError = seed % 2 == 0 ? null : 0.5, MaxGroups = 1 + (seed % 4 / 3) };

            SearchResult quick = ShapeSearch.Run(weight, 24, 60, options), full = ShapeSearch.Run(weight, 24, 60, options, skip: false);

            Texts(quick).ShouldBe(Texts(full), $"seed {seed}");
            quick.Skipped.ShouldBeGreaterThanOrEqualTo(full.Skipped);
            skipped += quick.Skipped - full.Skipped;
        }

        skipped.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void A_planted_sum_is_found()
    {
        var planted = new ShapeGroup(4, 6, 8, 5, 3);
        float[] weight = SearchReference.Planted(24, 40, 0.01, 5, planted);

        SearchResult result = ShapeSearch.Run(weight, 24, 40, new SearchOptions { MaxParameters = 3 * SearchReference.Parameters(planted) });

        SearchCandidate best = result.Front.MinBy(candidate => candidate.RelativeError)!;
        best.Groups.ShouldBe([planted]);
        best.RelativeError.ShouldBeLessThan(0.02);
        best.Attributes.ShouldBe("[KroneckerLayer(4, 6, 8, 5, 3)]");
        ShapeSpectrum spectrum = result.Spectra.Single(s => s.Shape with { R = 3 } == planted);
        spectrum.SingularValues.Count.ShouldBe(spectrum.Shape.R);
        spectrum.SingularValues.Take(3).ShouldBe(Reference.SingularValues(weight, planted).Take(3), 1e-6 * spectrum.SingularValues[0]);
    }

    [Fact]
    public void A_larger_weight_has_the_errors_that_fits_reach()
    {
        float[] weight = SearchReference.Planted(192, 320, 0.5, 9, new ShapeGroup(1, 192, 320, 1, 6));

        SearchResult result = ShapeSearch.Run(weight, 192, 320, new SearchOptions { MaxParameters = 192 * 320 / 15 });

        result.Front.Count.ShouldBeGreaterThan(5);
        foreach (SearchCandidate candidate in result.Front)
        {
            KroneckerWeight.Fit(weight, 192, 320, candidate.Groups, null, out FitReport report);
            report.RelativeError.ShouldBe(candidate.RelativeError, 5e-5, candidate.Attributes);
            report.Parameters.ShouldBe(candidate.Parameters);
            report.MultiplyAdds.ShouldBe(candidate.MultiplyAdds);
        }
    }

    [Fact]
    public void Budgets_are_kept()
    {
        float[] weight = Decaying(24, 36, 4);
        var options = new SearchOptions { MaxParameters = 300, MaxMultiplyAdds = 500, MaxError = 0.8, MaxRank = 2, MaxGroups = 2 };

        SearchResult result = ShapeSearch.Run(weight, 24, 36, options);

        result.Front.ShouldNotBeEmpty();
        result.DenseParameters.ShouldBe(24 * 36);
        result.Front.ShouldAllBe(c => c.Parameters <= 300 && c.MultiplyAdds <= 500 && c.RelativeError <= 0.8 && c.Groups.All(g => g.R <= 2));
        result.Front.Select(c => c.Parameters).ShouldBeInOrder();
        ShapeSearch.Run(weight, 24, 36).Front.ShouldAllBe(c => c.Parameters <= 24 * 36 / 2 && c.MultiplyAdds < 24 * 36);
        ShapeSearch.Run(weight, 24, 36, new SearchOptions { MaxError = 0.1 }).Front.ShouldAllBe(c => c.Parameters < 24 * 36 && c.RelativeError <= 0.1);
    }

    [Theory]
    [InlineData(1L, null, null)]
    [InlineData(null, 1L, null)]
    [InlineData(200L, null, 1e-3)]
    public void A_budget_that_nothing_meets_has_an_empty_front(long? parameters, long? multiplyAdds, double? error)
    {
        var options = new SearchOptions { MaxParameters = parameters, MaxMultiplyAdds = multiplyAdds, MaxError = error, MaxGroups = 3 };

        SearchResult result = ShapeSearch.Run(Reference.Gaussian(24 * 36, 1), 24, 36, options);

        result.Front.ShouldBeEmpty();
        result.Spectra.ShouldBeEmpty();
        result.Skipped.ShouldBeLessThanOrEqualTo(result.Shapes);
    }

    [Fact]
    public void Prime_sizes_are_padded()
    {
        float[] weight = Decaying(13, 17, 6);
        ShapeSearch.Run(weight, 13, 17, new SearchOptions { MaxParameters = 100 }).Front.ShouldAllBe(c => c.Attributes.StartsWith("[KroneckerLayer(1, 13, 17, 1, "));

        SearchResult result = ShapeSearch.Run(weight, 13, 17, new SearchOptions { MaxParameters = 100, Padding = 3 });

        SearchCandidate[] padded = [.. result.Front.Where(c => c.Attributes.Contains("Outputs = 13, Inputs = 17"))];
        padded.ShouldNotBeEmpty();
        foreach (SearchCandidate candidate in result.Front)
        {
            ShapeGroup group = candidate.Groups.Single();
            int rows = group.M1 * group.M2, columns = group.N1 * group.N2;
            rows.ShouldBeInRange(13, 16);
            columns.ShouldBeInRange(17, 20);
            double[] squares = [.. Reference.Rearrange(weight, 13, 17, group).Svd(false).S.Select(v => v * v)];
            candidate.RelativeError.ShouldBe(Math.Sqrt(squares.Skip(group.R).Sum() / squares.Sum()), 1e-6);
            KroneckerWeight.Fit(weight, 13, 17, candidate.Groups, null, out FitReport report);
            report.RelativeError.ShouldBeLessThanOrEqualTo(candidate.RelativeError + 1e-6);
        }
    }

    [Fact]
    public void Padding_adds_no_shape_that_a_smaller_one_replaces()
    {
        List<SearchShape> shapes = SearchShape.Of(13, 17, 100);

        shapes.ShouldBeUnique();
        shapes.ShouldContain(new SearchShape(2, 7, 3, 6));
        shapes.ShouldAllBe(s => (s.M1 - 1) * s.M2 < 13 && s.M1 * (s.M2 - 1) < 13 && (s.N1 - 1) * s.N2 < 17 && s.N1 * (s.N2 - 1) < 17);
        SearchShape.Of(12, 18, 0).Count.ShouldBe((6 * 6) - 1, "all pairs of divisors, low rank in one of its two forms");
    }

    [Fact]
    public void A_mix_beats_single_shapes_where_it_was_planted()
    {
        ShapeGroup first = new(4, 6, 8, 5, 2), second = new(12, 2, 2, 20, 2);
        float[] weight = SearchReference.Planted(24, 40, 0.01, 8, first, second);
        var options = new SearchOptions { MaxParameters = 2 * (SearchReference.Parameters(first) + SearchReference.Parameters(second)) };

        double single = ShapeSearch.Run(weight, 24, 40, options).Front.Min(c => c.RelativeError);
        SearchCandidate mix = ShapeSearch.Run(weight, 24, 40, options with { MaxGroups = 2 }).Front.MinBy(c => c.RelativeError)!;
        SearchCandidate three = ShapeSearch.Run(weight, 24, 40, options with { MaxGroups = 3 }).Front.MinBy(c => c.RelativeError)!;

        mix.Groups.Count.ShouldBe(2);
        mix.RelativeError.ShouldBeLessThan(0.5 * single);
        three.RelativeError.ShouldBeLessThanOrEqualTo(mix.RelativeError);
        foreach (SearchCandidate candidate in new[] { mix, three })
        {
            candidate.Attributes.Split('\n').Length.ShouldBe(candidate.Groups.Count);
            KroneckerWeight.Fit(weight, 24, 40, candidate.Groups, null, out FitReport report);
            report.RelativeError.ShouldBeLessThanOrEqualTo(candidate.RelativeError + 1e-5);
            report.Parameters.ShouldBe(candidate.Parameters);
            report.MultiplyAdds.ShouldBe(candidate.MultiplyAdds);
        }
    }

    [Fact]
    public void Equal_searches_have_equal_results()
    {
        float[] weight = Decaying(64, 96, 3);
        var options = new SearchOptions { MaxParameters = 600, MaxGroups = 2 };

        SearchResult first = ShapeSearch.Run(weight, 64, 96, options), second = ShapeSearch.Run(weight, 64, 96, options);

        Texts(second).ShouldBe(Texts(first));
        second.Front.Select(c => c.RelativeError).ShouldBe(first.Front.Select(c => c.RelativeError));
        second.Skipped.ShouldBe(first.Skipped);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Progress_rises_shape_by_shape(int groups)
    {
        var reports = new List<FitProgress>();
        var options = new SearchOptions { MaxParameters = 300, MaxGroups = groups, Progress = new Recorder(reports.Add) };

        SearchResult result = ShapeSearch.Run(Decaying(24, 36, 1), 24, 36, options);

        FitProgress[] refined = [.. reports.SkipWhile(r => r.Stage == FitStage.Searching)];
        refined.ShouldAllBe(r => r.Stage == FitStage.Backfitting && r.Steps == refined.Length);
        (refined.Length > 0).ShouldBe(groups > 1);
        reports.RemoveRange(reports.Count - refined.Length, refined.Length);
        reports.ShouldAllBe(r => r.Stage == FitStage.Searching && r.Step <= r.Steps && r.Steps == reports[0].Steps);
        reports.Select(r => r.Step).ShouldBeInOrder();
        reports.Select(r => r.Step).ShouldBeUnique();
        double[] errors = [.. reports.Where(r => r.RelativeError is not null).Select(r => r.RelativeError!.Value)];
        errors.ShouldBeInOrder(SortDirection.Descending);
        result.Front.Min(c => c.RelativeError).ShouldBeInRange(groups == 1 ? errors[^1] : 0, errors[^1] + 1e-4);
        if (groups == 1)
        {
            reports[^1].Step.ShouldBe(reports[^1].Steps);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(60)]
    public void A_cancelled_search_ends(int step)
    {
        using var source = new CancellationTokenSource();
        var progress = new Recorder(report =>
        {
            if (report.Step >= step)
            {
                source.Cancel();
            }
        });
        if (step == 0)
        {
            source.Cancel();
        }

        Should.Throw<OperationCanceledException>(() => ShapeSearch.Run(
            Decaying(24, 36, 1), 24, 36, new SearchOptions { CancellationToken = source.Token, Progress = progress, MaxGroups = 3 }));
    }

    [Fact]
    public void A_zero_weight_costs_as_little_as_possible()
    {
        SearchCandidate only = ShapeSearch.Run(new float[24 * 36], 24, 36, new SearchOptions { MaxGroups = 2 }).Front[0];

        only.RelativeError.ShouldBe(0);
        only.Parameters.ShouldBe(27 + 32, "the least of m1·n1 + m2·n2 with a product of 24·36");
    }

    [Fact]
    public void Tiny_weights_have_no_factorisation_worth_anything()
    {
        ShapeSearch.Run([3], 1, 1).Front.ShouldBeEmpty();
        ShapeSearch.Run([1, 2, 3], 1, 3, new SearchOptions { Padding = 5, MaxGroups = 3 }).Front.ShouldBeEmpty();
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        float[] weight = Decaying(4, 6, 1);
        Fails(() => ShapeSearch.Run(weight, 0, 6), "outputs", "0");
        Fails(() => ShapeSearch.Run(weight, 4, -6), "inputs", "-6");
        Fails(() => ShapeSearch.Run(weight, 5, 6), "weight", "30", "24", "5 × 6");
        Fails(() => ShapeSearch.Run(weight, int.MaxValue, int.MaxValue), "weight", "24");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { MaxParameters = 0 }), "MaxParameters", "0");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { MaxMultiplyAdds = -1 }), "MaxMultiplyAdds", "-1");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { MaxError = -0.5 }), "MaxError", "-0.5");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { MaxError = double.NaN }), "MaxError", "NaN");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { MaxGroups = 4 }), "MaxGroups", "4");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { MaxGroups = 0 }), "MaxGroups", "0");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { Padding = -1 }), "Padding", "-1");
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { MaxRank = 0 }), "MaxRank", "0");
        weight[9] = float.NaN;
        Fails(() => ShapeSearch.Run(weight, 4, 6, new SearchOptions { WeightName = "fc1.weight" }), "fc1.weight[9]", "row 1, column 3", "NaN");
        weight[9] = float.NegativeInfinity;
        Fails(() => ShapeSearch.Run(weight, 4, 6), "weight[9]", "Infinity");
    }

    private static void Fails(Action search, params string[] parts)
    {
        string message = Should.Throw<ArgumentException>(search).Message;
        foreach (string part in parts)
        {
            message.ShouldContain(part);
        }
    }

    private static string[] Texts(SearchResult result) =>
        [.. result.Front.Select(c => FormattableString.Invariant($"{c.Attributes} {c.Parameters} {c.MultiplyAdds} {c.RelativeError:R}"))];

    /// <summary>Some structure in any shape: a smooth surface and noise.</summary>
    private static float[] Decaying(int outputs, int inputs, int seed)
    {
        float[] weight = Reference.Gaussian(outputs * inputs, seed, 0.2);
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] += (float)Math.Sin((0.05 * (i / inputs) * (i % inputs)) + seed);
        }

        return weight;
    }
}
