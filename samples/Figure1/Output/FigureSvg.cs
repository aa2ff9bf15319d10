using System;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;
using System.Xml;
using Figure1.Comparison;
using Figure1.Images;
using Kron;

namespace Figure1.Output;

/// <summary>
/// Writes the figure as one SVG file with the pictures in it as PNG: the original on the left, then a column for each
/// rank, low rank above and Kronecker products below. Sizes are in CSS pixels.
/// </summary>
internal sealed class FigureSvg
{
    private const int Margin = 16, Gap = 14, Heading = 62, RowLabel = 60, CaptionHeight = 42;

    /// <summary>The narrowest column that holds its captions, and the widest picture that is shown.</summary>
    private const int MinColumn = 150, MaxPicture = 320;

    /// <summary>The lowest row that holds its label.</summary>
    private const int MinRow = 120;

    private readonly StringBuilder text = new();
    private readonly ComparisonResult result;
    private readonly double pictureWidth, pictureHeight, column, row;

    private FigureSvg(ComparisonResult result)
    {
        this.result = result;
        int pixels = result.Original.Width;
        double scale = pixels < MinColumn ? Math.Ceiling((double)MinColumn / pixels) : Math.Min(1, (double)MaxPicture / pixels);
        (pictureWidth, pictureHeight) = (scale * pixels, scale * result.Original.Height);
        (column, row) = (Math.Max(MinColumn, pictureWidth), Math.Max(MinRow, pictureHeight));
    }

    /// <summary>Writes the figure.</summary>
    /// <param name="result">What it shows.</param>
    /// <param name="name">What the picture is called.</param>
    public static string Write(ComparisonResult result, string name) => new FigureSvg(result).Write(name);

    private string Write(string name)
    {
        double firstRank = Margin + column + RowLabel;
        double width = firstRank + (result.Ranks.Count * (column + Gap)) - Gap + Margin;
        double height = Heading + (2 * (row + CaptionHeight)) + Margin;
        ShapeGroup low = result.LowRank[0].Shape, kronecker = result.Kronecker[0].Shape;
        string title = "Low rank (SVD) and sums of Kronecker products (KPSVD) with equally many parameters";
        string description = $"{name}, approximated with {string.Join(", ", result.Ranks)} products. Relative errors: " + string.Join("; ",
            result.Ranks.Select((rank, i) =>
                $"{rank}: SVD {ErrorTable.Percent(result.LowRank[i].RelativeError)}, Kronecker {ErrorTable.Percent(result.Kronecker[i].RelativeError)}")) + ".";

        Line($"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">""");
        Line($"""<title id="title">{Escape(title)}</title>""");
        Line($"""<desc id="description">{Escape(description)}</desc>""");
        Line($$"""<style>text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px; fill: #404040 } .head { font-size: 14px; font-weight: 600; fill: #101010 } image { image-rendering: {{(pictureWidth > result.Original.Width ? "pixelated" : "auto")}} }</style>""");
        Line($"""<rect width="{width}" height="{height}" fill="#ffffff"/>""");

        double middle = Heading + row + (CaptionHeight / 2.0);
        Picture(Margin, middle - (row / 2), result.Original, "original", $"{result.Original.Width} × {result.Original.Height} pixels{(result.Original.Channels == 3 ? ", three channels" : "")}");
        RowHeading(firstRank - 14, Heading, "SVD", low);
        RowHeading(firstRank - 14, Heading + row + CaptionHeight, "Kronecker", kronecker);
        for (int i = 0; i < result.Ranks.Count; i++)
        {
            double x = firstRank + (i * (column + Gap));
            Approximation above = result.LowRank[i], below = result.Kronecker[i];
            Text(x + (column / 2), 26, $"rank {result.Ranks[i]}", "head");
            Text(x + (column / 2), 46, Invariant($"{above.Parameters:N0} parameters"));
            Picture(x, Heading, above.Picture, $"error {ErrorTable.Percent(above.RelativeError)}", $"PSNR {ErrorTable.Decibels(above.Psnr)}");
            Picture(x, Heading + row + CaptionHeight, below.Picture, $"error {ErrorTable.Percent(below.RelativeError)}", $"PSNR {ErrorTable.Decibels(below.Psnr)}");
        }

        Line($"</svg>");
        return text.ToString();
    }

    private void Picture(double x, double y, Picture picture, string first, string second)
    {
        double left = x + ((column - pictureWidth) / 2), top = y + ((row - pictureHeight) / 2), middle = x + (column / 2);
        Line($"""<image x="{left}" y="{top}" width="{pictureWidth}" height="{pictureHeight}" href="data:image/png;base64,{Convert.ToBase64String(PngWriter.Write(picture))}"/>""");
        Line($"""<rect x="{left - 0.5}" y="{top - 0.5}" width="{pictureWidth + 1}" height="{pictureHeight + 1}" fill="none" stroke="#c0c0c0"/>""");
        Text(middle, top + pictureHeight + 16, first);
        Text(middle, top + pictureHeight + 31, second);
    }

    private void RowHeading(double x, double y, string name, ShapeGroup s)
    {
        double middle = y + (row / 2);
        Line($"""<g transform="translate({x} {middle}) rotate(-90)">""");
        Text(0, -16, name, "head");
        Text(0, 0, $"{s.M1}×{s.N1} ⊗ {s.M2}×{s.N2}");
        Line($"</g>");
    }

    private void Text(double x, double y, string content, string kind = "") =>
        Line($"""<text x="{x}" y="{y}" text-anchor="middle" class="{kind}">{Escape(content)}</text>""");

    private void Line(FormattableString line) => text.Append(Invariant(line)).Append('\n');

    private static string Invariant(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

    /// <summary>Makes any file name fit for XML, which has no control characters.</summary>
    private static string Escape(string content) => SecurityElement.Escape(
        string.Concat(content.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD')));
}
