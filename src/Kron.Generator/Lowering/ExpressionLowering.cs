using System;
using System.Collections.Generic;
using Kron.Generator.Ir;
using Kron.Generator.Planning;

namespace Kron.Generator.Lowering;

/// <summary>Turns an expanded expression into operations; each node of the DAG is computed once.</summary>
internal static class ExpressionLowering
{
    /// <param name="value">The expression, activations expanded.</param>
    /// <param name="builder">Where the operations go.</param>
    /// <param name="leaf">The name of the value of a leaf that is no literal.</param>
    /// <param name="constants">Names of literals in scope; new ones are added.</param>
    /// <param name="into">A value that the result, an operation, replaces; null for a new one.</param>
    public static string Emit(Expression value, KernelBuilder builder, Func<Expression, string> leaf, Dictionary<float, string> constants, string? into = null)
    {
        var names = new Dictionary<Expression, string>(Expression.ReferenceComparer.Instance);
        foreach (Expression node in value.Nodes())
        {
            names[node] = node switch
            {
                Literal literal => Constant(literal.Value, builder, constants),
                { Operands.Count: 0 } => leaf(node),
                _ => Result(node, OperationOf(node, names)),
            };
        }

        return names[value];

        string Result(Expression node, Operation operation)
        {
            if (into is null || !ReferenceEquals(node, value))
            {
                return builder.Let("t", operation);
            }

            builder.Add(new Set(into, operation));
            return into;
        }
    }

    public static string Constant(float literal, KernelBuilder builder, Dictionary<float, string> constants)
    {
        if (!constants.TryGetValue(literal, out string? name))
        {
            name = builder.Let(literal == 0 ? "zero" : "k", new Constant(literal));
            constants.Add(literal, name);
        }

        return name;
    }

    private static Operation OperationOf(Expression node, Dictionary<Expression, string> names) => node switch
    {
        UnaryExpression u => new Unary(u.Kind, names[u.A]),
        BinaryExpression b => new Binary(b.Kind, names[b.A], names[b.B]),
        MultiplyAddExpression m => new MultiplyAdd(names[m.A], names[m.B], names[m.C]),
        SelectExpression s => new Select(names[s.Mask], names[s.A], names[s.B]),
        _ => throw new NotSupportedException($"{node.GetType().Name} is not expanded."),
    };
}
