using System.Globalization;

namespace Kron;

/// <summary>The bytes that a layer object holds at this moment; tapes belong to their callers and are not among them.</summary>
/// <param name="ParameterBytes">The parameters in canonical order, unless they are read where they lie in the assembly's image, and the state.</param>
/// <param name="PackedBytes">The weights once more, as the forward kernels read them.</param>
/// <param name="ScratchBytes">
/// Scratch memory of inference, which grows with the calls that run at once. Layers that need little share a buffer per thread
/// and count none.
/// </param>
/// <param name="TrainingBytes">Gradients, weights as the backward kernels read them and their scratch memory; 0 for a layer that never trained.</param>
public readonly record struct LayerMemory(long ParameterBytes, long PackedBytes, long ScratchBytes, long TrainingBytes)
{
    /// <summary>All of it.</summary>
    public long TotalBytes => ParameterBytes + PackedBytes + ScratchBytes + TrainingBytes;

    /// <summary>One line for a reader.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{TotalBytes:N0} bytes: parameters {ParameterBytes:N0}, packed {PackedBytes:N0}, scratch {ScratchBytes:N0}, training {TrainingBytes:N0}");
}
