using System;
using System.Globalization;
using System.Linq;
using System.Text;
using Kron.Generator.Support;

namespace Kron.Generator.Ir;

/// <summary>The IR as text, for messages and debugging; no target's syntax.</summary>
internal static class IrText
{
    public static string Of(Kernel kernel)
    {
        StringBuilder text = new();
        text.Append(kernel.Name).Append('(').Append(string.Join(", ", kernel.Pointers)).Append(")\n");
        foreach (Statement statement in kernel.Body)
        {
            Append(text, statement, 1);
        }

        return text.ToString();
    }

    /// <summary>One statement on one line; a loop without its body.</summary>
    public static string Of(Statement statement) => statement switch
    {
        Loop loop => Invariant($"loop {loop.Count} ({string.Join(", ", loop.Cursors.Select(c => Invariant($"{c.Name} = {Of(c.Start)} += {c.Stride}")))})"),
        Let let => $"let {let.Name} = {Of(let.Operation)}",
        Set set => $"{set.Name} = {Of(set.Operation)}",
        Store s => Invariant($"store {Of(s.To)}, {s.Value} [{s.Lanes}]"),
        StoreStrided s => Invariant($"store {Of(s.To)} step {s.Stride}, {s.Value} [{s.Lanes}]"),
        StoreTransposed s => Invariant($"{(s.Add ? "add" : "store")} transposed {Of(s.To)} step {s.LaneStride}, ({string.Join(", ", s.Rows)}) [{s.Lanes}]"),
        StoreSums s => Invariant($"{(s.Add ? "add" : "store")} sums of {s.Group} at {Of(s.To)} steps {s.RowStride} and {s.ColumnStride}, ({string.Join(", ", s.Rows)}) [{s.Columns}]"),
        Rearrange copy => Invariant($"rearrange {Of(copy.From)} to {Of(copy.To)}, panels of {copy.Width} every {copy.PanelStride}, lanes {Of(copy.Lanes)}, inner {Of(copy.Inner)}{(copy.Group > 1 ? $" by {copy.Group}" : "")}"),
        Prefetch prefetch => $"prefetch {Of(prefetch.At)}",
        Call call => $"{call.Kernel}({string.Join(", ", call.Arguments.Select(Of))})",
        Remark remark => $"// {remark.Text}",
        _ => throw new ArgumentOutOfRangeException(nameof(statement), statement, "Unknown statement."),
    };

    public static string Of(Operation operation) => operation switch
    {
        Load load => Invariant($"load {Of(load.From)} [{load.Lanes}]"),
        LoadStrided load => Invariant($"load {Of(load.From)} step {load.Stride} [{load.Lanes}]"),
        Broadcast { Width: 1 } broadcast => $"broadcast {Of(broadcast.From)}",
        Broadcast broadcast => Invariant($"broadcast {Of(broadcast.From)} by {broadcast.Width} [{broadcast.Lanes}]"),
        Constant constant => Invariant($"{constant.Value:R}"),
        Copy copy => copy.Value,
        MultiplyAdd m => $"{m.A} * {m.B} + {m.C}",
        MultiplyAddLane m => Invariant($"{m.A} * {m.B}[{m.Lane}] + {m.C}"),
        Unary unary => $"{unary.Kind}({unary.A})",
        Binary binary => $"{binary.Kind}({binary.A}, {binary.B})",
        Select select => $"Select({select.Mask}, {select.A}, {select.B})",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Unknown operation."),
    };

    public static string Of(Address address) => Invariant($"{address.Pointer}[{address.Offset}]");

    private static string Of(EquatableArray<Extent> extents) =>
        "(" + string.Join(", ", extents.Select(extent => Invariant($"{extent.Count}x{extent.Stride}"))) + ")";

    private static void Append(StringBuilder text, Statement statement, int depth)
    {
        text.Append(' ', depth * 2).Append(Of(statement)).Append('\n');
        if (statement is Loop loop)
        {
            foreach (Statement inner in loop.Body)
            {
                Append(text, inner, depth + 1);
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
