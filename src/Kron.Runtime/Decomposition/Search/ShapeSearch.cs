using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>Finds the shapes by which a weight is written as a sum of Kronecker products at the least cost.</summary>
/// <remarks>
/// <para>
/// The squared singular values of the rearranged weight are the energies that the products of a shape hold, one after the
/// other (Van Loan and Pitsianis), so one spectrum gives the errors of all ranks. Spectra are found for all factorisations of the
/// two sizes, by the block Lanczos method where few values are within the budgets and from the Gram matrix where many are.
/// A shape is left out when spectra of shapes that it nests with prove that every rank of it is beaten.
/// </para>
/// <para>
/// Candidates of several groups are greedy: promising candidates are fitted, and what they leave over is searched with the
/// rest of the budget. A few backfitting sweeps then improve those on the front; a full fit is as good or better.
/// </para>
/// <para>
/// Memory beside the weight is less than four times the weight, or 256 MB if that is more. The result does not depend on
/// the number of threads. A search takes time in proportion to the budget: at a twentieth of the dense weight few singular values matter.
/// </para>
/// </remarks>
public static class ShapeSearch
{
    // An improvement of the error by less is not worth a line.
    private const double LeastImprovement = 1e-4;

    /// <summary>Searches.</summary>
    /// <param name="weight">W [outputs × inputs], row-major.</param>
    /// <param name="outputs">Rows of W.</param>
    /// <param name="inputs">Columns of W.</param>
    /// <param name="options">Budgets and options; null for the defaults.</param>
    /// <returns>The best candidates; none when nothing is within the budgets.</returns>
    /// <exception cref="ArgumentException">A size is not positive, the length of W does not fit, an entry is not finite, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static SearchResult Run(ReadOnlySpan<float> weight, int outputs, int inputs, SearchOptions? options = null) =>
        Run(weight, outputs, inputs, options ?? new SearchOptions(), skip: true);

    /// <summary>Searches, on request without leaving shapes out.</summary>
    internal static unsafe SearchResult Run(ReadOnlySpan<float> weight, int outputs, int inputs, SearchOptions options, bool skip)
    {
        long start = Stopwatch.GetTimestamp();
        options.Validate(nameof(options));
        WeightChecks.AtLeast(1, outputs, nameof(outputs), nameof(outputs));
        WeightChecks.AtLeast(1, inputs, nameof(inputs), nameof(inputs));
        long dense = (long)outputs * inputs;
        WeightChecks.Length(weight.Length, dense, $"outputs × inputs = {outputs} × {inputs}", nameof(weight));
        double energy = WeightChecks.Energy(weight, inputs, options.WeightName);

        List<SearchShape> shapes = SearchShape.Of(outputs, inputs, options.Padding);
        SearchLimits limits = SearchLimits.Of(options, dense);
        SearchShape[] within = [.. shapes.Where(shape => limits.MaxRank(shape) > 0)];
        var progress = new SearchProgress(options.Progress, within.Length * (1 + ((options.MaxGroups - 1) * MixSearch.Width)));
        var search = new SpectrumSearch(outputs, inputs, energy, options, progress);
        var front = new ParetoFront();
        fixed (float* pointer = weight)
        {
            var whole = new SearchState(pointer, outputs, inputs, energy);
            List<Spectrum> spectra = search.Run(whole, within, MixSearch.Limits(limits, options, 1), skip, front);
            MixSearch.Run(search, within, limits, options, skip, front);
            MixSearch.Refine(weight, outputs, inputs, options, front, LeastImprovement);
            SearchCandidate[] candidates =
                [.. front.Thinned(LeastImprovement).Where(point => point.Error <= limits.Error).Select(point => Candidate(point, outputs, inputs))];
            return new SearchResult
            {
                Front = Array.AsReadOnly(candidates),
                Spectra = Spectra(candidates, spectra).AsReadOnly(),
                Shapes = shapes.Count,
                Skipped = shapes.Count - spectra.Count,
                Elapsed = Stopwatch.GetElapsedTime(start),
                DenseParameters = dense,
            };
        }
    }

    private static SearchCandidate Candidate(SearchPoint point, int outputs, int inputs) => new()
    {
        Groups = [.. point.Groups],
        Outputs = outputs,
        Inputs = inputs,
        Parameters = point.Parameters,
        MultiplyAdds = point.MultiplyAdds,
        RelativeError = point.Error,
    };

    private static List<ShapeSpectrum> Spectra(IEnumerable<SearchCandidate> front, List<Spectrum> spectra)
    {
        Dictionary<SearchShape, Spectrum> known = spectra.ToDictionary(spectrum => spectrum.Shape);
        return
        [
            .. front.SelectMany(candidate => candidate.Groups).Select(group => new SearchShape(group)).Distinct().Where(known.ContainsKey)
                .Select(shape => new ShapeSpectrum(shape.Group(known[shape].SingularValues.Length), Array.AsReadOnly(known[shape].SingularValues))),
        ];
    }
}
