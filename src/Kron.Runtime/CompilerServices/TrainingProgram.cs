using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>The compiled training passes of one layer for one target, beside its <see cref="LayerProgram"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class TrainingProgram
{
    /// <summary>Floats of <see cref="KernelFrame.TrainingPacked"/>.</summary>
    public required int TrainingPackedFloats { get; init; }

    /// <summary>Scratch floats of one call of a backward kernel.</summary>
    public required int BackwardScratchFloats { get; init; }

    /// <summary>Floats of tape per sample.</summary>
    public required int TapeFloats { get; init; }

    /// <summary>Writes <see cref="KernelFrame.TrainingPacked"/> from the parameters.</summary>
    public required delegate*<KernelFrame*, void> PackTraining { get; init; }

    /// <summary>Forward pass that fills the tape, for one sample.</summary>
    public required delegate*<KernelFrame*, void> Record1 { get; init; }

    /// <summary>Forward pass that fills the tape, for <see cref="LayerProgram.SampleBlock"/> samples.</summary>
    public required delegate*<KernelFrame*, void> RecordBlock { get; init; }

    /// <summary>Parameter gradients for one sample; leaves in scratch what <see cref="InputGradient1"/> reads.</summary>
    public required delegate*<KernelFrame*, void> Backward1 { get; init; }

    /// <summary>Parameter gradients for <see cref="LayerProgram.SampleBlock"/> samples; leaves in scratch what <see cref="InputGradientBlock"/> reads.</summary>
    public required delegate*<KernelFrame*, void> BackwardBlock { get; init; }

    /// <summary>Input gradient for one sample, right after <see cref="Backward1"/> on the same frame.</summary>
    public required delegate*<KernelFrame*, void> InputGradient1 { get; init; }

    /// <summary>Input gradient for <see cref="LayerProgram.SampleBlock"/> samples, right after <see cref="BackwardBlock"/> on the same frame.</summary>
    public required delegate*<KernelFrame*, void> InputGradientBlock { get; init; }

    /// <summary>
    /// Floats of <see cref="KernelFrame.Batch"/>, whole cache lines; 0 for a layer whose samples do not depend on each other. Otherwise a
    /// batch is measured whole, block by block, and settled before it is recorded; and its backward pass runs over all blocks and is settled
    /// before the input gradient of any, which finds nothing in scratch.
    /// </summary>
    public int BatchFloats { get; init; }

    /// <summary>Floats of <see cref="KernelFrame.BatchGradient"/>.</summary>
    public int BatchGradientFloats { get; init; }

    /// <summary>Adds one sample to <see cref="KernelFrame.Batch"/>.</summary>
    public delegate*<KernelFrame*, void> Measure1 { get; init; }

    /// <summary>Adds <see cref="LayerProgram.SampleBlock"/> samples to <see cref="KernelFrame.Batch"/>.</summary>
    public delegate*<KernelFrame*, void> MeasureBlock { get; init; }

    /// <summary>Completes <see cref="KernelFrame.Batch"/> once all samples are measured, and updates <see cref="KernelFrame.State"/>.</summary>
    public delegate*<KernelFrame*, void> Settle { get; init; }

    /// <summary>Completes <see cref="KernelFrame.BatchGradient"/> once all samples have had their backward pass, and adds to <see cref="KernelFrame.Gradients"/>.</summary>
    public delegate*<KernelFrame*, void> SettleGradient { get; init; }
}
