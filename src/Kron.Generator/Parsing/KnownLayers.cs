using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>All attributes that make a layer: generator, analyzer and parser walk this table.</summary>
internal static class KnownLayers
{
    public const string Namespace = "Kron";
    public const string Suffix = "Attribute";

    public static readonly IReadOnlyList<KnownLayer> All =
    [
        new("KroneckerLayer", ["m1", "m2", "n1", "n2", "r"], KroneckerParser.Parse) { Term = "KroneckerTerm" },
        new("DenseLayer", ["m", "n"], DenseParser.Parse),
        new("StructuredLayer", ["outputs", "inputs", "structuredInputs"], StructuredParser.Parse),
        new("KroneckerConv", ["o1", "c1", "h1", "w1", "o2", "c2", "h2", "w2", "r"], KroneckerParser.ParseConvolution) { Term = "KroneckerConvTerm" },
        new("LowRankConv", ["outChannels", "inChannels", "kernel", "rank"], LowRankParser.Parse),
        new("DenseConv", ["o", "c", "h", "w"], DenseParser.ParseConvolution),
        new("StructuredConv", ["outChannels", "inChannels", "kernel", "structuredChannels", "structuredKernel"], StructuredParser.ParseConvolution),
        new("MaxPool", ["channels", "height", "width", "window"], PoolParser.ParseMaximum),
        new("AvgPool", ["channels", "height", "width", "window"], PoolParser.ParseAverage),
        new("GlobalAvgPool", ["channels", "height", "width"], PoolParser.ParseGlobalAverage),
        new("BatchNorm2d", ["channels", "height", "width"], BatchNormParser.Parse),
    ];

    /// <summary>The name, as users write it, of an attribute of Kron's; null for any other.</summary>
    public static string? NameOf(AttributeData attribute) =>
        attribute.AttributeClass is { ContainingType: null, Arity: 0, ContainingNamespace: { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true } } type
        && type.Name.EndsWith(Suffix, StringComparison.Ordinal)
            ? type.Name.Substring(0, type.Name.Length - Suffix.Length)
            : null;
}
