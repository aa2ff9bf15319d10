using System;
using System.Numerics;

namespace Kron.Samples;

/// <summary>Carries a glyph's box onto the canvas: a random affine map, then a smooth random wobble.</summary>
internal sealed class Warp
{
    private const int Knots = 4;
    private readonly Vector2 right;
    private readonly Vector2 down;
    private readonly Vector2 centre;
    private readonly float spacing;
    private readonly Vector2[] wobble = new Vector2[Knots * Knots];

    /// <summary>Draws a warp.</summary>
    /// <param name="random">The image's random numbers.</param>
    /// <param name="height">The height of a digit in pixels.</param>
    /// <param name="stretch">Width relative to the glyph's own.</param>
    /// <param name="turn">The tangent of half the angle the digits are turned by.</param>
    /// <param name="slant">Horizontal shear per unit of height.</param>
    /// <param name="centre">Where the middle of the box comes to lie.</param>
    /// <param name="wobbleSize">The standard deviation of the displacement at the knots, in pixels.</param>
    /// <param name="canvasSize">The side of the canvas, over which the knots are spread.</param>
    public Warp(RandomStream random, float height, float stretch, float turn, float slant, Vector2 centre, float wobbleSize, int canvasSize)
    {
        // Cosine and sine by the half-angle formulas: rational, hence the same on every platform.
        float cosine = (1 - (turn * turn)) / (1 + (turn * turn));
        float sine = 2 * turn / (1 + (turn * turn));
        right = height * stretch * new Vector2(cosine, sine);
        down = (height * new Vector2(-sine, cosine)) - (slant * height * new Vector2(cosine, sine));
        this.centre = centre;
        spacing = canvasSize / (Knots - 1f);
        for (int i = 0; i < wobble.Length; i++)
        {
            wobble[i] = wobbleSize * new Vector2(random.Bell(), random.Bell());
        }
    }

    /// <summary>A step to the right by a width in the glyph's box, on the canvas.</summary>
    public Vector2 Across(float width) => width * right;

    /// <summary>The glyph's strokes on the canvas, moved by an offset in pixels.</summary>
    public Vector2[][] Apply(Glyph glyph, Vector2 offset)
    {
        var lines = new Vector2[glyph.Strokes.Count][];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = Array.ConvertAll(glyph.Strokes[i], p => Map(p, offset));
        }

        return lines;
    }

    private Vector2 Map(Vector2 point, Vector2 offset)
    {
        Vector2 place = centre + offset + ((point.X - (Glyph.Width / 2)) * right) + ((point.Y - 0.5f) * down);
        return place + Displacement(place);
    }

    /// <summary>The wobble between the knots, joined smoothly; constant outside the canvas.</summary>
    private Vector2 Displacement(Vector2 place)
    {
        (int x, float u) = Cell(place.X);
        (int y, float v) = Cell(place.Y);
        Vector2 upper = Mix(wobble[(y * Knots) + x], wobble[(y * Knots) + x + 1], u);
        Vector2 lower = Mix(wobble[((y + 1) * Knots) + x], wobble[((y + 1) * Knots) + x + 1], u);
        return Mix(upper, lower, v);
    }

    private (int Cell, float Fraction) Cell(float coordinate)
    {
        float position = Math.Clamp(coordinate / spacing, 0, Knots - 1);
        int cell = Math.Min((int)position, Knots - 2);
        float t = position - cell;
        return (cell, t * t * (3 - (2 * t)));
    }

    private static Vector2 Mix(Vector2 a, Vector2 b, float t) => a + (t * (b - a));
}
