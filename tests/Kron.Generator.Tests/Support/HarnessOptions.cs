using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Generator.Tests.Support;

/// <summary>The project that a test source is compiled in.</summary>
internal sealed record HarnessOptions
{
    public static readonly HarnessOptions Default = new();

    /// <summary>One small target: for tests of everything but the kernels.</summary>
    public static readonly HarnessOptions ScalarOnly = new() { KronTargets = "Scalar" };

    public bool AllowUnsafe { get; init; } = true;

    /// <summary>The default of the oldest supported SDK.</summary>
    public LanguageVersion Language { get; init; } = LanguageVersion.CSharp12;

    /// <summary>The MSBuild property KronTargets, as the compiler sees it; null when the project does not set it.</summary>
    public string? KronTargets { get; init; }

    /// <summary>The build's list of embedded weights; null for a project without any.</summary>
    public string? WeightsList { get; init; }

    public OutputKind OutputKind { get; init; } = OutputKind.DynamicallyLinkedLibrary;

    public IReadOnlyList<MetadataReference> MoreReferences { get; init; } = [];
}
