using System.Collections.Generic;
using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>The compiled call plan of one layer for a CUDA device: the calls of each pass and the memory they need.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CudaProgram
{
    /// <summary>Scratch floats per sample of inference and of the recording pass.</summary>
    public required int ForwardScratchFloats { get; init; }

    /// <summary>Scratch floats per sample of the two backward passes.</summary>
    public required int BackwardScratchFloats { get; init; }

    /// <summary>Tape floats per sample.</summary>
    public required int TapeFloats { get; init; }

    /// <summary>Floats of partial sums, whatever the batch.</summary>
    public required long PartialFloats { get; init; }

    /// <summary>Ones that sums need; there are as many as samples in a chunk besides.</summary>
    public required long Ones { get; init; }

    /// <summary>The parameters that lie in another order on the device.</summary>
    public required IReadOnlyList<CudaParameter> Parameters { get; init; }

    /// <summary>Inference.</summary>
    public required IReadOnlyList<CudaCall> Forward { get; init; }

    /// <summary>The forward pass that fills the tape.</summary>
    public required IReadOnlyList<CudaCall> Record { get; init; }

    /// <summary>Parameter gradients; leaves in scratch what <see cref="InputGradient"/> reads.</summary>
    public required IReadOnlyList<CudaCall> Backward { get; init; }

    /// <summary>The input's gradient, right after <see cref="Backward"/>.</summary>
    public required IReadOnlyList<CudaCall> InputGradient { get; init; }

    /// <summary>The elementwise kernels that the passes launch.</summary>
    public required IReadOnlyList<CudaKernel> Kernels { get; init; }
}

/// <summary>Where a tensor of a call plan begins. Of what each sample has its own, element e of sample s lies at e·batch + s.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum CudaRegion
{
    /// <summary>The layer's input.</summary>
    Input,

    /// <summary>The layer's output.</summary>
    Output,

    /// <summary>The parameters, each in the order of its <see cref="CudaParameter"/>.</summary>
    Parameters,

    /// <summary>Intermediates of one pass.</summary>
    Scratch,

    /// <summary>Intermediates that the backward pass reads.</summary>
    Tape,

    /// <summary>The loss's gradient by the output.</summary>
    OutputGradient,

    /// <summary>The loss's gradient by the input.</summary>
    InputGradient,

    /// <summary>The gradients, in the order of the parameters.</summary>
    Gradients,

    /// <summary>Products that are added up by the next call.</summary>
    Partials,

    /// <summary>Ones.</summary>
    Ones,
}

/// <summary>A parameter in its order on the device: the same floats from the same offset on, row-major by <paramref name="Axes"/>.</summary>
/// <param name="Offset">Its first float.</param>
/// <param name="Axes">Outermost first.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record CudaParameter(int Offset, IReadOnlyList<CudaAxis> Axes);

/// <param name="Extent">How many there are.</param>
/// <param name="CanonicalStride">Floats from one to the next in the canonical order.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct CudaAxis(int Extent, int CanonicalStride);
