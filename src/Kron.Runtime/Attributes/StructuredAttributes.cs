using System;

namespace Kron;

/// <summary>
/// Makes the partial class a structured convolution (arXiv 2008.02454): box sums of the input over windows of
/// (C − c + 1) × (N − n + 1) × (N − n + 1) channels, rows and columns, and then a convolution with a small kernel α [o, c, n, n];
/// the same as a convolution with a kernel [o, C, N, N] of composite structure.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StructuredConvAttribute : ConvolutionAttribute
{
    /// <summary>Declares the layer.</summary>
    /// <param name="outChannels">Output channels o.</param>
    /// <param name="inChannels">Input channels C.</param>
    /// <param name="kernel">The side N of the full kernel.</param>
    /// <param name="structuredChannels">Input channels c of the small kernel, at most C.</param>
    /// <param name="structuredKernel">The side n of the small kernel, at most N.</param>
    public StructuredConvAttribute(int outChannels, int inChannels, int kernel, int structuredChannels, int structuredKernel) =>
        (OutChannels, InChannels, Kernel, StructuredChannels, StructuredKernel) = (outChannels, inChannels, kernel, structuredChannels, structuredKernel);

    /// <summary>Output channels.</summary>
    public int OutChannels { get; }

    /// <summary>Input channels.</summary>
    public int InChannels { get; }

    /// <summary>The side of the full kernel.</summary>
    public int Kernel { get; }

    /// <summary>Input channels of the small kernel.</summary>
    public int StructuredChannels { get; }

    /// <summary>The side of the small kernel.</summary>
    public int StructuredKernel { get; }
}

/// <summary>
/// Makes the partial class a structured fully-connected layer (arXiv 2008.02454): sums of the input over windows of Q − R + 1
/// neighbours, and then a small matrix α [outputs, R].
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StructuredLayerAttribute : LayerAttribute
{
    /// <summary>Declares the layer.</summary>
    /// <param name="outputs">Outputs (pre-activations).</param>
    /// <param name="inputs">Inputs Q.</param>
    /// <param name="structuredInputs">Inputs R of the small matrix, at most Q.</param>
    public StructuredLayerAttribute(int outputs, int inputs, int structuredInputs) =>
        (Outputs, Inputs, StructuredInputs) = (outputs, inputs, structuredInputs);

    /// <summary>Outputs (pre-activations).</summary>
    public int Outputs { get; }

    /// <summary>Inputs.</summary>
    public int Inputs { get; }

    /// <summary>Inputs of the small matrix.</summary>
    public int StructuredInputs { get; }
}
