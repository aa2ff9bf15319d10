namespace Kron.Cli.Output;

/// <summary>A shape group under --json. Of a convolution M1, N1, H1, W1 are o1, c1, h1, w1, and M2, N2, H2, W2 are o2, c2, h2, w2; of matrices the latter are null.</summary>
internal sealed record ShapeResult(int M1, int M2, int N1, int N2, int R, string Formulation, int? H1, int? W1, int? H2, int? W2)
{
    public static ShapeResult Of(ShapeGroup group) =>
        new(group.M1, group.M2, group.N1, group.N2, group.R, group.Formulation.ToString(), null, null, null, null);

    public static ShapeResult OfKernels(ShapeGroup group) => Of(group) with { H1 = group.H1, W1 = group.W1, H2 = group.H2, W2 = group.W2 };

    /// <summary>The sizes as the options take them, without the rank.</summary>
    public string SizesText() => H1 is null
        ? System.FormattableString.Invariant($"{M1},{M2},{N1},{N2}")
        : System.FormattableString.Invariant($"{M1},{N1},{H1},{W1},{M2},{N2},{H2},{W2}");

    /// <summary>The shape as the options take it.</summary>
    public override string ToString() =>
        System.FormattableString.Invariant($"{SizesText()},{R}") + (Formulation == nameof(Kron.Formulation.Matrix) ? "" : "," + Formulation);
}
