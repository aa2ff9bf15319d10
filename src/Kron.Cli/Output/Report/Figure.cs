using System.Collections.Generic;
using System.Text;

namespace Kron.Cli.Output.Report;

/// <summary>A picture with axes, as an SVG element that a screen reader knows by title and description.</summary>
/// <remarks>It is narrow, so that its text can be read on a phone without being scaled down much.</remarks>
internal sealed class Figure(string id, string title, string description)
{
    public const double Width = 400, Left = 58, Right = 388, Top = 46, Bottom = 282;

    private const double TextHeight = 5;

    private readonly StringBuilder _content = new();

    private double _height = Bottom + 40;

    public void Add(string element) => _content.Append(element).Append('\n');

    /// <summary>Draws grid lines and labels of the horizontal axis below the plot.</summary>
    public void AddBottomAxis(string name, Scale scale, System.Func<double, string> label)
    {
        foreach (double tick in scale.Ticks)
        {
            Add(Markup.Line(scale[tick], Top, scale[tick], Bottom, "grid"));
            Add(Markup.Text(scale[tick], Bottom + 16, "middle", label(tick)));
        }

        Add(Markup.Text((Left + Right) / 2, Bottom + 34, "middle", name, " class=\"name\""));
    }

    /// <summary>Draws a second horizontal axis above the plot.</summary>
    public void AddTopAxis(string name, IEnumerable<(double X, string Label)> ticks)
    {
        foreach ((double x, string label) in ticks)
        {
            Add(Markup.Line(x, Top - 5, x, Top, "axis"));
            Add(Markup.Text(x, Top - 9, "middle", label));
        }

        Add(Markup.Text((Left + Right) / 2, 14, "middle", name, " class=\"name\""));
    }

    /// <summary>Draws grid lines and labels of the vertical axis.</summary>
    public void AddLeftAxis(string name, Scale scale, System.Func<double, string> label)
    {
        foreach (double tick in scale.Ticks)
        {
            Add(Markup.Line(Left, scale[tick], Right, scale[tick], "grid"));
            Add(Markup.Text(Left - 6, scale[tick] + TextHeight, "end", label(tick)));
        }

        double middle = (Top + Bottom) / 2;
        Add(Markup.Text(13, middle, "middle", name, $" class=\"name\" transform=\"rotate(-90 13 {Markup.Coordinate(middle)})\""));
        Add(Markup.Line(Left, Top, Left, Bottom, "axis"));
        Add(Markup.Line(Left, Bottom, Right, Bottom, "axis"));
    }

    /// <summary>Adds a line to the legend below the picture.</summary>
    public void AddLegend(string classes, string text)
    {
        double y = _height + 8;
        Add(Markup.Line(Left, y, Left + 44, y, classes));
        Add(Markup.Text(Left + 54, y + TextHeight, "start", text));
        _height += 22;
    }

    public override string ToString() =>
        $"""
        <svg viewBox="0 0 {Markup.Coordinate(Width)} {Markup.Coordinate(_height)}" role="img" aria-labelledby="{id}-title {id}-description">
        <title id="{id}-title">{Markup.Escape(title)}</title>
        <desc id="{id}-description">{Markup.Escape(description)}</desc>
        {_content}</svg>
        """;
}
