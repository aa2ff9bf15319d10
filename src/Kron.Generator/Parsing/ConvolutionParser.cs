using System;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;

namespace Kron.Generator.Parsing;

/// <summary>What the attributes of all convolutions have in common.</summary>
internal static class ConvolutionParser
{
    /// <param name="syntax">The attributes.</param>
    /// <param name="withoutTerms">What to call a layer that is no sum of terms; null where it is one.</param>
    /// <param name="kernel">Reads the layer attribute's arguments; gives null, with diagnostics, where they are wrong.</param>
    public static LayerSpec? Parse(LayerSyntax syntax, string? withoutTerms, Func<AttributeReader, KernelShape?> kernel)
    {
        (AttributeReader reader, DiagnosticBag bag) = (syntax.Layer, syntax.Bag);
        EpilogueSpec? epilogue = EpilogueParser.Parse(reader, withoutTerms, bag);
        Sliding? sliding = Options(reader, bag);
        if (kernel(reader) is not { } shape || sliding is null)
        {
            return null;
        }

        if (epilogue is not null)
        {
            EpilogueParser.CheckPieces(epilogue, shape.Outputs, "output channels", reader, bag);
        }

        bool winograd = reader.Option("Winograd", true);
        WindowSpec? window = WindowRules.Slide(
            sliding, shape.Channels, (shape.Height, shape.Width), (SizeLimits.PerSample, SizeLimits.PerSample), shape.Outputs, reader.Location, bag);
        return window is null || epilogue is null
            ? null
            : new LayerSpec(
                syntax.Type,
                AttributeText.Convolution(syntax, window, winograd, epilogue),
                window.Channels * window.Height * window.Width,
                shape.Outputs * window.Pixels,
                shape.Groups,
                Image: null,
                epilogue)
            {
                Window = window,
                Structured = shape.Structured,
                AllowsWinograd = winograd,
            };
    }

    /// <summary>Image, stride and padding; null when one is missing or no size.</summary>
    private static Sliding? Options(AttributeReader reader, DiagnosticBag bag)
    {
        Setting? height = reader.FirstSet("Height"), width = reader.FirstSet("Width");
        if (height is null || width is null)
        {
            string missing = (height, width) switch
            {
                (null, null) => "Height and Width",
                (null, _) => "Height",
                _ => "Width",
            };
            bag.Report(Descriptors.MissingImage, reader.Location, missing);
        }

        Setting one = new("Stride", 1, reader.Location), none = new("Padding", 0, reader.Location);
        Setting strideH = reader.FirstSet("StrideH", "Stride") ?? one, strideW = reader.FirstSet("StrideW", "Stride") ?? one;
        Setting paddingH = reader.FirstSet("PaddingH", "Padding") ?? none, paddingW = reader.FirstSet("PaddingW", "Padding") ?? none;
        bool positive = Setting.CheckPositive([height, width, strideH, strideW], bag);
        return height is not null && width is not null && positive
            ? new Sliding(height, width, strideH, strideW, paddingH, paddingW)
            : null;
    }
}
