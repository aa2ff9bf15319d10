using System;
using System.Collections.Generic;

namespace Kron;

/// <summary>A named tensor inside a layer's flat parameters (or state), row-major.</summary>
/// <param name="Name">Its name in files, such as <c>A.0</c> or <c>bias</c>.</param>
/// <param name="Shape">Its extents, outermost first.</param>
/// <param name="Offset">The index of its first element in the flat buffer.</param>
public sealed record ParameterTensor(string Name, IReadOnlyList<int> Shape, int Offset)
{
    /// <summary>The number of elements: the product of <see cref="Shape"/>.</summary>
    /// <exception cref="OverflowException">The product exceeds the range of <see cref="int"/>.</exception>
    public int Length
    {
        get
        {
            int length = 1;
            foreach (int extent in Shape)
            {
                length = checked(length * extent);
            }

            return length;
        }
    }
}
