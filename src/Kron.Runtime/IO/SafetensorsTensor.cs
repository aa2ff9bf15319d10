using System;
using System.Collections.Generic;

namespace Kron.IO;

/// <summary>Gives the values of a tensor when they are written.</summary>
public delegate ReadOnlySpan<float> TensorSource();

/// <summary>A 32-bit float tensor to be written.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its extents, outermost first; empty for a scalar.</param>
/// <param name="Source">Its values, row-major; asked for once, when they are written, so that nothing is copied.</param>
public sealed record SafetensorsTensor(string Name, IReadOnlyList<int> Shape, TensorSource Source)
{
    /// <summary>A tensor whose values lie in memory.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="shape">Its extents, outermost first; empty for a scalar.</param>
    /// <param name="values">Its values, row-major.</param>
    public SafetensorsTensor(string name, IReadOnlyList<int> shape, ReadOnlyMemory<float> values)
        : this(name, shape, () => values.Span)
    {
    }
}
