namespace Kron.Decomposition;

/// <summary>A symmetric positive semidefinite matrix that is known only by its products.</summary>
internal unsafe interface ISymmetricOperator
{
    /// <summary>Rows and columns.</summary>
    int Size { get; }

    /// <summary>Y ← X·G: each row of Y is the product of G with that row of X.</summary>
    /// <param name="x">X, count × Size, rows padded with zeros to whole vectors.</param>
    /// <param name="ldx">Distance of X's rows.</param>
    /// <param name="y">Y, overwritten.</param>
    /// <param name="ldy">Distance of Y's rows.</param>
    /// <param name="count">The number of rows.</param>
    void Apply(double* x, long ldx, double* y, long ldy, int count);
}
