using System.Collections.Generic;
using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>The static description of a layer that fitting, initialisation, files and <see cref="LayerInfo"/> share.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LayerDefinition
{
    private readonly LayerKind? _kind;

    /// <summary>The class's full name.</summary>
    public required string Name { get; init; }

    /// <summary>The layer attributes as C# text, one per line; stored in files.</summary>
    public required string Attributes { get; init; }

    /// <summary>Inputs per sample (at most n1·n2 of every group).</summary>
    public required int Inputs { get; init; }

    /// <summary>Pre-activations per sample (at most m1·m2 of every group).</summary>
    public required int Outputs { get; init; }

    /// <summary>Shape groups in declared order; empty for every kind but <see cref="LayerKind.Kronecker"/> and <see cref="LayerKind.LowRank"/>.</summary>
    public required IReadOnlyList<ShapeGroup> Groups { get; init; }

    /// <summary>What the layer computes.</summary>
    public LayerKind Kind
    {
        get => _kind ?? (Groups.Count > 0 ? LayerKind.Kronecker : LayerKind.Dense);
        init => _kind = value;
    }

    /// <summary>How a convolution or a pool slides over its image, or what image it is that is normalised; null for a layer of vectors.</summary>
    public ImageWindow? Window { get; init; }

    /// <summary>Input channels, rows and columns of a structured layer's small kernel; zeros for every other kind.</summary>
    public (int Channels, int KernelH, int KernelW) Structured { get; init; }

    /// <summary>ε and the momentum of batch normalisation; zeros for every other kind.</summary>
    public (float Epsilon, float Momentum) Normalization { get; init; }

    /// <summary>Channels, height and width of an image input; zeros for a vector.</summary>
    public (int Channels, int Height, int Width) Image { get; init; }

    /// <summary>The activation.</summary>
    public Activation Activation { get; init; }

    /// <summary>The slope of a leaky Relu.</summary>
    public float Slope { get; init; }

    /// <summary>The group size of maxout; 1 for every other activation.</summary>
    public int Pieces { get; init; } = 1;

    /// <summary>Where the activation is applied.</summary>
    public Nonlinearity Nonlinearity { get; init; }

    /// <summary>The bias.</summary>
    public BiasMode Bias { get; init; }

    /// <summary>Output floats per sample: <see cref="Outputs"/> / <see cref="Pieces"/>.</summary>
    public int OutputSize => Outputs / Pieces;

    /// <summary>Output pixels of each channel; 1 for a layer of vectors.</summary>
    public int Pixels => Window?.Pixels ?? 1;

    /// <summary>Pre-activations of each pixel: what a shared bias has one value for.</summary>
    public int Channels => Outputs / Pixels;

    /// <summary>Whether the layer is a dense matrix or a convolution with a dense kernel.</summary>
    public bool IsDense => Kind == LayerKind.Dense;

    /// <summary>
    /// Multiply-adds per sample of the products, each shape group in its cheaper order: of a fully-connected layer r·(m1·n + n2·m)
    /// with A first, r·(m2·n + n1·m) with B first, where m = m1·m2 and n = n1·n2; of a convolution for each pixel that is computed,
    /// of the output and between the two. Box sums, pools and normalisation have none.
    /// </summary>
    public long MultiplyAdds => LayerCosts.MultiplyAdds(this);

    /// <summary>What one row of the dense weight holds: c, h and w of a convolution's kernel, the inputs of a layer of vectors.</summary>
    internal (int Channels, int Height, int Width) Kernel =>
        Window is { } window ? (window.Channels, window.KernelH, window.KernelW) : (Inputs, 1, 1);

    /// <summary>Columns of the dense weight, which has a row for each of <see cref="Channels"/>: the inputs, or c·h·w of a convolution's kernel.</summary>
    internal int WeightColumns => checked(Kernel.Channels * Kernel.Height * Kernel.Width);

    /// <summary>Whether a dense weight stands for the layer's products; pools and normalisation have none.</summary>
    internal bool HasWeight => Kind is LayerKind.Dense or LayerKind.Kronecker or LayerKind.LowRank or LayerKind.Structured;
}
