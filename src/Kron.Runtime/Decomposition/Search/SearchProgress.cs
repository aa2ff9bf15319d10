using System;

namespace Kron.Decomposition;

/// <summary>Counts the shapes that a search is done with and passes the count on, one report at a time.</summary>
internal sealed class SearchProgress(IProgress<FitProgress>? progress, int steps)
{
    private readonly object _lock = new();
    private int _step;
    private double? _error;

    /// <summary>Takes shapes as done.</summary>
    /// <param name="shapes">How many.</param>
    /// <param name="error">The least relative error found with them; null where none was looked for.</param>
    public void Advance(int shapes, double? error = null)
    {
        lock (_lock)
        {
            if (error is { } found && !(found >= _error))
            {
                _error = found;
            }

            if (shapes > 0)
            {
                _step += shapes;
                progress?.Report(new FitProgress(FitStage.Searching, _step, steps, _error));
            }
        }
    }
}
