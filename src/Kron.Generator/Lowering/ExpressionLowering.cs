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
    /// <param name="leaf">The name of the value of a read or an index.</param>
    /// <param name="constants">Names of literals in scope; new ones are added.</param>
    public static string Emit(Expression value, KernelBuilder builder, Func<Expression, string> leaf, Dictionary<float, string> constants)
    {
        var names = new Dictionary<Expression, string>(Expression.ReferenceComparer.Instance);
        foreach (Expression node in value.Nodes())
        {
            names[node] = node switch
            {
                Read or IndexOf => leaf(node),
                Literal literal => Constant(literal.Value, builder, constants),
                UnaryExpression u => builder.Let("t", new Unary(u.Kind, names[u.A])),
                BinaryExpression b => builder.Let("t", new Binary(b.Kind, names[b.A], names[b.B])),
                MultiplyAddExpression m => builder.Let("t", new MultiplyAdd(names[m.A], names[m.B], names[m.C])),
                SelectExpression s => builder.Let("t", new Select(names[s.Mask], names[s.A], names[s.B])),
                _ => throw new NotSupportedException($"{node.GetType().Name} is not expanded."),
            };
        }

        return names[value];
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
}
