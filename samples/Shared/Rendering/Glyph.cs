using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace Kron.Samples;

/// <summary>A character as strokes of a pen: polylines in a box 0.6 wide and 1 high, y pointing down.</summary>
internal sealed class Glyph
{
    private Glyph(IReadOnlyList<Vector2[]> strokes)
    {
        Strokes = strokes;
        Left = strokes.Min(stroke => stroke.Min(point => point.X));
        Right = strokes.Max(stroke => stroke.Max(point => point.X));
    }

    /// <summary>The width of the box glyphs are drawn in, for a height of 1; wide ones stand out on both sides.</summary>
    public const float Width = 0.6f;

    /// <summary>The polylines.</summary>
    public IReadOnlyList<Vector2[]> Strokes { get; }

    /// <summary>Where the strokes begin on the left; below 0 for a wide glyph.</summary>
    public float Left { get; }

    /// <summary>Where they end on the right.</summary>
    public float Right { get; }

    /// <summary>Reads a path of absolute moves (M x y), lines (L x y) and cubic Bézier arcs (C x1 y1 x2 y2 x y).</summary>
    public static Glyph Parse(string path)
    {
        const int ArcSteps = 8;
        string[] words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var strokes = new List<Vector2[]>();
        var points = new List<Vector2>();
        int next = 0;
        while (next < words.Length)
        {
            switch (words[next++])
            {
                case "M":
                    FinishStroke();
                    points.Add(Point());
                    break;
                case "L":
                    points.Add(Point());
                    break;
                case "C":
                    Vector2 a = points[^1], b = Point(), c = Point(), d = Point();
                    for (int step = 1; step <= ArcSteps; step++)
                    {
                        float t = step / (float)ArcSteps;
                        float u = 1 - t;
                        points.Add((u * u * u * a) + (3 * u * u * t * b) + (3 * u * t * t * c) + (t * t * t * d));
                    }

                    break;
                default:
                    throw new FormatException($"Unknown command '{words[next - 1]}' in the path '{path}'.");
            }
        }

        FinishStroke();
        return new Glyph(strokes);

        Vector2 Point() => new(Number(), Number());

        float Number() => float.Parse(words[next++], CultureInfo.InvariantCulture);

        void FinishStroke()
        {
            if (points.Count > 0)
            {
                strokes.Add([.. points]);
                points.Clear();
            }
        }
    }

    /// <summary>The glyph turned by 180 degrees: a six becomes a nine.</summary>
    public Glyph Turned()
    {
        var turned = new List<Vector2[]>();
        foreach (Vector2[] stroke in Strokes)
        {
            turned.Add(Array.ConvertAll(stroke, p => new Vector2(Width - p.X, 1 - p.Y)));
        }

        return new Glyph(turned);
    }
}
