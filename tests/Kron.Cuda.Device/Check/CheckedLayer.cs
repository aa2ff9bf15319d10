using System;
using Kron.Kernels.Tests.Support;

namespace Kron.Cuda.Device.Check;

/// <summary>A layer that is checked.</summary>
/// <param name="Case">What it should compute.</param>
/// <param name="Open">Copies a new object of its class to a device.</param>
internal sealed record CheckedLayer(LayerCase Case, Func<CudaContext, CudaLayer> Open)
{
    /// <summary>Samples: chunks of 7 and a rest.</summary>
    public int Batch { get; init; } = 19;

    /// <summary>Whether the layer of the processor gives the expected values, because the oracle would take minutes.</summary>
    public bool IsAgainstHost { get; init; }

    /// <summary>Whether it is among the few of a quick run.</summary>
    public bool IsQuick { get; init; }

    public override string ToString() => IsAgainstHost ? $"{Case} (against the processor's kernels)" : $"{Case}";
}
