using System;
using System.Runtime.CompilerServices;
using Kron.CompilerServices;

namespace Kron.Cuda;

/// <summary>Where the regions of a call plan lie for one chunk of samples.</summary>
internal struct PassAddresses : IEquatable<PassAddresses>
{
    private Places _places;

    public nint this[CudaRegion region]
    {
        readonly get => _places[(int)region];
        set => _places[(int)region] = value;
    }

    /// <summary>The address of a float of a region.</summary>
    public readonly nint Of(CudaRegion region, BatchExtent offset, int batch) => this[region] + (nint)(sizeof(float) * offset.At(batch));

    public readonly bool Equals(PassAddresses other) => ((ReadOnlySpan<nint>)_places).SequenceEqual(other._places);

    public override readonly bool Equals(object? obj) => obj is PassAddresses other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (nint place in (ReadOnlySpan<nint>)_places)
        {
            hash.Add(place);
        }

        return hash.ToHashCode();
    }

    [InlineArray((int)CudaRegion.Ones + 1)]
    private struct Places
    {
        private nint _first;
    }
}
