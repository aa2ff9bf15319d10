using Kron.Generator.Spec;

namespace Kron.Generator.Parsing;

/// <summary>Reads <c>LowRankConv(outChannels, inChannels, kernel, rank)</c>: the products of A [1, c, d, 1] and B [o, 1, 1, d].</summary>
internal static class LowRankParser
{
    public static LayerSpec? Parse(LayerSyntax syntax)
    {
        LayerSpec? spec = ConvolutionParser.Parse(syntax, "low-rank convolution", reader =>
        {
            var (outputs, channels, kernel, rank) = (reader[0], reader[1], reader[2], reader[3]);
            return reader.CheckSizes([0, 1, 2], syntax.Bag)
                ? new KernelShape(outputs, channels, kernel, kernel) { Groups = [new GroupSpec(1, outputs, channels, 1, rank) { H1 = kernel, W2 = kernel }] }
                : null;
        });
        return spec is null ? null : spec with { Kind = LayerKind.LowRank };
    }
}
