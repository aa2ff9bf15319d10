using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Emit;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Cuda;

/// <summary>
/// Writes what one thread does for a map or a window sum, in the words that C# and CUDA C have in common: the runtime compiles the text for
/// the device, and where there is no compiler runs the same lines on the host. Functions that the two languages call
/// differently are those of the runtime's <c>DeviceMath</c>.
/// </summary>
internal sealed class ItemText
{
    private const string Batch = "batch";

    private readonly CodeWriter _writer = new();
    private readonly List<Tensor> _operands;

    private ItemText(Node node) => _operands = [node.Destination, .. node.Sources.Where(source => source.Name != node.Destination.Name)];

    /// <summary>The tensors behind p0, p1, …; the first is written.</summary>
    public IReadOnlyList<Tensor> Operands => _operands;

    /// <summary>Threads.</summary>
    public BatchExtent Items { get; private set; }

    public IReadOnlyList<string> Lines => _writer.ToString().TrimEnd('\n').Split('\n');

    public static ItemText Of(Node node)
    {
        var text = new ItemText(node);
        switch (node)
        {
            case Map map:
                text.Write(map with { Value = ConstantFolding.Apply(Expansion.Of(map.Value)) });
                break;
            case WindowSum sum:
                text.Write(sum);
                break;
            default:
                throw new NotSupportedException($"{node.Name} is no elementwise kernel.");
        }

        return text;
    }

    private void Write(Map map)
    {
        Dim[] folded = [.. map.Dims.Where(dim => !map.Output.Uses(dim.Name) && dim.Extent > 1)];
        Decode([.. map.Dims.Except(folded)]);

        // What lies outside is not written.
        string written = Condition([map.Output], map.Dims);
        if (written.Length > 0)
        {
            _writer.Open($"if ({written})");
        }

        Fill(map, folded);
        if (written.Length > 0)
        {
            _writer.Close();
        }
    }

    private void Fill(Map map, Dim[] folded)
    {
        string target = Element(map.Output);
        if (map.Fold == Fold.Store || folded.Length == 0)
        {
            Store(target, Value(map), map.Accumulate ? Fold.Add : Fold.Store);
            return;
        }

        _writer.Line($"float total = {Neutral(map.Fold)};");
        foreach (Dim dim in folded)
        {
            _writer.Open($"for (int {dim.Name} = 0; {dim.Name} < {Invariant.Text(dim.Extent)}; {dim.Name}++)");
        }

        string value = Value(map);
        if (map.Fold != Fold.Add && Condition(map.Value.Reads(), map.Dims) is { Length: > 0 } inside)
        {
            // Padding never wins.
            _writer.Open($"if ({inside})");
            Store("total", value, map.Fold);
            _writer.Close();
        }
        else
        {
            Store("total", value, map.Fold);
        }

        foreach (Dim _ in folded)
        {
            _writer.Close();
        }

        Store(target, "total", map.Accumulate ? map.Fold : Fold.Store);
    }

