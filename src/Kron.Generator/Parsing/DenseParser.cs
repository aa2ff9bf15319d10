using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;

namespace Kron.Generator.Parsing;

/// <summary>Reads <c>DenseLayer(m, n)</c> and <c>DenseConv(o, c, h, w)</c>.</summary>
internal static class DenseParser
{
    public static LayerSpec? Parse(LayerSyntax syntax)
    {
        (AttributeReader reader, DiagnosticBag bag) = (syntax.Layer, syntax.Bag);
        EpilogueSpec? epilogue = EpilogueParser.Parse(reader, "dense layer", bag);
        if (!reader.CheckSizes([0, 1], bag) || epilogue is null)
        {
            return null;
        }

        var (m, n) = (reader[0], reader[1]);
        EpilogueParser.CheckPieces(epilogue, m, "pre-activations", reader, bag);
        return new LayerSpec(syntax.Type, AttributeText.Layer(reader, epilogue), n, m, [], Image: null, epilogue);
    }

    public static LayerSpec? ParseConvolution(LayerSyntax syntax) => ConvolutionParser.Parse(syntax, "dense convolution", reader =>
        reader.CheckSizes([0, 1, 2, 3], syntax.Bag) ? new KernelShape(reader[0], reader[1], reader[2], reader[3]) : null);
}
