using System.Collections.Generic;

namespace Kron.Build;

/// <summary>A tensor in a safetensors file. Its shape, type and bytes are known to agree.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type as the format spells it.</param>
/// <param name="Shape">Its extents, outermost first.</param>
/// <param name="Offset">Its first byte, counted from the end of the header.</param>
/// <param name="ByteLength">Its size in bytes.</param>
internal sealed record StoredTensor(string Name, string Type, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>The number of elements.</summary>
    public long Length => ByteLength / ElementTypes.Size(Type);
}
