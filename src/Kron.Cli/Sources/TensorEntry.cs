using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>A tensor of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its extents, outermost first.</param>
/// <param name="ElementType">Its element type, as its format spells it.</param>
/// <param name="Bytes">Its size in the file, uncompressed.</param>
/// <param name="IsReadable">Whether it can be read as floats.</param>
internal sealed record TensorEntry(string Name, IReadOnlyList<long> Shape, string ElementType, long Bytes, bool IsReadable)
{
    /// <summary>The number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>The shape for a reader: <c>256 × 6400</c>.</summary>
    public string ShapeText => Text(Shape);

    /// <summary>A shape for a reader.</summary>
    public static string Text(IReadOnlyList<long> shape) =>
        shape.Count == 0 ? "scalar" : string.Join(" × ", shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture)));
}
