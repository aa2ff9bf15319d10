using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// The backward pass, derived node by node from the forward dataflow in reverse. A contraction's adjoints are the same
/// contraction with operands exchanged; a map's follow the chain rule; a window sum's is a window sum.
/// </summary>
internal sealed class Adjoint
{
    private readonly IReadOnlyList<Node> _forward;
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _gradients = [];
    private readonly HashSet<string> _written = [];

    private Adjoint(IReadOnlyList<Node> forward) => _forward = forward;

    /// <summary>Nodes that the parameter gradients need, in order.</summary>
    public IReadOnlyList<Node> ParameterNodes { get; private set; } = [];

    /// <summary>The further nodes that only the input gradient needs.</summary>
    public IReadOnlyList<Node> InputNodes { get; private set; } = [];

    /// <summary>Names of forward intermediates that the backward pass reads: the tape.</summary>
    public IReadOnlyList<string> Saved { get; private set; } = [];

    public static Adjoint Derive(IReadOnlyList<Node> forward)
    {
        var adjoint = new Adjoint(forward);
        foreach (Node node in forward.Reverse())
        {
            adjoint.Visit(node);
        }

        adjoint.Split();
        return adjoint;
    }

    private void Visit(Node node)
    {
        switch (node)
        {
            case Contract contract:
                Tensor outer = Gradient(contract.Output.Tensor);
                Access at = contract.Output with { Tensor = outer };
                Product(contract, contract.Right, at, contract.Left);
                Product(contract, contract.Left, at, contract.Right);
                break;
            case Map { Fold: Fold.Store or Fold.Add } map:
                VisitMap(map);
                break;
            case Map { Fold: Fold.Max } map:
                VisitMaximum(map);
                break;
            case WindowSum sum:
                VisitWindowSum(sum);
                break;
            default:
                throw new NotSupportedException($"No adjoint for {node}.");
        }
    }

    /// <summary>Named by what it is the gradient of, and by the shape group where that is shared between groups.</summary>
    private static string Name(Contract forward, Access of)
    {
        string title = "Gradient" + Title(of.Tensor);
        string group = new([.. forward.Name.Reverse().TakeWhile(char.IsDigit).Reverse()]);
        return group.Length == 0 || of.Tensor.Name.EndsWith(group, StringComparison.Ordinal) ? title : $"{title}_Group{group}";
    }

    /// <summary>The gradient of one operand: what would be scattered is gathered, so it is written whole.</summary>
    private void Product(Contract forward, Access target, Access outer, Access other)
    {
        Tensor gradient = Gradient(target.Tensor);
        bool accumulate = gradient.Region == Region.Gradients || !_written.Add(gradient.Name);
        _nodes.AddRange(Gathering.Apply(new Contract(Name(forward, target), forward.Dims, target with { Tensor = gradient }, outer, other, accumulate)));
    }

    private void VisitMap(Map map)
    {
        var outer = new Read(map.Output with { Tensor = Gradient(map.Output.Tensor) });
        foreach (Access read in map.Value.Reads())
        {
            Expression slope = Derivative.Of(map.Value, read);
            if (slope is Literal { Value: 1 } && IsWhole(read, map.Dims) && SameIndex(read, map.Output) && IsOnlyRead(read, map) && read.Tensor.Region == Region.Scratch)
            {
                // The gradient passes unchanged: one tensor serves both.
                _gradients[read.Tensor.Name] = outer.Access.Tensor;
                continue;
            }

            Expression value = slope is Literal { Value: 1 } ? outer : outer * slope;
            AddMap(read, map.Dims, value, outer.Access);
        }
    }

    /// <summary>Whether nothing else will contribute to the gradient of what is read here.</summary>
    private bool IsOnlyRead(Access read, Map map) =>
        _forward.All(n => ReferenceEquals(n, map) || n.Sources.All(t => t.Name != read.Tensor.Name))
        && map.Value.Reads().Count(r => r.Tensor.Name == read.Tensor.Name) == 1;

