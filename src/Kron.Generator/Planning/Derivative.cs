using System;
using System.Linq;
using Kron.Generator.Ir;

namespace Kron.Generator.Planning;

/// <summary>∂(expression)/∂(element read), with literal zeros and ones folded away.</summary>
internal static class Derivative
{
    public static Expression Of(Expression value, Access read) => value switch
    {
        Read r => r.Access.Equals(read) ? 1 : 0,
        Literal or IndexOf or SampleCount => 0,
        UnaryExpression { Kind: UnaryKind.Negate } n => Negate(Of(n.A, read)),
        UnaryExpression { Kind: UnaryKind.SquareRoot } r => Multiply(Of(r.A, read), 0.5f / (Expression)r),
        BinaryExpression { Kind: BinaryKind.Add } b => Add(Of(b.A, read), Of(b.B, read)),
        BinaryExpression { Kind: BinaryKind.Subtract } b => Add(Of(b.A, read), Negate(Of(b.B, read))),
        BinaryExpression { Kind: BinaryKind.Multiply } b => Add(Multiply(Of(b.A, read), b.B), Multiply(Of(b.B, read), b.A)),
        ActivationExpression a => Multiply(Of(a.A, read), new ActivationDerivative(a.Kind, a.Slope, a.A)),
        _ when value.Nodes().OfType<Read>().All(r => !r.Access.Equals(read)) => 0,
        _ => throw new NotSupportedException($"No derivative rule for {value.GetType().Name}."),
    };

    private static Expression Add(Expression a, Expression b) => a is Literal { Value: 0 } ? b : b is Literal { Value: 0 } ? a : a + b;

    private static Expression Multiply(Expression a, Expression b) => (a, b) switch
    {
        (Literal { Value: 0 }, _) or (_, Literal { Value: 0 }) => 0,
        (Literal { Value: 1 }, _) => b,
        (_, Literal { Value: 1 }) => a,
        _ => a * b,
    };

    private static Expression Negate(Expression a) => a is Literal literal ? -literal.Value : -a;
}
