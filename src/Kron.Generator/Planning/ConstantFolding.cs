using Kron.Generator.Ir;

namespace Kron.Generator.Planning;

/// <summary>Does at compile time what is arithmetic on literals alone.</summary>
internal static class ConstantFolding
{
    public static Expression Apply(Expression value) => value.Rewrite((node, operands) => node switch
    {
        UnaryExpression { Kind: UnaryKind.Negate } when operands[0] is Literal a => -a.Value,
        BinaryExpression b when operands[0] is Literal a && operands[1] is Literal c => Fold(b.Kind, a.Value, c.Value),
        SelectExpression when operands[1] is Literal a && a.Equals(operands[2]) => a,
        _ => null,
    });

    private static Expression? Fold(BinaryKind kind, float a, float b) => kind switch
    {
        BinaryKind.Add => a + b,
        BinaryKind.Subtract => a - b,
        BinaryKind.Multiply => a * b,
        BinaryKind.Divide => a / b,
        _ => null,
    };
}
