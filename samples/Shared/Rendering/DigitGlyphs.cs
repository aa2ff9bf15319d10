namespace Kron.Samples;

/// <summary>The ways of writing each digit.</summary>
internal static class DigitGlyphs
{
    private const string RoundZero = "M .3 0 C .466 0 .6 .224 .6 .5 C .6 .776 .466 1 .3 1 C .134 1 0 .776 0 .5 C 0 .224 .134 0 .3 0";
    private const string NarrowZero = "M .3 0 C .48 0 .56 .1 .56 .3 L .56 .7 C .56 .9 .48 1 .3 1 C .12 1 .04 .9 .04 .7 L .04 .3 C .04 .1 .12 0 .3 0";
    private const string BarOne = "M .3 0 L .3 1";
    private const string FlagOne = "M .1 .22 L .36 0 L .36 1";
    private const string SlabOne = "M .1 .2 L .3 0 L .3 1 M .06 1 L .54 1";
    private const string PlainTwo = "M .03 .27 C .05 .1 .16 0 .31 0 C .47 0 .57 .11 .57 .27 C .57 .45 .4 .6 .02 1 L .6 1";
    private const string CurvedTwo = "M .02 .22 C .06 .06 .18 0 .3 0 C .5 0 .58 .13 .58 .27 C .58 .55 .05 .65 0 1 L .6 1";
    private const string RoundThree = "M .04 .16 C .1 .05 .19 0 .3 0 C .45 0 .55 .1 .55 .25 C .55 .39 .44 .48 .26 .48 "
        + "C .46 .48 .59 .58 .59 .74 C .59 .9 .46 1 .29 1 C .15 1 .05 .93 .01 .81";
    private const string FlatThree = "M .04 0 L .55 0 L .26 .4 C .46 .4 .59 .52 .59 .7 C .59 .88 .46 1 .28 1 C .15 1 .05 .94 .01 .82";
    private const string ClosedFour = "M .43 1 L .43 0 L 0 .68 L .6 .68";
    private const string OpenFour = "M .1 0 L .02 .6 L .58 .6 M .44 .22 L .44 1";
    private const string PlainFive = "M .53 0 L .1 0 L .06 .44 C .14 .38 .22 .36 .3 .36 C .48 .36 .6 .48 .6 .67 C .6 .87 .47 1 .28 1 C .15 1 .06 .94 .01 .84";
    private const string WrittenFive = "M .56 0 L .08 0 L .08 .45 C .35 .33 .59 .45 .59 .7 C .59 1 .2 1.06 0 .86";
    private const string CurvedSix = "M .52 .08 C .45 .02 .4 0 .32 0 C .13 0 0 .2 0 .56 C 0 .86 .12 1 .31 1 C .48 1 .6 .87 .6 .69 "
        + "C .6 .51 .48 .39 .32 .39 C .16 .39 .03 .5 .01 .64";
    private const string StraightSix = "M .42 0 C .2 .2 0 .42 0 .69 C 0 .87 .13 1 .3 1 C .47 1 .6 .87 .6 .69 C .6 .51 .47 .39 .3 .39 C .14 .39 .03 .5 .01 .62";
    private const string PlainSeven = "M 0 0 L .6 0 L .2 1";
    private const string CurvedSeven = "M 0 0 L .6 0 C .4 .3 .25 .6 .22 1";
    private const string CrossedSeven = "M 0 0 L .6 0 L .2 1 M .14 .5 L .54 .5";
    private const string RoundEight = "M .3 0 C .44 0 .55 .1 .55 .24 C .55 .38 .44 .47 .3 .47 C .16 .47 .05 .38 .05 .24 C .05 .1 .16 0 .3 0 "
        + "M .3 .47 C .47 .47 .6 .58 .6 .735 C .6 .89 .47 1 .3 1 C .13 1 0 .89 0 .735 C 0 .58 .13 .47 .3 .47";
    private const string WrittenEight = "M .3 .47 C .1 .4 .06 .33 .06 .23 C .06 .09 .16 0 .3 0 C .44 0 .54 .09 .54 .23 C .54 .33 .5 .4 .3 .47 "
        + "C .1 .56 0 .62 0 .75 C 0 .9 .13 1 .3 1 C .47 1 .6 .9 .6 .75 C .6 .62 .5 .56 .3 .47";

    private static readonly Glyph[][] Variants =
    [
        [Glyph.Parse(RoundZero), Glyph.Parse(NarrowZero)],
        [Glyph.Parse(BarOne), Glyph.Parse(FlagOne), Glyph.Parse(SlabOne)],
        [Glyph.Parse(PlainTwo), Glyph.Parse(CurvedTwo)],
        [Glyph.Parse(RoundThree), Glyph.Parse(FlatThree)],
        [Glyph.Parse(ClosedFour), Glyph.Parse(OpenFour)],
        [Glyph.Parse(PlainFive), Glyph.Parse(WrittenFive)],
        [Glyph.Parse(CurvedSix), Glyph.Parse(StraightSix)],
        [Glyph.Parse(PlainSeven), Glyph.Parse(CurvedSeven), Glyph.Parse(CrossedSeven)],
        [Glyph.Parse(RoundEight), Glyph.Parse(WrittenEight)],
        [Glyph.Parse(CurvedSix).Turned(), Glyph.Parse(StraightSix).Turned()],
    ];

    /// <summary>One way of writing the digit.</summary>
    public static Glyph Pick(int digit, RandomStream random) => Variants[digit][random.Next(Variants[digit].Length)];
}
