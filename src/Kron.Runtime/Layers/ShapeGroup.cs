namespace Kron;

/// <summary>
/// One shape group of a layer: r products A_i ⊗ B_i with A_i [m1 × n1] and B_i [m2 × n2]; of a convolution, of kernels
/// A_i [m1, n1, h1, w1] and B_i [m2, n2, h2, w2] (out and in channels first).
/// </summary>
/// <param name="M1">Rows of A.</param>
/// <param name="M2">Rows of B.</param>
/// <param name="N1">Columns of A.</param>
/// <param name="N2">Columns of B.</param>
/// <param name="R">The number of products.</param>
/// <param name="Formulation">How the input is read as an n1 × n2 matrix.</param>
public readonly record struct ShapeGroup(int M1, int M2, int N1, int N2, int R, Formulation Formulation = Formulation.Matrix)
{
    /// <summary>Rows of A's kernels; 1 for a fully-connected layer.</summary>
    public int H1 { get; init; } = 1;

    /// <summary>Columns of A's kernels; 1 for a fully-connected layer.</summary>
    public int W1 { get; init; } = 1;

    /// <summary>Rows of B's kernels; 1 for a fully-connected layer.</summary>
    public int H2 { get; init; } = 1;

    /// <summary>Columns of B's kernels; 1 for a fully-connected layer.</summary>
    public int W2 { get; init; } = 1;

    /// <summary>Floats of one A, m1·n1·h1·w1: rows of the rearranged weight.</summary>
    internal long LengthA => (long)M1 * N1 * H1 * W1;

    /// <summary>Floats of one B, m2·n2·h2·w2: columns of the rearranged weight.</summary>
    internal long LengthB => (long)M2 * N2 * H2 * W2;
}
