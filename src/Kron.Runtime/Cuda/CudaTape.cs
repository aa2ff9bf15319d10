using System;

namespace Kron.Cuda;

/// <summary>What the backward pass of a <see cref="CudaLayer"/> needs of one forward pass, on the device. It belongs to its caller and holds one pass at a time.</summary>
public sealed class CudaTape : IDisposable
{
    internal CudaTape(CudaLayer layer, int maxBatch, CudaBuffer<float> memory)
    {
        Layer = layer;
        MaxBatch = maxBatch;
        Memory = memory;
    }

    /// <summary>The layer that made it.</summary>
    public CudaLayer Layer { get; }

    /// <summary>The most samples it can hold.</summary>
    public int MaxBatch { get; }

    /// <summary>The batch of the recorded pass, or −1 while there is none.</summary>
    public int RecordedBatch { get; internal set; } = -1;

    internal CudaBuffer<float> Memory { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => Memory.Dispose();
}
