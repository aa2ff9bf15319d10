using System;

namespace Kron.Training;

/// <summary>Keeps what the backward pass of a <see cref="Sequential"/> needs of one forward pass: the layers' tapes and what passes between them.</summary>
/// <remarks>It serves the model that made it and holds one pass in flight.</remarks>
public sealed class SequentialTape
{
    private readonly AlignedBuffer[] _activations;
    private readonly AlignedBuffer[] _gradients;

    internal SequentialTape(Sequential owner, int maxBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        int longest = AlignedBuffer.MaxLength / Math.Max(1, owner.LargestBoundary);
        if (maxBatch > longest)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxBatch), maxBatch, $"Up to {owner.LargestBoundary} floats per sample pass between the layers, so the batch can be at most {longest}.");
        }

        Owner = owner;
        MaxBatch = maxBatch;
        LayerTapes = new LayerTape[owner.Count];
        for (int i = 0; i < owner.Count; i++)
        {
            LayerTapes[i] = owner[i].CreateTape(maxBatch);
        }

        _activations = new AlignedBuffer[owner.Count - 1];
        for (int i = 0; i < _activations.Length; i++)
        {
            _activations[i] = new AlignedBuffer(maxBatch * owner[i].OutputSize);
        }

        _gradients = [new AlignedBuffer(maxBatch * owner.LargestBoundary), new AlignedBuffer(maxBatch * owner.LargestBoundary)];
    }

    /// <summary>The model the tape serves.</summary>
    public Sequential Owner { get; }

    /// <summary>The largest batch the tape can hold.</summary>
    public int MaxBatch { get; }

    /// <summary>The batch of the recorded pass, or −1 while there is none.</summary>
    public int RecordedBatch { get; internal set; } = -1;

    internal LayerTape[] LayerTapes { get; }

    /// <summary>The output of a layer that is not the last.</summary>
    internal Span<float> Activation(int layer, int batch) => _activations[layer].Span[..(batch * Owner[layer].OutputSize)];

    /// <summary>The gradient by the output of a layer that is not the last; neighbours do not share memory.</summary>
    internal Span<float> Gradient(int layer, int batch) => _gradients[layer % 2].Span[..(batch * Owner[layer].OutputSize)];
}
