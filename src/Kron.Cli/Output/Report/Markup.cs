using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

namespace Kron.Cli.Output.Report;

/// <summary>Pieces of HTML and SVG that are well-formed XML too: texts escaped, numbers invariant.</summary>
internal static class Markup
{
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate to a hundredth.</summary>
    public static string Coordinate(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>An SVG text.</summary>
    /// <param name="x">Where its anchor is.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="more">Further attributes.</param>
    public static string Text(double x, double y, string anchor, string text, string more = "") =>
        $"<text x=\"{Coordinate(x)}\" y=\"{Coordinate(y)}\" text-anchor=\"{anchor}\"{more}>{Escape(text)}</text>";

    public static string Line(double x1, double y1, double x2, double y2, string classes) =>
        $"<line x1=\"{Coordinate(x1)}\" y1=\"{Coordinate(y1)}\" x2=\"{Coordinate(x2)}\" y2=\"{Coordinate(y2)}\" class=\"{classes}\" />";

    public static string Polyline(IEnumerable<(double X, double Y)> points, string classes) =>
        $"<polyline points=\"{string.Join(" ", points.Select(point => $"{Coordinate(point.X)},{Coordinate(point.Y)}"))}\" class=\"{classes}\" />";

    /// <summary>A count that needs little room: <c>82.4 k</c>.</summary>
    public static string Compact(double value) => value switch
    {
        < 1e3 => value.ToString("0.##", CultureInfo.InvariantCulture),
        < 1e6 => Three(value / 1e3) + " k",
        < 1e9 => Three(value / 1e6) + " M",
        _ => Three(value / 1e9) + " G",
    };

    // Three digits without zeros at the end.
    private static string Three(double value) => value.ToString(value < 10 ? "0.##" : value < 100 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
