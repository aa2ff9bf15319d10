using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Kron.Decomposition;

/// <summary>Finds the spectra of many shapes of one weight, cheap ones first, and leaves out those that cannot matter any more.</summary>
/// <param name="outputs">Rows of the weight.</param>
/// <param name="inputs">Columns of the weight.</param>
/// <param name="energy">‖W‖²_F of the weight itself, which errors are relative to.</param>
/// <param name="options">Cancellation.</param>
/// <param name="progress">Is told of each shape.</param>
internal sealed class SpectrumSearch(int outputs, int inputs, double energy, SearchOptions options, SearchProgress progress)
{
    // What is left out depends on what was found before, so waves are the same however many threads there are.
    private const int Wave = 16;

    private const long SmallMemory = 256L << 20;

    // A bound that is as near as this to a candidate found says nothing.
    private const double BoundMargin = 1e-9;

    /// <summary>Solves for all shapes that may hold a candidate.</summary>
    /// <param name="state">The groups that candidates begin with; what they leave over is the weight.</param>
    /// <param name="shapes">The shapes.</param>
    /// <param name="limits">The most that the whole candidates may cost.</param>
    /// <param name="skip">Whether shapes that are bound to be beaten are left out.</param>
    /// <param name="front">Candidates so far; gains those found.</param>
    /// <returns>The spectra.</returns>
    public List<Spectrum> Run(SearchState state, IReadOnlyList<SearchShape> shapes, SearchLimits limits, bool skip, ParetoFront front)
    {
        var known = new List<Spectrum>();
        SearchLimits left = limits.Without(state.Parameters, state.MultiplyAdds);
        foreach (SearchShape[] wave in shapes.Chunk(Wave))
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            SearchShape[] hopeful = [.. wave.Where(shape => !skip || MayMatter(state, shape, left, known, front))];
            progress.Advance(wave.Length - hopeful.Length);
            var spectra = new Spectrum[hopeful.Length];
            ForEach(hopeful, left, i =>
            {
                int rank = left.MaxRank(hopeful[i]);
                spectra[i] = SpectrumSolver.Solve(state.Rest, hopeful[i], rank, state.Energy, options.CancellationToken);
                progress.Advance(1, Error(spectra[i].Rest(rank)));
            });

            known.AddRange(spectra);
            front.Add([.. spectra.SelectMany(spectrum => Points(state, spectrum, left))]);
        }

        return known;
    }

    private double Error(double rest) => energy > 0 ? Math.Sqrt(Math.Max(0, rest) / energy) : 0;

    private IEnumerable<SearchPoint> Points(SearchState state, Spectrum spectrum, SearchLimits left)
    {
        SearchShape shape = spectrum.Shape;
        for (int rank = 1; rank <= left.MaxRank(shape); rank++)
        {
            yield return new SearchPoint(
                state.Parameters + (rank * shape.Parameters),
                state.MultiplyAdds + (rank * shape.MultiplyAdds),
                Error(spectrum.Rest(rank)),
                state,
                shape,
                rank);
        }
    }

    private bool MayMatter(SearchState state, SearchShape shape, SearchLimits left, List<Spectrum> known, ParetoFront front)
    {
        List<(Spectrum, long)> related = SpectrumBounds.Related(known, shape);
        for (int rank = left.MaxRank(shape); rank > 0; rank--)
        {
            double error = Error(SpectrumBounds.LeastRest(related, rank, state.Energy)) - BoundMargin;
            if (error > left.Error)
            {
                // Fewer products leave more over.
                return false;
            }

            if (!front.Beats(state.Parameters + (rank * shape.Parameters), state.MultiplyAdds + (rank * shape.MultiplyAdds), error))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Calls the body for each shape, the dearest first, on as many threads as memory allows: two and a half times the
    /// weight, which leaves room for what is not counted.
    /// </summary>
    private void ForEach(SearchShape[] shapes, SearchLimits left, Action<int> body)
    {
        IEnumerable<int> order = Enumerable.Range(0, shapes.Length).Reverse();
        long memory = Math.Max(SmallMemory, 10L * outputs * inputs);
        long most = shapes.Select(shape => SpectrumSolver.Bytes(shape, left.MaxRank(shape))).DefaultIfEmpty(1).Max();
        int threads = (int)Math.Clamp(memory / most, 1, Environment.ProcessorCount);
        if (threads == 1 || OperatingSystem.IsBrowser())
        {
            foreach (int i in order)
            {
                body(i);
            }

            return;
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = options.CancellationToken };
        Parallel.ForEach(Partitioner.Create(order, EnumerablePartitionerOptions.NoBuffering), parallel, body);
    }
}
