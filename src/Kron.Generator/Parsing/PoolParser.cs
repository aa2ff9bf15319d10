using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;

namespace Kron.Generator.Parsing;

/// <summary>Reads <c>MaxPool(channels, height, width, window)</c>, <c>AvgPool</c> likewise, and <c>GlobalAvgPool(channels, height, width)</c>.</summary>
internal static class PoolParser
{
    private static readonly EpilogueSpec Plain = new(ActivationKind.None, Slope: 0, Pieces: 1, PerTerm: false, BiasKind.None);

    public static LayerSpec? ParseMaximum(LayerSyntax syntax) => Parse(syntax, LayerKind.MaxPool);

    public static LayerSpec? ParseAverage(LayerSyntax syntax) => Parse(syntax, LayerKind.AveragePool);

    public static LayerSpec? ParseGlobalAverage(LayerSyntax syntax)
    {
        AttributeReader reader = syntax.Layer;
        return reader.CheckPositive(syntax.Bag)
            ? Spec(syntax, LayerKind.AveragePool, reader.Argument(1), reader.Argument(2), reader.Argument(1), reader.Argument(2))
            : null;
    }

    private static LayerSpec? Parse(LayerSyntax syntax, LayerKind kind)
    {
        AttributeReader reader = syntax.Layer;
        Setting window = reader.Argument(3);
        Setting windowH = reader.FirstSet("WindowH") ?? window, windowW = reader.FirstSet("WindowW") ?? window;
        Setting strideH = reader.FirstSet("StrideH", "Stride") ?? windowH, strideW = reader.FirstSet("StrideW", "Stride") ?? windowW;
        return Setting.CheckPositive([reader.Argument(0), reader.Argument(1), reader.Argument(2), window, windowH, windowW, strideH, strideW], syntax.Bag)
            ? Spec(syntax, kind, windowH, windowW, strideH, strideW)
            : null;
    }

    private static LayerSpec? Spec(LayerSyntax syntax, LayerKind kind, Setting windowH, Setting windowW, Setting strideH, Setting strideW)
    {
        AttributeReader reader = syntax.Layer;
        Setting none = new("Padding", 0, reader.Location);
        Sliding sliding = new(
            reader.Argument(1), reader.Argument(2), strideH, strideW, reader.FirstSet("PaddingH", "Padding") ?? none, reader.FirstSet("PaddingW", "Padding") ?? none);
        int channels = reader[0];
        WindowSpec? window = WindowRules.Slide(
            sliding, channels, (windowH.Value, windowW.Value), (windowH.Value / 2, windowW.Value / 2), channels, reader.Location, syntax.Bag);
        return window is null
            ? null
            : new LayerSpec(
                syntax.Type, AttributeText.Pool(reader, window), channels * window.Height * window.Width, channels * window.Pixels, [], Image: null, Plain)
            {
                Kind = kind,
                Window = window,
            };
    }
}
