using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Cli.Output.Report;

/// <summary>The singular values of the weight for the shapes that matter most: the faster a line falls, the fewer products a shape needs.</summary>
internal static class SpectrumFigure
{
    /// <summary>Lines that can be told apart.</summary>
    public const int MostLines = 5;

    private const int MostPoints = 100;

    // What lies so far below the largest value is rounding.
    private const double Depth = 1e-5;

    /// <summary>The shapes that occur most on the front of parameters and error.</summary>
    public static IReadOnlyList<SpectrumResult> Choose(FrontResult result)
    {
        Dictionary<ShapeResult, int> uses = FrontChoice.OfError(result.Front)
            .SelectMany(candidate => candidate.Shapes)
            .GroupBy(Rankless)
            .ToDictionary(group => group.Key, group => group.Count());
        return
        [
            .. result.Spectra
                .Where(spectrum => uses.ContainsKey(Rankless(spectrum.Shape)) && spectrum.SingularValues is [> 0, ..])
                .OrderByDescending(spectrum => uses[Rankless(spectrum.Shape)])
                .Take(MostLines),
        ];
    }

    /// <summary>Draws the lines; there must be some.</summary>
    public static string Draw(IReadOnlyList<SpectrumResult> spectra)
    {
        double most = spectra.Max(spectrum => spectrum.SingularValues[0]);
        double least = Math.Max(spectra.Min(spectrum => spectrum.SingularValues.Where(value => value > 0).Min()), Depth * most);
        Scale x = Scale.Logarithmic(1, spectra.Max(spectrum => spectrum.SingularValues.Count), Figure.Left + 6, Figure.Right - 6);
        Scale y = Scale.Logarithmic(least, most, Figure.Bottom, Figure.Top);
        var figure = new Figure(
            "spectra",
            "Singular values",
            string.Join(" ", spectra.Select(spectrum => string.Create(CultureInfo.InvariantCulture, $"Shape {Name(spectrum)}: {Summary(spectrum.SingularValues)}."))));
        figure.AddBottomAxis("product", x, Markup.Compact);
        figure.AddLeftAxis("singular value", y, tick => tick.ToString("G3", CultureInfo.InvariantCulture));
        for (int i = 0; i < spectra.Count; i++)
        {
            IReadOnlyList<double> values = spectra[i].SingularValues;
            string classes = string.Create(CultureInfo.InvariantCulture, $"series s{i}");
            figure.Add(Markup.Polyline(Indices(values.Count).Where(k => values[k] >= least).Select(k => (x[k + 1], y[values[k]])), classes));
            figure.AddLegend(classes, Name(spectra[i]));
        }

        return figure.ToString();
    }

    private static ShapeResult Rankless(ShapeResult shape) => shape with { R = 0 };

    private static string Name(SpectrumResult spectrum) =>
        string.Create(CultureInfo.InvariantCulture, $"{spectrum.Shape.M1},{spectrum.Shape.M2},{spectrum.Shape.N1},{spectrum.Shape.N2}");

    private static string Summary(IReadOnlyList<double> values) =>
        $"{values.Count.ToString(CultureInfo.InvariantCulture)} values from {TableText.Significant(values[0])} to {TableText.Significant(values[^1])}";

    /// <summary>Positions that lie evenly on a logarithmic scale.</summary>
    private static IEnumerable<int> Indices(int count) =>
        Enumerable.Range(0, MostPoints + 1).Select(i => Math.Min(count, (int)Math.Round(Math.Pow(count, (double)i / MostPoints))) - 1).Distinct();
}
