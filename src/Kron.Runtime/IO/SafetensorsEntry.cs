using System.Collections.Generic;

namespace Kron.IO;

/// <summary>A tensor in a safetensors file. Its shape, type and bytes are known to agree.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Its element type as the format spells it, such as <c>F32</c> or <c>BF16</c>.</param>
/// <param name="Shape">Its extents, outermost first; empty for a scalar.</param>
/// <param name="Offset">Its first byte, counted from the end of the header.</param>
/// <param name="ByteLength">Its size in bytes.</param>
public sealed record SafetensorsEntry(string Name, string ElementType, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>The number of elements: the product of <see cref="Shape"/>.</summary>
    public long Length
    {
        get
        {
            long length = 1;
            foreach (long extent in Shape)
            {
                length *= extent;
            }

            return length;
        }
    }
}
