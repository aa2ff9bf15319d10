using System;
using System.Numerics;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>
/// Reads <c>StructuredLayer(outputs, inputs, structuredInputs)</c> and
/// <c>StructuredConv(outChannels, inChannels, kernel, structuredChannels, structuredKernel)</c>.
/// </summary>
internal static class StructuredParser
{
    public static LayerSpec? Parse(LayerSyntax syntax)
    {
        (AttributeReader reader, DiagnosticBag bag) = (syntax.Layer, syntax.Bag);
        EpilogueSpec? epilogue = EpilogueParser.Parse(reader, "structured layer", bag);
        if (!reader.CheckSizes([0, 1], bag) || !IsAtMost(reader, 2, 1, bag) || epilogue is null)
        {
            return null;
        }

        var (outputs, inputs, structured) = (reader[0], reader[1], reader[2]);
        EpilogueParser.CheckPieces(epilogue, outputs, "pre-activations", reader, bag);
        return new LayerSpec(syntax.Type, AttributeText.Layer(reader, epilogue), inputs, outputs, [], Image: null, epilogue)
        {
            Kind = LayerKind.Structured,
            Structured = new StructuredSpec(structured, 1, 1),
        };
    }

    public static LayerSpec? ParseConvolution(LayerSyntax syntax)
    {
        LayerSpec? spec = ConvolutionParser.Parse(syntax, "structured convolution", reader =>
        {
            var (outputs, channels, kernel, structuredChannels, structuredKernel) = (reader[0], reader[1], reader[2], reader[3], reader[4]);
            return reader.CheckSizes([0, 1, 2], syntax.Bag) && IsAtMost(reader, 3, 1, syntax.Bag) & IsAtMost(reader, 4, 2, syntax.Bag)
                ? new KernelShape(outputs, channels, kernel, kernel) { Structured = new StructuredSpec(structuredChannels, structuredKernel, structuredKernel) }
                : null;
        });
        if (spec is null)
        {
            return null;
        }

        CheckSums(spec.Window!, spec.Structured!, syntax);
        return spec with { Kind = LayerKind.Structured };
    }

    private static bool IsAtMost(AttributeReader reader, int small, int full, DiagnosticBag bag)
    {
        if (reader[small] <= reader[full])
        {
            return true;
        }

        (Setting part, Setting whole) = (reader.Argument(small), reader.Argument(full));
        bag.Report(Descriptors.StructuredSize, part.Location, part.Name, Invariant.Text(part.Value), whole.Name, Invariant.Text(whole.Value));
        return false;
    }

    /// <summary>The box sums that the small kernel reads, in any order of the axes.</summary>
    private static void CheckSums(WindowSpec window, StructuredSpec structured, LayerSyntax syntax)
    {
        BigInteger rows = Math.Max(window.Height, (window.StrideH * (window.OutHeight - 1)) + structured.KernelH);
        BigInteger columns = Math.Max(window.Width, (window.StrideW * (window.OutWidth - 1)) + structured.KernelW);
        SizeLimits.CheckPerSample("The number of intermediate values per sample", structured.Channels * rows * columns, syntax.Layer.Location, syntax.Bag);
    }
}
