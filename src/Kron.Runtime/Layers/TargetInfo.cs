using System.Collections.Generic;

namespace Kron;

/// <summary>What the compiler chose for a layer on one target.</summary>
/// <param name="Target">The instruction set.</param>
/// <param name="SampleBlock">Samples that one call of a block kernel computes.</param>
/// <param name="PackedBytes">Bytes of weights as the forward kernels read them.</param>
/// <param name="TrainingPackedBytes">Further bytes of weights that only the backward kernels read.</param>
/// <param name="ScratchBytes">Bytes of scratch memory of one inference call.</param>
/// <param name="Schedule">The contraction order and tiles, one line per step.</param>
public sealed record TargetInfo(
    KernelTarget Target,
    int SampleBlock,
    long PackedBytes,
    long TrainingPackedBytes,
    long ScratchBytes,
    IReadOnlyList<string> Schedule)
{
    /// <summary>Bytes of scratch memory of the backward kernels, once for each part of a batch that is shared out.</summary>
    public long TrainingScratchBytes { get; init; }

    /// <summary>Bytes of a tape for each sample it can hold.</summary>
    public long TapeBytes { get; init; }

    /// <summary>Bytes of the parameters themselves, as <see cref="LayerInfo"/> counts them.</summary>
    public long ParameterBytes { get; init; }

    /// <summary>Bytes of all copies of the weights in a layer that only infers: the parameters and the packed weights.</summary>
    public long InferenceBytes => ParameterBytes + PackedBytes;

    /// <summary><see cref="InferenceBytes"/> over the bytes of the parameters; 1 for a layer without any.</summary>
    public double InferenceRatio => ParameterBytes > 0 ? (double)InferenceBytes / ParameterBytes : 1;

    /// <summary>Further bytes of a layer that trains on one thread, tapes aside: gradients, weights for the backward kernels and their scratch.</summary>
    public long TrainingBytes => ParameterBytes + TrainingPackedBytes + TrainingScratchBytes;
}
