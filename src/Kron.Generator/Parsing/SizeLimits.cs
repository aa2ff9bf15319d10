using System.Collections.Generic;
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

    public static void CheckParameters(BigInteger weights, EpilogueSpec epilogue, int outputs, int terms, Location? location, DiagnosticBag bag)
    {
        BigInteger bias = epilogue.Bias switch
        {
            BiasKind.None => 0,
            BiasKind.PerTerm => (BigInteger)outputs * terms,
            _ => outputs,
        };
        Check("The number of parameters", weights + bias, Parameters, location, bag);
    }

    /// <summary>The values between the two contractions, in the order that costs less.</summary>
    public static void CheckIntermediate(GroupSpec group, Location? location, DiagnosticBag bag) =>
        Check("The number of intermediate values per sample", Costs.Intermediate(group), PerSample, location, bag);

    public static bool CheckTerms(IEnumerable<GroupSpec> groups, Location? location, DiagnosticBag bag) =>
        Check("The number of products", groups.Aggregate(BigInteger.Zero, (sum, group) => sum + group.R), Terms, location, bag);
}
