using System;
using Kron.Generator.Support;

namespace Kron.Generator.Spec;

/// <summary>Everything the compiler knows of one layer: equatable, free of Roslyn types, the only value the pipeline caches.</summary>
/// <param name="Type">Where the partial class lives.</param>
/// <param name="Attributes">The layer's attributes as C# text, one per line.</param>
/// <param name="Inputs">Inputs per sample.</param>
/// <param name="Outputs">Pre-activations per sample.</param>
/// <param name="Groups">Shape groups in declared order; empty for a dense layer.</param>
/// <param name="Image">The image an input is, where the attribute declares one; every group with a formulation needs it.</param>
/// <param name="Epilogue">Bias and activation.</param>
internal sealed record LayerSpec(
    TypeSpec Type,
    string Attributes,
    int Inputs,
    int Outputs,
    EquatableArray<GroupSpec> Groups,
    ImageSpec? Image,
    EpilogueSpec Epilogue)
{
    public int OutputSize => Outputs / Epilogue.Pieces;

    public bool IsDense => Groups.Count == 0;
}

/// <summary>One shape group: R products A [M1 × N1] ⊗ B [M2 × N2].</summary>
internal sealed record GroupSpec(int M1, int M2, int N1, int N2, int R, FormulationKind Formulation = FormulationKind.Matrix);

internal sealed record ImageSpec(int Channels, int Height, int Width);

/// <summary>What follows the contractions. <paramref name="Pieces"/> is 1 for every activation but maxout, <paramref name="Slope"/> 0 for every one but the leaky Relu.</summary>
internal sealed record EpilogueSpec(
    ActivationKind Activation,
    float Slope,
    int Pieces,
    bool PerTerm,
    BiasKind Bias);

/// <summary>The partial class to complete.</summary>
/// <param name="Namespace">Empty for the global namespace; keywords are escaped.</param>
/// <param name="Containers">Declaration headers of the enclosing types, outermost first, e.g. <c>partial class Outer</c>.</param>
/// <param name="Name">The class's own name (an escaped identifier where it needs one).</param>
/// <param name="FullName">Namespace and containers included, nothing escaped; unique in the compilation.</param>
internal sealed record TypeSpec(string Namespace, EquatableArray<string> Containers, string Name, string FullName)
{
    /// <summary>Tells this type's file from that of a type whose full name differs in case only; empty for nearly every type.</summary>
    public string HintSuffix { get; init; } = "";

    /// <summary>The name of the generated file.</summary>
    public string HintName => FullName + HintSuffix + ".g.cs";

    /// <summary>The name of the file with the kernels for one target; a dash is in no type's name, so no other layer's file has it.</summary>
    public string KernelHintName(string target) => FullName + HintSuffix + "-" + target + ".g.cs";
}

// The values of the runtime's public enums, in their order; the generator does not reference the runtime.
internal enum ActivationKind { None, Relu, LeakyRelu, Sigmoid, Tanh, Gelu, Silu, Maxout }

internal enum FormulationKind { Matrix, I, II, III }

internal enum BiasKind { Shared, None, PerTerm }

[Flags]
internal enum TargetSet
{
    None = 0,
    Avx512 = 1,
    Avx2 = 2,
    AdvSimd = 4,
    Vector128 = 8,
    Scalar = 16,
    All = 31,
}
