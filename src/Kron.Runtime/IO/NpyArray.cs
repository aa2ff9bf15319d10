using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.IO;

/// <summary>An array of an npy file, as 32-bit floats.</summary>
public sealed class NpyArray
{
    /// <summary>The most dimensions of an array; NumPy's own limit.</summary>
    public const int MaxRank = 64;

    /// <summary>An array of the given values, which are not copied.</summary>
    /// <param name="values">Its elements, row-major.</param>
    /// <param name="shape">Its extents, outermost first; empty for a scalar.</param>
    /// <exception cref="ArgumentException">
    /// An extent is negative, there are more than <see cref="MaxRank"/>, or their product is not the number of values.
    /// </exception>
    public NpyArray(float[] values, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        CheckShape(values.Length, shape);
        Values = values;
        Shape = Array.AsReadOnly(shape.ToArray());
    }

    /// <summary>Its extents, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Its elements, row-major.</summary>
    public float[] Values { get; }

    internal static void CheckShape(int length, ReadOnlySpan<int> shape)
    {
        if (shape.Length > MaxRank)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The shape has {shape.Length} dimensions; expected at most {MaxRank}."), nameof(shape));
        }

        if (shape.ContainsAnyInRange(int.MinValue, -1) || ElementCount(shape) != (uint)length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"There are {length} values; expected the product of the shape {Tuple(shape)}."), nameof(shape));
        }
    }

    /// <summary>The product of extents that are not negative, or more than any array holds where it is too large.</summary>
    internal static UInt128 ElementCount(ReadOnlySpan<int> shape)
    {
        // A zero extent makes the array empty whatever the other extents are, so it must not overflow.
        UInt128 elements = shape.Contains(0) ? UInt128.Zero : UInt128.One;
        foreach (int extent in shape)
        {
            elements *= (uint)extent;
            if (elements > long.MaxValue)
            {
                break;
            }
        }

        return elements;
    }

    /// <summary>A shape as Python writes it: <c>()</c>, <c>(3,)</c>, <c>(3, 4)</c>.</summary>
    internal static string Tuple(ReadOnlySpan<int> shape) => shape.Length == 1
        ? FormattableString.Invariant($"({shape[0]},)")
        : $"({string.Join(", ", shape.ToArray().Select(extent => extent.ToString(CultureInfo.InvariantCulture)))})";
}
