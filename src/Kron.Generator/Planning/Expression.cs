using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Spec;

namespace Kron.Generator.Planning;

/// <summary>An elementwise expression DAG. Shared subexpressions are the same object and are computed once.</summary>
internal abstract record Expression
{
    public static implicit operator Expression(float value) => new Literal(value);

    public static Expression operator +(Expression a, Expression b) => new BinaryExpression(BinaryKind.Add, a, b);

    public static Expression operator -(Expression a, Expression b) => new BinaryExpression(BinaryKind.Subtract, a, b);

    public static Expression operator *(Expression a, Expression b) => new BinaryExpression(BinaryKind.Multiply, a, b);

    public static Expression operator /(Expression a, Expression b) => new BinaryExpression(BinaryKind.Divide, a, b);

    public static Expression operator -(Expression a) => new UnaryExpression(UnaryKind.Negate, a);

    public static Expression Max(Expression a, Expression b) => new BinaryExpression(BinaryKind.Max, a, b);

    public static Expression Min(Expression a, Expression b) => new BinaryExpression(BinaryKind.Min, a, b);

    public static Expression Greater(Expression a, Expression b) => new BinaryExpression(BinaryKind.Greater, a, b);

    public static Expression GreaterOrEqual(Expression a, Expression b) => new BinaryExpression(BinaryKind.GreaterOrEqual, a, b);

    public static Expression Equal(Expression a, Expression b) => new BinaryExpression(BinaryKind.Equal, a, b);

    public static Expression Abs(Expression a) => new UnaryExpression(UnaryKind.Absolute, a);

    public static Expression Round(Expression a) => new UnaryExpression(UnaryKind.Round, a);

    public static Expression SquareRoot(Expression a) => new UnaryExpression(UnaryKind.SquareRoot, a);

    /// <summary><c>a · 2^n</c> for integral n in [−126, 127].</summary>
    public static Expression Scale(Expression a, Expression n) => new BinaryExpression(BinaryKind.Scale, a, n);

    public static Expression Select(Expression mask, Expression a, Expression b) => new SelectExpression(mask, a, b);

    public static Expression MultiplyAdd(Expression a, Expression b, Expression c) => new MultiplyAddExpression(a, b, c);

    /// <summary>The operands, in order.</summary>
    public abstract IReadOnlyList<Expression> Operands { get; }

    /// <summary>The same operation on other operands.</summary>
    public abstract Expression With(IReadOnlyList<Expression> operands);

    /// <summary>Every access the expression reads, once each.</summary>
    public IEnumerable<Access> Reads() => Nodes().OfType<Read>().Select(read => read.Access).Distinct();

    /// <summary>All distinct nodes, operands before users.</summary>
    public IReadOnlyList<Expression> Nodes()
    {
        var order = new List<Expression>();
        var seen = new HashSet<Expression>(ReferenceComparer.Instance);
        Visit(this);
        return order;

        void Visit(Expression node)
        {
            if (seen.Add(node))
            {
                foreach (Expression operand in node.Operands)
                {
                    Visit(operand);
                }

                order.Add(node);
            }
        }
    }

    /// <summary>Replaces leaves, keeping sharing.</summary>
    public Expression Replace(Func<Expression, Expression?> leaf) => Rewrite((node, _) => leaf(node));

    /// <summary>Replaces nodes given their rewritten operands, keeping sharing; null keeps the node.</summary>
    public Expression Rewrite(Func<Expression, IReadOnlyList<Expression>, Expression?> rule)
    {
        var done = new Dictionary<Expression, Expression>(ReferenceComparer.Instance);
        foreach (Expression node in Nodes())
        {
            Expression[] operands = [.. node.Operands.Select(o => done[o])];
            done[node] = rule(node, operands) ?? (operands.Length == 0 ? node : node.With(operands));
        }

        return done[this];
    }

    /// <summary>Compares nodes by identity: a DAG's structural equality would walk shared parts again and again.</summary>
    internal sealed class ReferenceComparer : IEqualityComparer<Expression>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(Expression x, Expression y) => ReferenceEquals(x, y);

        public int GetHashCode(Expression obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}

internal sealed record Literal(float Value) : Expression
{
    public override IReadOnlyList<Expression> Operands => [];

    public override Expression With(IReadOnlyList<Expression> operands) => this;
}

/// <summary>An element of a tensor; zero outside its extents.</summary>
internal sealed record Read(Access Access) : Expression
{
    public override IReadOnlyList<Expression> Operands => [];

    public override Expression With(IReadOnlyList<Expression> operands) => this;
}

/// <summary>The value of a dimension of the node.</summary>
internal sealed record IndexOf(string Dim) : Expression
{
    public override IReadOnlyList<Expression> Operands => [];

    public override Expression With(IReadOnlyList<Expression> operands) => this;
}

/// <summary>The samples that a pass runs on at a time: a literal once it is lowered for a block.</summary>
internal sealed record SampleCount : Expression
{
    public override IReadOnlyList<Expression> Operands => [];

    public override Expression With(IReadOnlyList<Expression> operands) => this;
}

internal sealed record UnaryExpression(UnaryKind Kind, Expression A) : Expression
{
    public override IReadOnlyList<Expression> Operands => [A];

    public override Expression With(IReadOnlyList<Expression> operands) => new UnaryExpression(Kind, operands[0]);
}

internal sealed record BinaryExpression(BinaryKind Kind, Expression A, Expression B) : Expression
{
    public override IReadOnlyList<Expression> Operands => [A, B];

    public override Expression With(IReadOnlyList<Expression> operands) => new BinaryExpression(Kind, operands[0], operands[1]);
}

/// <summary><c>A·B + C</c>.</summary>
internal sealed record MultiplyAddExpression(Expression A, Expression B, Expression C) : Expression
{
    public override IReadOnlyList<Expression> Operands => [A, B, C];

    public override Expression With(IReadOnlyList<Expression> operands) => new MultiplyAddExpression(operands[0], operands[1], operands[2]);
}

internal sealed record SelectExpression(Expression Mask, Expression A, Expression B) : Expression
{
    public override IReadOnlyList<Expression> Operands => [Mask, A, B];

    public override Expression With(IReadOnlyList<Expression> operands) => new SelectExpression(operands[0], operands[1], operands[2]);
}

/// <summary>A whole activation function: one node for the adjoint, expanded to arithmetic before lowering.</summary>
internal sealed record ActivationExpression(ActivationKind Kind, float Slope, Expression A) : Expression
{
    public override IReadOnlyList<Expression> Operands => [A];

    public override Expression With(IReadOnlyList<Expression> operands) => new ActivationExpression(Kind, Slope, operands[0]);
}

/// <summary>The derivative of an activation function at A.</summary>
internal sealed record ActivationDerivative(ActivationKind Kind, float Slope, Expression A) : Expression
{
    public override IReadOnlyList<Expression> Operands => [A];

    public override Expression With(IReadOnlyList<Expression> operands) => new ActivationDerivative(Kind, Slope, operands[0]);
}
