using System;
using System.Numerics;
using Kron.Samples;

namespace SceneText.Rendering;

/// <summary>What a word is written with: a round pen, a broad nib, or the outlines of a round pen, with or without a shadow.</summary>
/// <param name="Radius">The radius of the pen, in pixels.</param>
/// <param name="Nib">From the middle of a broad nib to its end; zero for a round pen.</param>
/// <param name="Ink">The colour.</param>
/// <param name="Filling">The colour within the outlines, or null for solid strokes.</param>
/// <param name="Shadow">Where the shadow falls and its colour, or null.</param>
internal sealed record Pen(float Radius, Vector2 Nib, Colour Ink, Colour? Filling, (Vector2 Drop, Colour Colour)? Shadow)
{
    /// <summary>What the pen adds to the width of a glyph.</summary>
    public float Width => 2 * (Radius + MathF.Abs(Nib.X));

    /// <summary>Draws a pen for characters of the given height.</summary>
    public static Pen Pick(RandomStream random, float height, Colour wall, Colour ink)
    {
        (float radius, Vector2 nib, Colour? filling) = (height * random.Next(0.045f, 0.12f), Vector2.Zero, null);
        float kind = random.Next();
        if (kind < 0.3f)
        {
            // Strokes across the nib are several times as thick as those along it.
            radius = height * random.Next(0.03f, 0.05f);
            nib = height * random.Next(0.04f, 0.09f) * new Vector2(1, random.Next(-0.6f, 0.6f));
        }
        else if (kind < 0.45f)
        {
            radius = height * random.Next(0.09f, 0.13f);
            filling = wall.Lifted(random.Next(-0.1f, 0.1f));
        }

        (Vector2, Colour)? shadow = random.Chance(0.2f)
            ? (new Vector2(random.Next(-1.2f, 1.2f), random.Next(0.4f, 1.4f)), wall.Lifted(-0.2f))
            : null;
        return new Pen(radius, nib, ink, filling, shadow);
    }

    /// <summary>Draws lines.</summary>
    public void Draw(Canvas canvas, Vector2[][] lines)
    {
        if (Shadow is { } shadow)
        {
            canvas.Stroke(Moved(lines, shadow.Drop), Radius, shadow.Colour, 0.6f);
        }

        if (Nib == Vector2.Zero)
        {
            canvas.Stroke(lines, Radius, Ink, 1);
        }
        else
        {
            // Five round pens side by side, closer than they are wide, so that they leave no gaps.
            canvas.Stroke([.. Moved(lines, -Nib), .. Moved(lines, -0.5f * Nib), .. lines, .. Moved(lines, 0.5f * Nib), .. Moved(lines, Nib)], Radius, Ink, 1);
        }

        if (Filling is { } filling)
        {
            canvas.Stroke(lines, 0.4f * Radius, filling, 1);
        }
    }

    private static Vector2[][] Moved(Vector2[][] lines, Vector2 by) => Array.ConvertAll(lines, line => Array.ConvertAll(line, point => point + by));
}
