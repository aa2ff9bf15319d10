using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;

namespace Kron.Generator.Tests.Activations;

/// <summary>Evaluates an expression of one input in float arithmetic, with or without fused multiply-add.</summary>
internal sealed class ExpressionEvaluator
{
    /// <summary>Stands for the input.</summary>
    public static readonly Expression Input = new IndexOf("x");

    private const int Block = 1024;

    private readonly List<Action<int>> _steps = [];
    private readonly float[] _input = new float[Block];
    private readonly float[] _result;

    public ExpressionEvaluator(Expression expression, bool fused)
    {
        var values = new Dictionary<Expression, float[]>(ReferenceEqualityComparer.Instance);
        foreach (Expression node in expression.Nodes())
        {
            float[] result = node is IndexOf ? _input : new float[Block];
            float[][] o = [.. node.Operands.Select(operand => values[operand])];
            values[node] = result;
            if (node is Literal literal)
            {
                Array.Fill(result, literal.Value);
            }
            else if (node is not IndexOf)
            {
                _steps.Add(Step(node, result, o, fused));
            }
        }

        _result = values[expression];
    }

    /// <summary>Operations that a processor would execute.</summary>
    public int Operations => _steps.Count;

    public float Evaluate(float x)
    {
        Span<float> y = [x];
        Evaluate(y, y);
        return y[0];
    }

    public void Evaluate(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int at = 0; at < x.Length; at += Block)
        {
            int count = Math.Min(Block, x.Length - at);
            x.Slice(at, count).CopyTo(_input);
            _steps.ForEach(step => step(count));
            _result.AsSpan(0, count).CopyTo(y[at..]);
        }
    }

    private static Action<int> Step(Expression node, float[] to, float[][] o, bool fused) => node switch
    {
        UnaryExpression { Kind: UnaryKind.Negate } => Each1(to, o, a => -a),
        UnaryExpression { Kind: UnaryKind.Absolute } => Each1(to, o, MathF.Abs),
        UnaryExpression { Kind: UnaryKind.Round } => Each1(to, o, MathF.Round),
        BinaryExpression { Kind: BinaryKind.Add } => Each2(to, o, (a, b) => a + b),
        BinaryExpression { Kind: BinaryKind.Subtract } => Each2(to, o, (a, b) => a - b),
        BinaryExpression { Kind: BinaryKind.Multiply } => Each2(to, o, (a, b) => a * b),
        BinaryExpression { Kind: BinaryKind.Divide } => Each2(to, o, (a, b) => a / b),
        BinaryExpression { Kind: BinaryKind.Min } => Each2(to, o, (a, b) => a < b ? a : b),
        BinaryExpression { Kind: BinaryKind.Max } => Each2(to, o, (a, b) => a > b ? a : b),
        BinaryExpression { Kind: BinaryKind.Scale } => Each2(to, o, Scale),
        BinaryExpression { Kind: BinaryKind.Greater } => Each2(to, o, (a, b) => a > b ? 1f : 0f),
        BinaryExpression { Kind: BinaryKind.GreaterOrEqual } => Each2(to, o, (a, b) => a >= b ? 1f : 0f),
        BinaryExpression { Kind: BinaryKind.Equal } => Each2(to, o, (a, b) => a == b ? 1f : 0f),
        SelectExpression => Each3(to, o, (mask, a, b) => mask != 0f ? a : b),
        MultiplyAddExpression when fused => Each3(to, o, MathF.FusedMultiplyAdd),
        MultiplyAddExpression => Each3(to, o, (a, b, c) =>
        {
            float product = a * b;
            return product + c;
        }),
        _ => throw new NotSupportedException(node.ToString()),
    };

    /// <remarks>As a processor does it: the power is put together from bits, and any rounding is that of one product.</remarks>
    private static float Scale(float a, float n)
    {
        if (float.IsNaN(n))
        {
            // Some power or other, as the conversion of NaN to an integer has it: no result may depend on it.
            return a * 12345f;
        }

        if (n is not (>= -126 and <= 127) || n != MathF.Round(n))
        {
            throw new InvalidOperationException($"Scale by {n}.");
        }

        return a * BitConverter.Int32BitsToSingle(((int)n + 127) << 23);
    }

    private static Action<int> Each1(float[] to, float[][] o, Func<float, float> f)
    {
        float[] a = o[0];
        return count =>
        {
            for (int i = 0; i < count; i++)
            {
                to[i] = f(a[i]);
            }
        };
    }

    private static Action<int> Each2(float[] to, float[][] o, Func<float, float, float> f)
    {
        (float[] a, float[] b) = (o[0], o[1]);
        return count =>
        {
            for (int i = 0; i < count; i++)
            {
                to[i] = f(a[i], b[i]);
            }
        };
    }

    private static Action<int> Each3(float[] to, float[][] o, Func<float, float, float, float> f)
    {
        (float[] a, float[] b, float[] c) = (o[0], o[1], o[2]);
        return count =>
        {
            for (int i = 0; i < count; i++)
            {
                to[i] = f(a[i], b[i], c[i]);
            }
        };
    }
}
