namespace Kron;

/// <summary>Keeps what the backward pass needs of one forward pass of one layer.</summary>
public sealed class LayerTape
{
    internal LayerTape(int maxBatch) => MaxBatch = maxBatch;

    /// <summary>The largest batch the tape can hold.</summary>
    public int MaxBatch { get; }
}
