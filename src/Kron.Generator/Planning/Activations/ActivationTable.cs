using System;
using System.Collections.Generic;
using Kron.Generator.Spec;

namespace Kron.Generator.Planning.Activations;

/// <summary>Every elementwise activation as expressions: one row here and one file beside it for each.</summary>
/// <remarks>Maxout has no row: it is a fold over its pieces.</remarks>
internal static class ActivationTable
{
    private static readonly Dictionary<ActivationKind, Row> Rows = new()
    {
        [ActivationKind.None] = new(Identity.Value, Identity.Derivative),
        [ActivationKind.Relu] = new(Relu.Value, Relu.Derivative),
        [ActivationKind.LeakyRelu] = new(LeakyRelu.Value, LeakyRelu.Derivative),
        [ActivationKind.Sigmoid] = new(Sigmoid.Value, Sigmoid.Derivative),
        [ActivationKind.Tanh] = new(Tanh.Value, Tanh.Derivative),
        [ActivationKind.Gelu] = new(Gelu.Value, Gelu.Derivative),
        [ActivationKind.Silu] = new(Silu.Value, Silu.Derivative),
    };

    private delegate Expression Build(float slope, Expression x);

    /// <summary>The kinds that have a row.</summary>
    public static IEnumerable<ActivationKind> Kinds => Rows.Keys;

    /// <summary>f(x).</summary>
    public static Expression Value(ActivationKind kind, float slope, Expression x) => Of(kind).Value(slope, x);

    /// <summary>f′(x), a function of the pre-activation. At a kink it is the derivative from the left.</summary>
    public static Expression Derivative(ActivationKind kind, float slope, Expression x) => Of(kind).Derivative(slope, x);

    private static Row Of(ActivationKind kind) =>
        Rows.TryGetValue(kind, out Row? row)
            ? row
            : throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected an elementwise activation.");

    private sealed record Row(Build Value, Build Derivative);
}