    /// <summary>
    /// A thread makes a block of as many sums as the window is long: each is the end of one block of inputs, summed backwards, and the
    /// beginning of the next one, so two additions make it, and none is taken off again.
    /// </summary>
    private void Write(WindowSum sum)
    {
        Dim along = sum.Dims.Single(dim => dim.Name == sum.Along);
        int axis = sum.Input.Axes.ToList().FindIndex(index => index.Terms.Any(term => term.Dim == sum.Along));
        int blocks = (along.Extent + sum.Window - 1) / sum.Window;
        Decode([.. sum.Dims.Where(dim => dim.Name != sum.Along && dim.Extent > 1), new Dim("block", blocks)]);
        string window = Invariant.Text(sum.Window), sums = Invariant.Text(along.Extent);
        string first = $"(block * {window})";

        // The input's index on this axis is the sum's with an offset, so what is read is walked by that index itself.
        Access input = sum.Input with { Axes = sum.Input.Axes.Select((index, k) => k == axis ? AxisIndex.Of(("i", 1)) : index).ToEquatableArray() };
        Access output = sum.Output.Substitute(new Dictionary<string, AxisIndex> { [sum.Along] = AxisIndex.Of(("j", 1)) });
        string offset = Invariant.Text(sum.Input.Axes[axis].Offset);
        string inside = $"i >= 0 && i < {Invariant.Text(sum.Input.Tensor.Extents[axis])}";

        _writer.Line("float total = 0.0f;");
        _writer.Open($"for (int d = {Invariant.Text(sum.Window - 1)}; d >= 0; d--)");
        Step(first + " + d", first + " + d", sum.Accumulate);
        _writer.Close();
        _writer.Line("total = 0.0f;");
        _writer.Open($"for (int d = 1; d < {window}; d++)");
        Step($"{first} + {Invariant.Text(sum.Window - 1)} + d", first + " + d", accumulate: true);
        _writer.Close();

        void Step(string read, string written, bool accumulate)
        {
            _writer.Line($"int i = {read} + {offset};");
            _writer.Open($"if ({inside})").Line($"total = total + {Element(input)};").Close();
            _writer.Line($"int j = {written};");
            _writer.Open($"if (j < {sums})");
            Store(Element(output), "total", accumulate ? Fold.Add : Fold.Store);
            _writer.Close();
        }
    }

    /// <summary>The sample and the dimensions of a thread: neighbours work on neighbouring samples.</summary>
    private void Decode(IReadOnlyList<Dim> dims)
    {
        long items = dims.Aggregate(1L, (count, dim) => checked(count * dim.Extent));
        Items = new BatchExtent(items, PerSample: true);
        _writer.Line($"int e = (int)Quotient(t, {Batch});");
        _writer.Line($"int s = (int)(t - ((Int64)e * {Batch}));");

        long inner = items;
        foreach (Dim dim in dims)
        {
            inner /= dim.Extent;
            string quotient = inner == 1 ? "e" : $"e / {Invariant.Text(inner)}";
            _writer.Line(dim.Extent == 1 ? $"int {dim.Name} = 0;"
                : inner * dim.Extent == items ? $"int {dim.Name} = {quotient};"
                : $"int {dim.Name} = {quotient} % {Invariant.Text(dim.Extent)};");
        }
    }

    private void Store(string target, string value, Fold fold) => _writer.Line(fold switch
    {
        Fold.Store => $"{target} = {value};",
        Fold.Add => $"{target} = {target} + {value};",
        Fold.Max => $"{target} = {value} > {target} ? {value} : {target};",
        _ => $"{target} = {value} < {target} ? {value} : {target};",
    });

    private static string Neutral(Fold fold) => fold switch
    {
        Fold.Add => "0.0f",
        Fold.Max => "-Infinity",
        _ => "Infinity",
    };

    /// <summary>Computes each node of the expression once; the name of the last.</summary>
    private string Value(Map map)
    {
        var names = new Dictionary<Expression, string>(Expression.ReferenceComparer.Instance);
        int count = 0;
        foreach (Expression node in map.Value.Nodes())
        {
            if (node is Literal literal)
            {
                names[node] = Literal(literal.Value);
                continue;
            }

            string name = names[node] = "v" + Invariant.Text(count++);
            string type = node is BinaryExpression { Kind: BinaryKind.Greater or BinaryKind.GreaterOrEqual or BinaryKind.Equal or BinaryKind.And } ? "bool" : "float";
            _writer.Line($"{type} {name} = {Text(node, map.Dims, names)};");
        }

        return names[map.Value];
    }

