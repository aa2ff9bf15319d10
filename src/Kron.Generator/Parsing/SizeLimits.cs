using System.Linq;
using System.Numerics;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>Limits within which every buffer of a layer, packed and for a block of samples, is indexed by an int.</summary>
internal static class SizeLimits
{
    /// <summary>Inputs, outputs and intermediate values per sample.</summary>
    public const int PerSample = 1 << 24;

    /// <summary>Parameters, the bias among them.</summary>
    public const int Parameters = 1 << 28;

    /// <summary>Products of all shape groups together.</summary>
    public const int Terms = 1 << 16;

    public static bool Check(string what, BigInteger value, int limit, Location? location, DiagnosticBag bag)
    {
        if (value > limit)
        {
            bag.Report(Descriptors.TooLarge, location, what, Invariant.Text(value), Invariant.Text(limit));
        }

        return value <= limit;
    }

    /// <summary>A size whose limit is that of a sample.</summary>
    public static bool CheckPerSample(string what, BigInteger value, Location? location, DiagnosticBag bag) => Check(what, value, PerSample, location, bag);

    /// <summary>Products, parameters and the values between the two contractions of each shape group, in the order that costs less.</summary>
    public static void Check(LayerSpec spec, LayerSyntax syntax)
    {
        BigInteger terms = spec.Groups.Aggregate(BigInteger.Zero, (sum, group) => sum + group.R);
        if (!Check("The number of products", terms, Terms, syntax.Layer.LastArgument.Location, syntax.Bag))
        {
            return;
        }

        BigInteger bias = spec.Epilogue.Bias switch
        {
            BiasKind.None => 0,
            BiasKind.PerTerm => spec.Channels * terms,
            _ => spec.Channels,
        };
        Check("The number of parameters", Costs.Parameters(spec) + bias, Parameters, syntax.Layer.Location, syntax.Bag);
        for (int index = 0; index < spec.Groups.Count; index++)
        {
            CheckPerSample("The number of intermediate values per sample", Costs.Intermediate(spec.Groups[index], spec.Window), syntax.Groups[index].Location, syntax.Bag);
        }
    }
}
