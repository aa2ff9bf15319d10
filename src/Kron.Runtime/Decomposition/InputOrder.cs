namespace Kron.Decomposition;

/// <summary>The order in which a shape group reads the columns of a weight, so that its products are plain ones of matrices.</summary>
internal static class InputOrder
{
    /// <summary>The stored column of each logical one, or null when they agree.</summary>
    /// <remarks>
    /// Formulation III reads an image that lies as (c, h, w) in the order (c, w, h). Kernels that lie as
    /// (c1, c2, h1, h2, w1, w2) are read in the order (c1, h1, w1, c2, h2, w2).
    /// </remarks>
    /// <param name="group">The shape group.</param>
    /// <param name="image">The image that its formulation reads.</param>
    public static int[]? Columns(ShapeGroup group, (int Channels, int Height, int Width) image)
    {
        if (group.Formulation == Formulation.III)
        {
            (int channels, int height, int width) = image;
            return Transposed([channels, 1, height, 1, width, 1], [0, 4, 2, 1, 3, 5]);
        }

        // Only axes longer than 1 matter: where the first factor has all that lie before those of the second one, nothing moves.
        bool isSorted = (group.N2 == 1 || group is { H1: 1, W1: 1 }) && (group.H2 == 1 || group.W1 == 1);
        return isSorted ? null : Transposed([group.N1, group.N2, group.H1, group.H2, group.W1, group.W2], [0, 2, 4, 1, 3, 5]);
    }

    /// <summary>The stored index of each element of a tensor that is read with its axes in another order.</summary>
    /// <param name="extents">Six extents, as the tensor lies.</param>
    /// <param name="order">The axes in the order in which they are read.</param>
    private static int[] Transposed(int[] extents, int[] order)
    {
        var strides = new int[extents.Length];
        int length = 1;
        for (int axis = extents.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = length;
            length = checked(length * extents[axis]);
        }

        // The innermost axis of the reading order first: each further one repeats what is there, shifted.
        var map = new int[length];
        int filled = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            for (int copy = 1; copy < extents[order[i]]; copy++)
            {
                for (int j = 0; j < filled; j++)
                {
                    map[(copy * filled) + j] = map[j] + (copy * strides[order[i]]);
                }
            }

            filled *= extents[order[i]];
        }

        return map;
    }
}
