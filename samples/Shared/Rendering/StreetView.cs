using System.Numerics;

namespace Kron.Samples;

/// <summary>What surrounds writing that is photographed in the street: a wall, clutter before and behind, light and a camera.</summary>
/// <param name="canvas">What is drawn on; a square.</param>
/// <param name="conditions">What the street is like.</param>
internal sealed class StreetView(Canvas canvas, StreetConditions conditions)
{
    private readonly int size = canvas.Width;

    /// <summary>Two colours that differ in brightness by a contrast that may be low; either may be the brighter.</summary>
    public (Colour Wall, Colour Ink) Colours(RandomStream random)
    {
        float contrast = random.Next(conditions.Contrast.Low, conditions.Contrast.High);
        float dark = random.Next(0.05f, 0.95f - contrast);
        bool brightInk = random.Chance(0.4f);
        Colour wall = Tone(random, brightInk ? dark : dark + contrast, 0.12f);
        Colour ink = Tone(random, brightInk ? dark + contrast : dark, 0.2f);
        return (wall, ink);
    }

    /// <summary>Fills the canvas with a wall, sometimes with joints or a plate on it.</summary>
    public void DrawWall(RandomStream random, Colour wall)
    {
        canvas.Fill(wall);
        if (random.Chance(0.25f))
        {
            DrawCourses(random, wall);
        }

        if (random.Chance(0.2f))
        {
            Colour plate = wall.Lifted(random.Next(-0.12f, 0.12f));
            int margin = conditions.PlateMargin;
            canvas.Rectangle(
                random.Next(-2, margin), random.Next(-2, margin), random.Next(size - margin, size + 2), random.Next(size - margin, size + 2), plate, 1);
        }
    }

    /// <summary>Blotches, cables, cracks and leaves.</summary>
    public void DrawClutter(RandomStream random, Colour wall, Colour ink, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // Clutter lies between the two colours or a little beyond the wall's, so that it can be mistaken for ink.
            float t = random.Next(-0.3f, 0.8f);
            var colour = new Colour(
                wall.Red + (t * (ink.Red - wall.Red)), wall.Green + (t * (ink.Green - wall.Green)), wall.Blue + (t * (ink.Blue - wall.Blue)));
            if (random.Chance(0.5f))
            {
                Vector2 from = Anywhere(random);
                float reach = conditions.LineReach;
                Vector2 to = from + new Vector2(random.Next(-reach, reach), random.Next(-reach, reach));
                canvas.Stroke([[from, to]], random.Next(0.2f, 1), colour, random.Next(0.4f, 0.9f));
            }
            else
            {
                (float low, float high) = conditions.BlotchRadius;
                var radii = new Vector2(random.Next(low, high), random.Next(low, high));
                canvas.Ellipse(Anywhere(random), radii, random.Next(1, 4), colour, random.Next(0.3f, 0.8f));
            }
        }
    }

    /// <summary>Uneven light, its colour, blur and sensor noise.</summary>
    public void Photograph(RandomStream random)
    {
        canvas.AddRamp(random.Next(-0.12f, 0.12f), random.Next(-0.12f, 0.12f));
        canvas.Tint(new Colour(random.Next(0.8f, 1.2f), random.Next(0.85f, 1.15f), random.Next(0.75f, 1.25f)));
        int blurs = random.Next(conditions.Blurs + 1);
        for (int i = 0; i < blurs; i++)
        {
            canvas.Blur();
        }

        canvas.AddNoise(random, random.Next(conditions.Noise.Low, conditions.Noise.High));
    }

    /// <summary>A colour of the given luminance.</summary>
    private static Colour Tone(RandomStream random, float luminance, float saturation)
    {
        var tone = new Colour(random.Next(-saturation, saturation), random.Next(-saturation, saturation), random.Next(-saturation, saturation));
        return tone.Lifted(luminance - tone.Luminance);
    }

    /// <summary>Joints of boards or bricks.</summary>
    private void DrawCourses(RandomStream random, Colour wall)
    {
        float spacing = random.Next(conditions.Courses.Low, conditions.Courses.High);
        float start = random.Next(0, spacing);
        Colour joint = wall.Lifted(random.Sign() * random.Next(0.06f, 0.18f));
        bool upright = random.Chance(0.3f);
        for (float at = start; at < size; at += spacing)
        {
            Vector2[] line = upright ? [new(at, -1), new(at, size + 1)] : [new(-1, at), new(size + 1, at)];
            canvas.Stroke([line], random.Next(0.2f, 0.7f), joint, 0.9f);
        }
    }

    private Vector2 Anywhere(RandomStream random) => new(random.Next(0, size), random.Next(0, size));
}