    /// <summary>The gradient of a maximum goes to the first element that attains it, in row-major order of what is folded.</summary>
    private void VisitMaximum(Map map)
    {
        Dim[] folded = [.. map.Dims.Where(d => !map.Output.Uses(d.Name) && d.Extent > 1)];
        int extent = folded.Aggregate(1, (size, d) => checked(size * d.Extent));
        Tensor outerTensor = Gradient(map.Output.Tensor);
        var outer = new Read(map.Output with { Tensor = outerTensor });

        Tensor maximum = Scratch("max_" + map.Output.Tensor.Name, map.Output.Tensor.Extents);
        Tensor winner = Scratch("first_" + map.Output.Tensor.Name, map.Output.Tensor.Extents);
        _nodes.Add(map with { Name = "Maximum", Output = map.Output with { Tensor = maximum }, Accumulate = false });
        _nodes.Add(new Map(
            "FirstMaximum",
            map.Dims,
            map.Output with { Tensor = winner },
            Fold.Min,
            Expression.Select(Expression.GreaterOrEqual(map.Value, new Read(map.Output with { Tensor = maximum })), RowMajor(folded), extent),
            false));
        var first = new Read(map.Output with { Tensor = winner });
        foreach (Access read in map.Value.Reads())
        {
            Expression slope = Derivative.Of(map.Value, read);
            Expression through = slope is Literal { Value: 1 } ? outer : outer * slope;
            AddMap(read, map.Dims, Expression.Select(Expression.Equal(first, RowMajor(folded)), through, 0), outer.Access);
        }
    }

    /// <summary>The index of a point among those of the dimensions.</summary>
    private static Expression RowMajor(IEnumerable<Dim> dims) => dims.Aggregate(
        (Expression?)null,
        (index, d) => index is null ? new IndexOf(d.Name) : (index * d.Extent) + new IndexOf(d.Name)) ?? 0;

    /// <summary>Every element of the input gathers the gradients of the sums that it is part of; those outside of the output are zero.</summary>
    private void VisitWindowSum(WindowSum sum)
    {
        int axis = sum.Input.Axes.ToList().FindIndex(a => a.Terms.Any(t => t.Dim == sum.Along));
        AxisIndex j = AxisIndex.Of((sum.Along, 1));
        EquatableArray<Dim> dims = sum.Dims.Select(d => d.Name == sum.Along ? d with { Extent = sum.Input.Tensor.Extents[axis] } : d).ToEquatableArray();
        Access whole = sum.Input with { Axes = sum.Input.Axes.Select((a, k) => k == axis ? j : a).ToEquatableArray() };
        var back = new Dictionary<string, AxisIndex> { [sum.Along] = j with { Offset = 1 - sum.Window - sum.Input.Axes[axis].Offset } };
        Access outer = sum.Output.Substitute(back) with { Tensor = Gradient(sum.Output.Tensor) };
        Contribute(whole, dims, "Gradient" + Title(sum.Input.Tensor), access => sum with { Name = "", Dims = dims, Output = access, Input = outer });
    }

    private void AddMap(Access read, EquatableArray<Dim> dims, Expression value, Access outer)
    {
        if (read.Tensor.PerSample && !IsWhole(read, dims) && WindowGathering.IsNeeded(read, dims, outer))
        {
            Tensor gradient = Gradient(read.Tensor);
            bool accumulate = !_written.Add(gradient.Name);
            _nodes.AddRange(WindowGathering.Apply(new Map("Gradient" + Title(read.Tensor), dims, read with { Tensor = gradient }, Fold.Add, value, accumulate), outer));
        }
        else if (read.Tensor.Region == Region.Parameters || read.Tensor.PerSample)
        {
            // The sample is reduced, as every dimension that the parameter's index does not use; and several points may meet in an element.
            bool reduces = !read.Tensor.PerSample || dims.Any(d => !read.Uses(d.Name)) || !read.Axes.All(axis => WindowGathering.IsInjective(axis, dims));
            Contribute(read, dims, "Gradient" + Title(read.Tensor), access => new Map("", dims, access, reduces ? Fold.Add : Fold.Store, value, false));
        }
    }

