using System;

namespace Kron.CompilerServices;

/// <summary>What only training needs of a layer, allocated when it is first asked for: a layer that only infers never pays for it.</summary>
internal sealed class TrainingMemory
{
    private readonly int _scratchFloats;

    /// <param name="program">The layer's kernels of training.</param>
    /// <param name="gradients">The layer's gradients, to which the first part adds directly.</param>
    public TrainingMemory(TrainingProgram program, AlignedBuffer gradients)
    {
        Program = program;
        _scratchFloats = program.BackwardScratchFloats;
        Packed = new AlignedBuffer(program.TrainingPackedFloats);
        BatchGradient = new AlignedBuffer(program.BatchGradientFloats);
        Parts = [new Part(gradients, new AlignedBuffer(_scratchFloats))];
    }

    /// <summary>The kernels.</summary>
    public TrainingProgram Program { get; }

    /// <summary>Weights as only the backward kernels read them.</summary>
    public AlignedBuffer Packed { get; }

    /// <summary>Values of the whole batch's backward pass.</summary>
    public AlignedBuffer BatchGradient { get; }

    /// <summary>What each part of a batch writes; as many as a backward pass has had parts.</summary>
    public Part[] Parts { get; private set; }

    /// <summary>Bytes of all of it but the gradients of the layer.</summary>
    public long Bytes => Packed.Bytes + BatchGradient.Bytes + (Parts.Length * Parts[0].Scratch.Bytes) + ((Parts.Length - 1) * Parts[0].Gradients.Bytes);

    /// <summary>Makes sure that there are this many parts.</summary>
    public void Reserve(int parts)
    {
        int count = Parts.Length;
        if (parts <= count)
        {
            return;
        }

        Part[] grown = Parts;
        Array.Resize(ref grown, parts);
        for (int i = count; i < parts; i++)
        {
            grown[i] = new Part(new AlignedBuffer(Parts[0].Gradients.Length), new AlignedBuffer(_scratchFloats));
        }

        Parts = grown;
    }

    /// <summary>The memory of one part of a batch.</summary>
    /// <param name="Gradients">Where the kernels add the parameters' gradients.</param>
    /// <param name="Scratch">Scratch of the backward kernels.</param>
    internal sealed record Part(AlignedBuffer Gradients, AlignedBuffer Scratch);
}
