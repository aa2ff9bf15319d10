using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cli.Output;

/// <summary>Parts of a front that a reader wants first.</summary>
internal static class FrontChoice
{
    /// <summary>The candidates that no other beats in parameters and error alone, by ascending parameters.</summary>
    public static IReadOnlyList<CandidateResult> OfError(IReadOnlyList<CandidateResult> front)
    {
        List<CandidateResult> best = [];
        foreach (CandidateResult candidate in front.OrderBy(candidate => candidate.Parameters).ThenBy(candidate => candidate.RelativeError))
        {
            if (best.Count == 0 || candidate.RelativeError < best[^1].RelativeError)
            {
                best.Add(candidate);
            }
        }

        return best;
    }

    /// <summary>At most so many candidates, evenly spread over the parameters on a logarithmic scale, the first and the last among them.</summary>
    public static IReadOnlyList<CandidateResult> Spread(IReadOnlyList<CandidateResult> candidates, int most)
    {
        if (candidates.Count <= most)
        {
            return candidates;
        }

        double first = Math.Log(candidates[0].Parameters), span = Math.Log(candidates[^1].Parameters) - first;
        return
        [
            .. Enumerable.Range(0, most)
                .Select(i => first + (span * i / (most - 1)))
                .Select(target => candidates.MinBy(candidate => Math.Abs(Math.Log(candidate.Parameters) - target))!)
                .Distinct(),
        ];
    }

    /// <summary>The nearest candidate for each of some round reductions, largest reduction last, where the front has any.</summary>
    public static IReadOnlyList<(double Reduction, CandidateResult Candidate)> ByReduction(IReadOnlyList<CandidateResult> front)
    {
        List<(double, CandidateResult)> chosen = [];
        foreach (double reduction in new double[] { 2, 5, 10, 20, 50, 100, 200, 500, 1000 })
        {
            CandidateResult[] within = [.. front.Where(candidate => candidate.Reduction >= reduction)];
            if (within.Length == 0)
            {
                break;
            }

            if (within.Length == front.Count)
            {
                // Of the reductions that all candidates reach only the largest says something.
                chosen.Clear();
            }

            chosen.Add((reduction, within.MinBy(candidate => candidate.RelativeError)!));
        }

        return chosen;
    }
}
