using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;

namespace Kron.Generator.Planning;

/// <summary>
/// Runs a dataflow as it is defined, point by point in double: what every pass and every lowering must agree with.
/// A node has the sample dimension if any of its tensors is per sample; it is reduced where the destination is not.
/// </summary>
/// <remarks>
/// Elements that no node has written are NaN: those that do not accumulate must cover their destination together. Activations are evaluated by their float coefficients, to some 1e-8.
/// </remarks>
internal sealed class DataflowInterpreter
{
    private readonly IReadOnlyList<Dim> _dims;
    private readonly IDictionary<string, double[]> _tensors;
    private readonly int _samples;
    private readonly int[] _at;

    private DataflowInterpreter(Node node, int samples, IDictionary<string, double[]> tensors)
    {
        bool sampled = node.Sources.Append(node.Destination).Any(tensor => tensor.PerSample);
        _dims = [new Dim(Dim.Sample, sampled ? samples : 1), .. node.Dims];
        _tensors = tensors;
        _samples = samples;
        _at = new int[_dims.Count];
    }

    public static void Run(Dataflow dataflow, int samples, IDictionary<string, double[]> tensors) => Run(dataflow.Nodes, samples, tensors);

    /// <param name="nodes">The nodes, in order.</param>
    /// <param name="samples">The batch.</param>
    /// <param name="tensors">By name, row-major, samples one after the other. Destinations that are missing are added.</param>
    public static void Run(IEnumerable<Node> nodes, int samples, IDictionary<string, double[]> tensors)
    {
        foreach (Node node in nodes)
        {
            new DataflowInterpreter(node, samples, tensors).Run(node);
        }
    }

