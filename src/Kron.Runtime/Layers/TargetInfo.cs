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
    IReadOnlyList<string> Schedule);
