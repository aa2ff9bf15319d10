using System;

namespace Kron;

/// <summary>
/// Makes the partial class batch normalisation of an image's channels, y = f(γ · (x − μ) / √(σ² + ε) + β): in training μ and σ²
/// are those of the batch (σ² with 1 / N), in inference the running ones of <see cref="ILayer.State"/> (σ² with 1 / (N − 1)).
/// </summary>
/// <remarks>
/// A recording forward pass updates the running statistics, which begin at μ = 0 and σ² = 1. It throws for a batch that holds a
/// single value of each channel (one sample of one pixel), which has no variance. Statistics are taken relative to the mean of each block
/// of samples, so that a mean far larger than the deviation costs no accuracy.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BatchNorm2dAttribute : Attribute
{
    /// <summary>Declares the layer.</summary>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public BatchNorm2dAttribute(int channels, int height, int width) => (Channels, Height, Width) = (channels, height, width);

    /// <summary>Channels of the image.</summary>
    public int Channels { get; }

    /// <summary>Rows of the image.</summary>
    public int Height { get; }

    /// <summary>Columns of the image.</summary>
    public int Width { get; }

    /// <summary>ε, added to the variance.</summary>
    public float Epsilon { get; set; } = 1e-5f;

    /// <summary>The share of a batch in the running statistics: running = (1 − momentum) · running + momentum · batch.</summary>
    public float Momentum { get; set; } = 0.1f;

    /// <summary>The nonlinearity f; <see cref="Activation.None"/> by default. Maxout is not offered here.</summary>
    public Activation Activation { get; set; }

    /// <summary>The slope of <see cref="Activation.LeakyRelu"/> for negative values.</summary>
    public float Slope { get; set; } = 0.01f;

    /// <inheritdoc cref="LayerAttribute.Weights"/>
    public string? Weights { get; set; }
}
