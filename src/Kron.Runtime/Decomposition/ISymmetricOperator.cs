namespace Kron.Decomposition;

/// <summary>A symmetric positive semidefinite matrix that is known only by its products.</summary>
internal unsafe interface ISymmetricOperator
{
    /// <summary>Rows and columns.</summary>
    int Size { get; }

    /// <summary>Y ← G·X.</summary>
    /// <param name="x">X, Size × columns.</param>
    /// <param name="ldx">Distance of X's rows.</param>
    /// <param name="y">Y, overwritten.</param>
    /// <param name="ldy">Distance of Y's rows.</param>
    /// <param name="columns">Whole vectors.</param>
    void Apply(double* x, long ldx, double* y, long ldy, int columns);
}
