namespace Kron.Cli.Output;

/// <summary>A shape group under --json.</summary>
internal sealed record ShapeResult(int M1, int M2, int N1, int N2, int R, string Formulation)
{
    public static ShapeResult Of(ShapeGroup group) => new(group.M1, group.M2, group.N1, group.N2, group.R, group.Formulation.ToString());

    /// <summary>The shape as the options take it.</summary>
    public override string ToString() => System.FormattableString.Invariant($"{M1},{M2},{N1},{N2},{R}") + (Formulation == nameof(Kron.Formulation.Matrix) ? "" : "," + Formulation);
}
