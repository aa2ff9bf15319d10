using System;

namespace Kron;

/// <summary>Keeps what the backward pass needs of one forward pass of one layer.</summary>
/// <remarks>
/// <see cref="ILayer.CreateTape"/> makes it, and it serves that layer object only. It holds one pass in flight: each
/// recording forward pass replaces the one before. The constructor and <see cref="Record"/> are for layers written by hand.
/// </remarks>
public sealed class LayerTape
{
    private readonly AlignedBuffer _buffer;

    /// <summary>Allocates a tape without a recorded pass.</summary>
    /// <param name="owner">The layer the tape serves.</param>
    /// <param name="maxBatch">The largest batch the tape can hold, at least 1.</param>
    /// <param name="floatsPerSample">Floats the layer records of each sample.</param>
    /// <param name="floatsPerBatch">Floats it records of a batch as a whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maxBatch"/> is less than 1 or makes a tape beyond the largest array, or
    /// <paramref name="floatsPerSample"/> or <paramref name="floatsPerBatch"/> is negative.
    /// </exception>
    public LayerTape(ILayer owner, int maxBatch, int floatsPerSample, int floatsPerBatch = 0)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(floatsPerSample);
        ArgumentOutOfRangeException.ThrowIfNegative(floatsPerBatch);
        if (((long)maxBatch * floatsPerSample) + floatsPerBatch > AlignedBuffer.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxBatch),
                maxBatch,
                FormattableString.Invariant($"A tape of this layer holds {floatsPerSample} floats per sample, so its batch can be at most {(AlignedBuffer.MaxLength - floatsPerBatch) / Math.Max(1, floatsPerSample)}."));
        }

        Owner = owner;
        MaxBatch = maxBatch;
        _buffer = new AlignedBuffer((maxBatch * floatsPerSample) + floatsPerBatch);
    }

    /// <summary>The layer the tape serves.</summary>
    public ILayer Owner { get; }

    /// <summary>The largest batch the tape can hold.</summary>
    public int MaxBatch { get; }

    /// <summary>The batch of the recorded pass, or −1 while there is none.</summary>
    public int RecordedBatch { get; private set; } = -1;

    /// <summary>What the layer recorded: its floats per batch, then those per sample, sample after sample; 64-byte aligned.</summary>
    public Span<float> Values => _buffer.Span;

    internal unsafe float* Pointer => _buffer.Pointer;

    /// <summary>Declares that <see cref="Values"/> now hold a pass over <paramref name="batch"/> samples.</summary>
    /// <param name="batch">0 to <see cref="MaxBatch"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is out of that range.</exception>
    public void Record(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, MaxBatch);
        RecordedBatch = batch;
    }
}
