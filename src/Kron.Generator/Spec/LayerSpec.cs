using System;
using Kron.Generator.Support;

namespace Kron.Generator.Spec;

/// <summary>Everything the compiler knows of one layer: equatable, free of Roslyn types, the only value the pipeline caches.</summary>
/// <param name="Type">Where the partial class lives.</param>
/// <param name="Attributes">The layer's attributes as C# text, one per line.</param>
/// <param name="Inputs">Inputs per sample.</param>
/// <param name="Outputs">Pre-activations per sample: channels × pixels where the layer makes an image.</param>
/// <param name="Groups">Shape groups in declared order; empty for every kind but the Kronecker ones.</param>
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
    private readonly LayerKind? _kind;

    /// <summary>What the layer computes; by default as its groups say.</summary>
    public LayerKind Kind
    {
        get => _kind ?? (Groups.Count > 0 ? LayerKind.Kronecker : LayerKind.Dense);
        init => _kind = value;
    }

    /// <summary>How a convolution or a pool slides over its image; null for a layer of vectors.</summary>
    public WindowSpec? Window { get; init; }

    /// <summary>The small shape of a structured layer, else null.</summary>
    public StructuredSpec? Structured { get; init; }

    /// <summary>The constants of batch normalisation, else null.</summary>
    public NormalizationSpec? Normalization { get; init; }

    /// <summary>The trained values that every object of the class begins with; null for zeros.</summary>
    public WeightsSpec? Weights { get; init; }

    /// <summary>Whether inference may use Winograd's form, whose rounding errors are larger.</summary>
    public bool AllowsWinograd { get; init; } = true;

    public int OutputSize => Outputs / Epilogue.Pieces;

    /// <summary>Output pixels of each channel; 1 for a layer of vectors.</summary>
    public int Pixels => Window?.Pixels ?? 1;

    /// <summary>Pre-activations of each pixel: what a bias has one value for.</summary>
    public int Channels => Outputs / Pixels;

    public bool IsDense => Kind == LayerKind.Dense;
}

/// <summary>
/// One shape group: R products A [M1 × N1] ⊗ B [M2 × N2]; of a convolution, of kernels A [M1, N1, H1, W1] and B [M2, N2, H2, W2],
/// whose product is the kernel [M1·M2, N1·N2, H1·H2, W1·W2].
/// </summary>
internal sealed record GroupSpec(int M1, int M2, int N1, int N2, int R, FormulationKind Formulation = FormulationKind.Matrix)
{
    public int H1 { get; init; } = 1;

    public int W1 { get; init; } = 1;

    public int H2 { get; init; } = 1;

    public int W2 { get; init; } = 1;
}

internal sealed record ImageSpec(int Channels, int Height, int Width);

/// <summary>A window that slides over an image [Channels, Height, Width]; outside of it everything is zero (or, for a maximum, absent).</summary>
internal sealed record WindowSpec(int Channels, int Height, int Width, int KernelH, int KernelW, int StrideH, int StrideW, int PaddingH, int PaddingW)
{
    public int OutHeight => ((Height + (2 * PaddingH) - KernelH) / StrideH) + 1;

    public int OutWidth => ((Width + (2 * PaddingW) - KernelW) / StrideW) + 1;

    public int Pixels => OutHeight * OutWidth;
}

/// <summary>The small kernel α [out, Channels, KernelH, KernelW] of a structured convolution, or with kernels of 1 the small matrix [outputs, Channels] of a structured layer.</summary>
internal sealed record StructuredSpec(int Channels, int KernelH, int KernelW);

/// <param name="File">A safetensors file, as an item of the project names it.</param>
/// <param name="Layer">The layer's name in the file; empty where the file is that of one layer.</param>
internal sealed record WeightsSpec(string File, string Layer)
{
    /// <summary>Begins the layer's name, behind the file's.</summary>
    public const char Separator = '#';

    public override string ToString() => Layer.Length == 0 ? File : File + Separator + Layer;

    public static WeightsSpec Parse(string text)
    {
        string path = text.Replace('\\', '/');
        int end = path.LastIndexOf(Separator);
        return end < 0 ? new(path, "") : new(path.Substring(0, end), path.Substring(end + 1));
    }
}

/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">The share of a batch in the running statistics.</param>
internal sealed record NormalizationSpec(float Epsilon, float Momentum);

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
internal enum LayerKind { Dense, Kronecker, LowRank, Structured, MaxPool, AveragePool, BatchNorm }

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

    /// <summary>No instruction set: the calls of cuBLAS, beside the kernels of one.</summary>
    Cuda = 32,
    All = 63,
}
