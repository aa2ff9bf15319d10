using System;
using System.Numerics;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>Reads <c>BatchNorm2d(channels, height, width)</c>.</summary>
internal static class BatchNormParser
{
    public static LayerSpec? Parse(LayerSyntax syntax)
    {
        (AttributeReader reader, DiagnosticBag bag) = (syntax.Layer, syntax.Bag);
        EpilogueSpec? epilogue = EpilogueParser.ParseActivation(reader, bag);
        NormalizationSpec normalization = new(reader.Option("Epsilon", 1e-5f), reader.Option("Momentum", 0.1f));
        CheckConstant("Epsilon", normalization.Epsilon, "finite and greater than 0", epsilon => epsilon > 0 && !float.IsInfinity(epsilon));
        CheckConstant("Momentum", normalization.Momentum, "0 to 1", momentum => momentum is >= 0 and <= 1);
        bool sizes = reader.CheckPositive(bag)
            && SizeLimits.CheckPerSample("The number of inputs", (BigInteger)reader[0] * reader[1] * reader[2], reader.LocationOf(0, 2), bag);
        if (epilogue is null || !sizes)
        {
            return null;
        }

        var (channels, height, width) = (reader[0], reader[1], reader[2]);
        int size = channels * height * width;
        return new LayerSpec(syntax.Type, AttributeText.BatchNorm(reader, normalization, epilogue), size, size, [], Image: null, epilogue)
        {
            Kind = LayerKind.BatchNorm,
            Window = new WindowSpec(channels, height, width, KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PaddingH: 0, PaddingW: 0),
            Normalization = normalization,
        };

        void CheckConstant(string option, float value, string expected, Func<float, bool> isRight)
        {
            if (!isRight(value))
            {
                bag.Report(Descriptors.NormalizationConstant, reader.LocationOf(option), option, Invariant.Text(value), expected);
            }
        }
    }
}
