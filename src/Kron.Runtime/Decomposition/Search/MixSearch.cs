using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>Candidates of several shape groups, each fitted to what the groups before it leave over, by a beam search.</summary>
internal static class MixSearch
{
    // Beginnings are the best candidates within these parts of the budgets, several for each.
    private static readonly double[] s_parts = [0.25, 0.5, 0.75];
    private const int PerPart = 2;

    // Beginnings need not be fitted closer than candidates differ.
    private static readonly FitOptions s_options = new() { Tolerance = 1e-4 };

    // The first sweeps gain the most.
    private static readonly FitOptions s_refinement = new() { Tolerance = 1e-4, MaxSweeps = 5, SweepTolerance = 1e-3 };

    // Where nothing is left, nothing is to be gained.
    private const double Nothing = 1e-12;

    /// <summary>The most beginnings for each number of groups.</summary>
    public static int Width => s_parts.Length * PerPart;

    /// <summary>Adds candidates of two groups and more.</summary>
    /// <param name="search">Solves for the last group.</param>
    /// <param name="shapes">The shapes.</param>
    /// <param name="limits">The most that candidates may cost.</param>
    /// <param name="options">The number of groups.</param>
    /// <param name="skip">Whether shapes that are bound to be beaten are left out.</param>
    /// <param name="front">The candidates of one group; gains those found.</param>
    public static void Run(
        SpectrumSearch search, IReadOnlyList<SearchShape> shapes, SearchLimits limits, SearchOptions options, bool skip, ParetoFront front)
    {
        for (int groups = 1; groups < options.MaxGroups; groups++)
        {
            foreach (SearchPoint point in Beginnings(front.Points, groups, limits))
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                SearchState state = point.State.With(point.Shape.Group(point.Rank), s_options with { CancellationToken = options.CancellationToken });
                if (state.Energy <= Nothing * point.State.Energy)
                {
                    continue;
                }

                SearchLimits left = limits.Without(state.Parameters, state.MultiplyAdds);
                SearchShape[] others =
                [
                    .. shapes.Where(shape => left.MaxRank(shape) > 0 && shape.HasSizesOf(point.Shape)
                        && !state.Groups.Any(group => new SearchShape(group) == shape)),
                ];
                search.Run(state, others, Limits(limits, options, groups + 1), skip, front);
            }
        }
    }

    /// <summary>Improves the candidates of several groups that are on the front by backfitting, and drops what they then beat.</summary>
    public static void Refine(
        ReadOnlySpan<float> weight, int outputs, int inputs, SearchOptions options, ParetoFront front, double improvement)
    {
        SearchPoint[] points = [.. front.Thinned(improvement)];
        int mixes = points.Count(IsMix), step = 0;
        for (int i = 0; i < points.Length; i++)
        {
            SearchPoint point = points[i];
            if (IsMix(point))
            {
                FitOptions fit = s_refinement with { CancellationToken = options.CancellationToken };
                KroneckerWeight.Fit(weight, outputs, inputs, point.Groups, fit, out FitReport report);
                points[i] = point with { Error = Math.Min(point.Error, report.RelativeError) };
                options.Progress?.Report(new FitProgress(FitStage.Backfitting, ++step, mixes, report.RelativeError));
            }
        }

        front.Replace(points);
    }

    /// <summary>The limits of candidates of so many groups: where another group may follow, no error is too large.</summary>
    public static SearchLimits Limits(SearchLimits limits, SearchOptions options, int groups) =>
        groups < options.MaxGroups ? limits with { Error = double.PositiveInfinity } : limits;

    private static bool IsMix(SearchPoint point) => point.State.Groups.Count > 0;

    /// <summary>The candidates of so many groups with the least error within each part of the budgets, no two alike in their shapes and part.</summary>
    private static List<SearchPoint> Beginnings(IReadOnlyList<SearchPoint> points, int groups, SearchLimits limits)
    {
        SearchPoint[] known = [.. points.Where(point => point.State.Groups.Count == groups - 1)];

        // A mix that is to be worth it costs less than the cheapest candidate that is good enough already.
        long parameters = points.Where(point => point.Error <= limits.Error).Select(point => point.Parameters).FirstOrDefault(limits.Parameters);
        parameters = limits.Error < double.PositiveInfinity ? parameters : limits.Parameters;
        return
        [
            .. s_parts.SelectMany(part => known
                .Where(point => point.Parameters <= part * parameters && point.MultiplyAdds <= part * limits.MultiplyAdds)
                .OrderBy(point => point.Error)
                .DistinctBy(point => (point.State, point.Shape))
                .Take(PerPart))
                .Distinct(),
        ];
    }
}