    private void Run(Node node)
    {
        switch (node)
        {
            case Contract contract:
                Func<double> left = Reader(contract.Left);
                Func<double> right = Reader(contract.Right);
                Fold(contract, contract.Output, 0, (sum, term) => sum + term, () => left() * right());
                break;
            case WindowSum sum:
                Func<double> input = Reader(sum.Input);
                int along = DimIndex(sum.Along);
                Fold(sum, sum.Output, 0, (total, term) => total + term, () => Window(input, along, sum.Window));
                break;
            case Map map:
                Func<double> value = Compile(map.Value);
                double start = map.Fold switch { Planning.Fold.Max => double.NegativeInfinity, Planning.Fold.Min => double.PositiveInfinity, _ => 0 };
                Func<double, double, double> fold = map.Fold switch
                {
                    Planning.Fold.Store => (_, term) => term,
                    Planning.Fold.Add => (sum, term) => sum + term,
                    Planning.Fold.Max => Maximum,
                    Planning.Fold.Min => Minimum,
                    _ => throw new ArgumentOutOfRangeException(nameof(node), map.Fold, "Unknown fold."),
                };
                Func<int?>[] reads = map.Fold is Planning.Fold.Max or Planning.Fold.Min ? [.. map.Value.Reads().Select(Index)] : [];
                Fold(map, map.Output, start, fold, value, () => reads.All(read => read() is not null));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node), node, "Unknown node.");
        }
    }

    /// <summary>Folds the terms of all points into the elements they reach; then writes or adds those.</summary>
    private void Fold(Node node, Access output, double start, Func<double, double, double> fold, Func<double> term, Func<bool>? counts = null)
    {
        int size = output.Tensor.Size * (output.Tensor.PerSample ? _samples : 1);
        Func<int?> element = Index(output);
        double[] folded = new double[size];
        bool[] reached = new bool[size];
        do
        {
            if (element() is { } at)
            {
                double before = reached[at] ? folded[at] : start;
                folded[at] = counts?.Invoke() == false ? before : fold(before, term());
                reached[at] = true;
            }
        }
        while (Next());

        if (!_tensors.ContainsKey(output.Tensor.Name) && !node.Accumulate)
        {
            _tensors[output.Tensor.Name] = [.. Enumerable.Repeat(double.NaN, size)];
        }

        double[] destination = Content(output.Tensor);
        for (int i = 0; i < size; i++)
        {
            if (reached[i])
            {
                destination[i] = node.Accumulate ? destination[i] + folded[i] : folded[i];
            }
        }
    }

    /// <summary>To the next point, the last dimension fastest; false after the last one.</summary>
    private bool Next()
    {
        for (int d = _at.Length - 1; d >= 0; d--)
        {
            if (++_at[d] < _dims[d].Extent)
            {
                return true;
            }

            _at[d] = 0;
        }

        return false;
    }

    private double Window(Func<double> input, int along, int window)
    {
        double sum = 0;
        int start = _at[along];
        for (int k = 0; k < window; k++)
        {
            _at[along] = start + k;
            sum += input();
        }

        _at[along] = start;
        return sum;
    }

    private Func<double> Reader(Access access)
    {
        double[] content = Content(access.Tensor);
        Func<int?> element = Index(access);
        return () => element() is { } at ? content[at] : 0;
    }

    /// <summary>The element at the present point, or null outside the tensor.</summary>
    private Func<int?> Index(Access access)
    {
        Tensor tensor = access.Tensor;
        var axes = access.Axes.Select((axis, index) => (
            axis.Offset,
            Extent: tensor.Extents[index],
            Stride: tensor.Stride(index),
            Terms: axis.Terms.Select(term => (Dim: DimIndex(term.Dim), term.Coefficient)).ToArray())).ToArray();
        int sampleStride = tensor.PerSample ? tensor.Size : 0;
        return () =>
        {
            int element = _at[0] * sampleStride;
            foreach ((int offset, int extent, int stride, (int Dim, int Coefficient)[] terms) in axes)
            {
                int index = offset;
                foreach ((int dim, int coefficient) in terms)
                {
                    index += coefficient * _at[dim];
                }

                if (index < 0 || index >= extent)
                {
                    return null;
                }

                element += index * stride;
            }

            return element;
        };
    }

    private int DimIndex(string name)
    {
        for (int d = 0; d < _dims.Count; d++)
        {
            if (_dims[d].Name == name)
            {
                return d;
            }
        }

        throw new ArgumentException($"The node has no dimension {name}.", nameof(name));
    }

    private double[] Content(Tensor tensor)
    {
        if (tensor.Region == Region.Constant)
        {
            return [.. tensor.Values.Select(value => (double)value)];
        }

        if (!_tensors.TryGetValue(tensor.Name, out double[]? content))
        {
            throw new ArgumentException($"Nothing has written the tensor {tensor.Name}.", nameof(tensor));
        }

        int size = tensor.Size * (tensor.PerSample ? _samples : 1);
        return content.Length == size
            ? content
            : throw new ArgumentException($"The tensor {tensor.Name} has {content.Length} elements; {size} expected.", nameof(tensor));
    }

    private Func<double> Compile(Expression expression)
    {
        IReadOnlyList<Expression> nodes = Expansion.Of(expression).Nodes();
        Dictionary<Expression, int> slots = new(Expression.ReferenceComparer.Instance);
        double[] values = new double[nodes.Count];
        List<Func<double>> steps = [];
        foreach (Expression node in nodes)
        {
            slots[node] = steps.Count;
            steps.Add(Step(node, [.. node.Operands.Select(operand => slots[operand])]));
        }

        return () =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = steps[i]();
            }

            return values[values.Length - 1];
        };

        Func<double> Step(Expression node, int[] o) => node switch
        {
            Literal literal => () => literal.Value,
            Read read => Reader(read.Access),
            IndexOf index => Value(DimIndex(index.Dim)),
            SampleCount => () => _samples,
            UnaryExpression unary => () => Unary(unary.Kind, values[o[0]]),
            BinaryExpression binary => () => Binary(binary.Kind, values[o[0]], values[o[1]]),
            MultiplyAddExpression => () => (values[o[0]] * values[o[1]]) + values[o[2]],
            SelectExpression => () => values[o[0]] != 0 ? values[o[1]] : values[o[2]],
            _ => throw new ArgumentOutOfRangeException(nameof(node), node, "Unknown expression."),
        };

        Func<double> Value(int dim) => () => _at[dim];
    }

    private static double Unary(UnaryKind kind, double a) => kind switch
    {
        UnaryKind.Negate => -a,
        UnaryKind.Absolute => Math.Abs(a),
        UnaryKind.Round => Math.Round(a, MidpointRounding.ToEven),
        UnaryKind.SquareRoot => Math.Sqrt(a),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No elementwise operation."),
    };

    private static double Binary(BinaryKind kind, double a, double b) => kind switch
    {
        BinaryKind.Add => a + b,
        BinaryKind.Subtract => a - b,
        BinaryKind.Multiply => a * b,
        BinaryKind.Divide => a / b,
        BinaryKind.Min => Minimum(a, b),
        BinaryKind.Max => Maximum(a, b),
        BinaryKind.Scale => a * Math.Pow(2, b),
        BinaryKind.Greater => a > b ? 1 : 0,
        BinaryKind.GreaterOrEqual => a >= b ? 1 : 0,
        BinaryKind.Equal => a == b ? 1 : 0,
        BinaryKind.And => a * b,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No elementwise operation."),
    };

    private static double Maximum(double a, double b) => a > b ? a : b;

    private static double Minimum(double a, double b) => a < b ? a : b;
}
