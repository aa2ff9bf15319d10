using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>A way to write a weight as a sum of Kronecker products, and what it costs.</summary>
public sealed record SearchCandidate
{
    /// <summary>The shape groups.</summary>
    public required IReadOnlyList<ShapeGroup> Groups { get; init; }

    /// <summary>Rows of the weight; at most m1·m2 of every group.</summary>
    public required int Outputs { get; init; }

    /// <summary>Columns of the weight; at most n1·n2 of every group.</summary>
    public required int Inputs { get; init; }

    /// <summary>Floats of all factors, without a bias: Σ r·(m1·n1 + m2·n2).</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds per sample, each group in its cheaper order: Σ r·min(m1·n + n2·m, m2·n + n1·m).</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>
    /// ‖W − Ŵ‖_F / ‖W‖_F. That of one group is the least there is for its shape, that of several is what a fit with few sweeps reaches.
    /// Where a group is padded, the error counts the dummy entries too, so that a fit comes out a little lower.
    /// </summary>
    public required double RelativeError { get; init; }

    /// <summary>The attributes that declare it, one per line.</summary>
    public string Attributes => AttributeText.Of(Groups, Outputs, Inputs);
}