    /// <summary>Adds a node that adds to the gradient of what <paramref name="read"/> reads, or is the first to write it.</summary>
    private void Contribute(Access read, EquatableArray<Dim> dims, string name, Func<Access, Node> node)
    {
        Tensor gradient = Gradient(read.Tensor);
        bool accumulate = gradient.Region == Region.Gradients;
        if (!accumulate && !_written.Add(gradient.Name))
        {
            accumulate = true;
        }
        else if (!accumulate && !IsWhole(read, dims))
        {
            _nodes.Add(Map.Clear(gradient, "Clear" + Title(read.Tensor)));
            accumulate = true;
        }

        _nodes.Add(node(read with { Tensor = gradient }) with { Name = name, Accumulate = accumulate });
    }

    /// <summary>Whether the dimensions cover every element of the tensor exactly once.</summary>
    private static bool IsWhole(Access access, EquatableArray<Dim> dims)
    {
        Dim[] used = [.. dims.Where(d => access.Uses(d.Name))];
        bool inside = access.Axes.Select((axis, index) => (Range: ZeroExtension.Range(axis, dims), Extent: access.Tensor.Extents[index]))
            .All(a => a.Range.Min >= 0 && a.Range.Max < a.Extent);
        if (!inside || used.Aggregate(1L, (size, d) => size * d.Extent) != access.Tensor.Size)
        {
            return false;
        }

        // Inside, with as many points as elements: a bijection if the strides form a mixed radix.
        long expected = 1;
        foreach (Dim d in used.Where(d => d.Extent > 1).OrderBy(d => access.Stride(d.Name)))
        {
            if (access.Stride(d.Name) != expected)
            {
                return false;
            }

            expected *= d.Extent;
        }

        return true;
    }

    private static bool SameIndex(Access a, Access b) =>
        a.Axes.Equals(b.Axes) && a.Tensor.Extents.Equals(b.Tensor.Extents) && a.Tensor.PerSample == b.Tensor.PerSample;

    private Tensor Gradient(Tensor tensor)
    {
        if (!_gradients.TryGetValue(tensor.Name, out Tensor? gradient))
        {
            gradient = tensor.Region switch
            {
                Region.Parameters => tensor with { Name = "d" + tensor.Name, Region = Region.Gradients },
                Region.Input => tensor with { Name = "d" + tensor.Name, Region = Region.InputGradient },
                Region.Output => tensor with { Name = "d" + tensor.Name, Region = Region.OutputGradient },
                _ => Scratch("d" + tensor.Name, tensor.Extents),
            };
            _gradients.Add(tensor.Name, gradient);
        }

        return gradient;
    }

    private static Tensor Scratch(string name, EquatableArray<int> extents) => new(name, Region.Scratch, extents, PerSample: true);

    private static string Title(Tensor tensor) => char.ToUpperInvariant(tensor.Name[0]) + tensor.Name.Substring(1);

    private void Split()
    {
        // Walking back from the parameter gradients marks what they need; the rest serves the input gradient alone.
        var needed = new HashSet<string>();
        var parameters = new List<Node>();
        var input = new List<Node>();
        foreach (Node node in Enumerable.Reverse(_nodes))
        {
            if (node.Destination.Region == Region.Gradients || needed.Contains(node.Destination.Name))
            {
                needed.UnionWith(node.Sources.Select(t => t.Name));
                parameters.Insert(0, node);
            }
            else
            {
                input.Insert(0, node);
            }
        }

        ParameterNodes = parameters;
        InputNodes = input;
        HashSet<string> intermediates = [.. _forward.Select(n => n.Destination).Where(t => t.Region == Region.Scratch).Select(t => t.Name)];
        Saved = [.. _nodes.SelectMany(n => n.Sources).Select(t => t.Name).Where(intermediates.Contains).Distinct()];
    }
}
