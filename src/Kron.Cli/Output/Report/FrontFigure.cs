using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Cli.Output.Report;

/// <summary>Parameters against error.</summary>
internal static class FrontFigure
{
    /// <summary>Draws all candidates, and the front of parameters and error as a staircase.</summary>
    public static string Draw(FrontResult result)
    {
        IReadOnlyList<CandidateResult> front = FrontChoice.OfError(result.Front);
        Scale x = Scale.Logarithmic(result.Front.Min(candidate => candidate.Parameters), result.Front.Max(candidate => candidate.Parameters), Figure.Left + 6, Figure.Right - 6);
        Scale y = Scale.Linear(result.Front.Max(candidate => candidate.RelativeError), Figure.Bottom, Figure.Top);
        CandidateResult first = front[0], last = front[^1];
        var figure = new Figure(
            "front",
            "Relative error against parameters",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{front.Count} candidates, from {first.Parameters:N0} parameters with an error of {first.RelativeError:G3} "
                + $"to {last.Parameters:N0} parameters with an error of {last.RelativeError:G3}. The table below lists them."));
        figure.AddBottomAxis("parameters", x, Markup.Compact);
        figure.AddTopAxis("times fewer than dense", Reductions(result, x));
        figure.AddLeftAxis("relative error", y, tick => tick.ToString("0.###", CultureInfo.InvariantCulture));
        foreach (CandidateResult candidate in result.Front.Except(front))
        {
            figure.Add(Point(x, y, candidate, 3, "other"));
        }

        figure.Add(Markup.Polyline(Staircase(front, x, y), "series s0"));
        foreach (CandidateResult candidate in front)
        {
            figure.Add(Point(x, y, candidate, 3.5, "best"));
        }

        return figure.ToString();
    }

    private static IEnumerable<(double X, double Y)> Staircase(IReadOnlyList<CandidateResult> front, Scale x, Scale y)
    {
        double height = y[front[0].RelativeError];
        foreach (CandidateResult candidate in front)
        {
            yield return (x[candidate.Parameters], height);
            height = y[candidate.RelativeError];
            yield return (x[candidate.Parameters], height);
        }

        yield return (Figure.Right, height);
    }

    private static IEnumerable<(double X, string Label)> Reductions(FrontResult result, Scale x)
    {
        double dense = result.DenseParameters;
        Scale reductions = Scale.Logarithmic(dense / x.Most, dense / x.Least, 0, 1);
        return reductions.Ticks.Select(times => (x[dense / times], times.ToString("#,0.##", CultureInfo.InvariantCulture) + "×"));
    }

    private static string Point(Scale x, Scale y, CandidateResult candidate, double radius, string classes) =>
        $"<circle cx=\"{Markup.Coordinate(x[candidate.Parameters])}\" cy=\"{Markup.Coordinate(y[candidate.RelativeError])}\" "
        + $"r=\"{Markup.Coordinate(radius)}\" class=\"{classes}\" />";
}
