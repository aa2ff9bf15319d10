namespace Kron.Decomposition;

/// <summary>One half step of the alternation: which factor of a shape is solved for, and how that splits the inputs.</summary>
/// <param name="Shape">The shape; its R is not used.</param>
/// <param name="Columns">The stored input of each logical one, or null when they agree.</param>
/// <param name="Inputs">Inputs that exist.</param>
/// <param name="SolvesLeft">Whether the left factors are solved for.</param>
internal readonly record struct FactorSide(ShapeGroup Shape, int[]? Columns, int Inputs, bool SolvesLeft)
{
    /// <summary>Columns of a solved factor.</summary>
    public int Solved => SolvesLeft ? Shape.N1 : Shape.N2;

    /// <summary>Columns of a fixed factor.</summary>
    public int Fixed => SolvesLeft ? Shape.N2 : Shape.N1;

    /// <summary>The stored input that column s of a solved and column f of a fixed factor meet at, or −1 for a dummy one.</summary>
    public int Stored(int s, int f)
    {
        int logical = SolvesLeft ? (s * Shape.N2) + f : (f * Shape.N2) + s;
        return logical >= Inputs ? -1 : Columns != null ? Columns[logical] : logical;
    }
}
