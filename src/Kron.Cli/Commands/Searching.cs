using System;
using System.Collections.Generic;
using System.Globalization;
using Kron.Cli.Output;
using Kron.Cli.Sources;
using Kron.Decomposition;

namespace Kron.Cli.Commands;

/// <summary>The search for shapes, as the commands call it.</summary>
internal static class Searching
{
    /// <summary>Searches the shapes of a weight.</summary>
    /// <exception cref="ToolException">None is within the budgets.</exception>
    public static SearchResult Run(ToolConsole console, DenseWeight weight, SearchOptions budgets, Action<string, double> show)
    {
        SearchOptions options = budgets with
        {
            WeightName = weight.Name,
            CancellationToken = console.Cancellation,
            Progress = new FitProgressText(show),
        };
        SearchResult result = LibraryCall.Run(() => ShapeSearch.Run(weight.Values, weight.Outputs, weight.Inputs, options));
        return result.Front.Count > 0
            ? result
            : throw new ToolException($"none of the {TableText.Count(result.Shapes)} shapes of '{weight.Name}' has {Limits(budgets)}", ExitCode.Failure);
    }

    private static string Limits(SearchOptions budgets)
    {
        List<string> limits = [];
        Add(budgets.MaxParameters, "at most {0:N0} parameters");
        Add(budgets.MaxMultiplyAdds, "at most {0:N0} multiply-adds");
        Add(budgets.MaxError, "an error of at most {0}");
        if (budgets.MaxParameters is null)
        {
            limits.Insert(0, "fewer parameters than the dense weight");
        }

        if (budgets.MaxMultiplyAdds is null)
        {
            limits.Add("no more multiply-adds than the dense weight (--max-multiply-adds allows more)");
        }

        return string.Join(" and ", limits);

        void Add(IFormattable? limit, string text)
        {
            if (limit is not null)
            {
                limits.Add(string.Format(CultureInfo.InvariantCulture, text, limit));
            }
        }
    }
}
