namespace Kron.CompilerServices;

/// <summary>What only training needs of a layer, allocated when it is first asked for: a layer that only infers never pays for it.</summary>
internal sealed class TrainingMemory(LayerProgram program)
{
    /// <summary>Weights as only the backward kernels read them.</summary>
    public AlignedBuffer Packed { get; } = new(program.TrainingPackedFloats);

    /// <summary>Scratch of the backward kernels; training is not concurrent, so one suffices.</summary>
    public AlignedBuffer Scratch { get; } = new(program.BackwardScratchFloats);
}
