using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>The compiled inference of one layer for one target: entry kernels and the sizes of the memory they need.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract unsafe class LayerProgram
{
    /// <summary>The target the kernels were compiled for.</summary>
    public required KernelTarget Target { get; init; }

    /// <summary>Samples per call of the block kernels.</summary>
    public required int SampleBlock { get; init; }

    /// <summary>Floats of <see cref="KernelFrame.Packed"/>.</summary>
    public required int PackedFloats { get; init; }

    /// <summary>Scratch floats of one call of a forward kernel.</summary>
    public required int ForwardScratchFloats { get; init; }

    /// <summary>Writes <see cref="KernelFrame.Packed"/> from the parameters and the state.</summary>
    public required delegate*<KernelFrame*, void> Pack { get; init; }

    /// <summary>Inference for one sample.</summary>
    public required delegate*<KernelFrame*, void> Forward1 { get; init; }

    /// <summary>Inference for <see cref="SampleBlock"/> samples.</summary>
    public required delegate*<KernelFrame*, void> ForwardBlock { get; init; }

    /// <summary>
    /// The layer's training. As nothing else leads to those kernels than this call, which the first tape makes, an ahead-of-time
    /// compiler leaves them out of a program that makes no tape.
    /// </summary>
    public abstract TrainingProgram CreateTraining();
}