    private string Text(Expression node, EquatableArray<Dim> dims, Dictionary<Expression, string> names) => node switch
    {
        Read read => Condition([read.Access], dims) is { Length: > 0 } inside ? $"{inside} ? {Element(read.Access)} : 0.0f" : Element(read.Access),
        IndexOf index => $"(float){index.Dim}",
        UnaryExpression { Kind: UnaryKind.Negate } u => $"-{names[u.A]}",
        UnaryExpression { Kind: UnaryKind.Absolute } u => $"Absolute({names[u.A]})",
        UnaryExpression { Kind: UnaryKind.Round } u => $"Round({names[u.A]})",
        UnaryExpression { Kind: UnaryKind.SquareRoot } u => $"SquareRoot({names[u.A]})",
        BinaryExpression { Kind: BinaryKind.Scale } b => $"Scale({names[b.A]}, {names[b.B]})",
        BinaryExpression { Kind: BinaryKind.Min } b => $"{names[b.A]} < {names[b.B]} ? {names[b.A]} : {names[b.B]}",
        BinaryExpression { Kind: BinaryKind.Max } b => $"{names[b.A]} > {names[b.B]} ? {names[b.A]} : {names[b.B]}",
        BinaryExpression b => $"{names[b.A]} {Operator(b.Kind)} {names[b.B]}",
        MultiplyAddExpression m => $"MultiplyAdd({names[m.A]}, {names[m.B]}, {names[m.C]})",
        SelectExpression s => $"{names[s.Mask]} ? {names[s.A]} : {names[s.B]}",
        _ => throw new NotSupportedException($"{node.GetType().Name} is nothing that a thread computes."),
    };

    private static string Operator(BinaryKind kind) => kind switch
    {
        BinaryKind.Add => "+",
        BinaryKind.Subtract => "-",
        BinaryKind.Multiply => "*",
        BinaryKind.Divide => "/",
        BinaryKind.Greater => ">",
        BinaryKind.GreaterOrEqual => ">=",
        BinaryKind.Equal => "==",
        BinaryKind.And => "&&",
        _ => throw new NotSupportedException($"{kind} is nothing that a thread computes."),
    };

    /// <summary>When all that is read lies inside its tensor; empty where it always does.</summary>
    private static string Condition(IEnumerable<Access> reads, EquatableArray<Dim> dims) => string.Join(" && ", reads.SelectMany(read => read.Axes.SelectMany((axis, k) =>
    {
        (long min, long max) = ZeroExtension.Range(axis, dims);
        int extent = read.Tensor.Extents[k];
        string index = Sum(axis.Terms.Select(term => (term.Dim, (long)term.Coefficient)), axis.Offset);
        return new[] { min < 0 ? $"{index} >= 0" : "", max >= extent ? $"{index} < {Invariant.Text(extent)}" : "" }.Where(part => part.Length > 0);
    })).Distinct());

    private string Element(Access access)
    {
        string pointer = "p" + Invariant.Text(_operands.FindIndex(tensor => tensor.Name == access.Tensor.Name));
        string index = Sum(
            access.Axes.SelectMany(axis => axis.Terms.Select(term => term.Dim)).Distinct().Select(dim => (dim, access.Stride(dim))),
            access.Origin);
        string element = index.Contains(' ') ? $"({index})" : index;
        return access.Tensor.PerSample ? $"{pointer}[((Int64){element} * {Batch}) + s]" : $"{pointer}[{index}]";
    }

    private static string Sum(IEnumerable<(string Dim, long Factor)> terms, long constant)
    {
        string[] parts = [.. terms.Where(term => term.Factor != 0).Select(term => term.Factor == 1 ? term.Dim : $"({term.Dim} * {Invariant.Text(term.Factor)})")];
        return parts.Length == 0 ? Invariant.Text(constant)
            : string.Join(" + ", parts) + (constant == 0 ? "" : constant > 0 ? " + " + Invariant.Text(constant) : " - " + Invariant.Text(-constant));
    }

    /// <summary>A literal of both languages: C wants a point or an exponent.</summary>
    private static string Literal(float value)
    {
        if (float.IsInfinity(value))
        {
            return value > 0 ? "Infinity" : "(-Infinity)";
        }

        string text = CSharpText.Literal(value);
        text = text.Contains('.') || text.Contains('E') ? text : text.Replace("f", ".0f");
        return value < 0 ? $"({text})" : text;
    }
}
