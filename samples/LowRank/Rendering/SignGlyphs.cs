using Kron.Samples;

namespace LowRank.Rendering;

/// <summary>Ten signs: arrows in the four directions, two crosses, a ring, a square, and triangles on their base and on their tip.</summary>
internal static class SignGlyphs
{
    private static readonly Glyph[] Signs =
    [
        Glyph.Parse("M .3 1 L .3 0 M -.05 .35 L .3 0 L .65 .35"),
        Glyph.Parse("M -.2 .5 L .8 .5 M .45 .15 L .8 .5 L .45 .85"),
        Glyph.Parse("M .3 0 L .3 1 M -.05 .65 L .3 1 L .65 .65"),
        Glyph.Parse("M .8 .5 L -.2 .5 M .15 .15 L -.2 .5 L .15 .85"),
        Glyph.Parse("M .3 .05 L .3 .95 M -.15 .5 L .75 .5"),
        Glyph.Parse("M -.05 .15 L .65 .85 M .65 .15 L -.05 .85"),
        Glyph.Parse("M .3 .05 C .55 .05 .75 .25 .75 .5 C .75 .75 .55 .95 .3 .95 C .05 .95 -.15 .75 -.15 .5 C -.15 .25 .05 .05 .3 .05"),
        Glyph.Parse("M -.1 .1 L .7 .1 L .7 .9 L -.1 .9 L -.1 .1"),
        Glyph.Parse("M .3 .05 L .8 .9 L -.2 .9 L .3 .05"),
        Glyph.Parse("M .3 .95 L .8 .1 L -.2 .1 L .3 .95"),
    ];

    /// <summary>The number of signs.</summary>
    public static int Count => Signs.Length;

    /// <summary>A sign.</summary>
    public static Glyph Of(int sign) => Signs[sign];
}
