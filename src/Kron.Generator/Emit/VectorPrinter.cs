using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;

namespace Kron.Generator.Emit;

/// <summary>What the vector targets share: the rare operations, which are helpers of one runtime class per target.</summary>
/// <param name="vector">The vector type without its element, e.g. <c>Vector512</c>.</param>
/// <param name="helpers">The class of <c>Kron.CompilerServices</c>.</param>
internal abstract class VectorPrinter(string vector, string helpers) : TargetPrinter
{
    public override string Value => $"{vector}<float>";

    public override string Constant(float value) =>
        CSharpText.Literal(value) is var literal and not "0f" ? $"{vector}.Create({literal})" : $"{Value}.Zero";

    // The JIT makes this a broadcasting load, or the embedded broadcast operand of an instruction.
    public override string Broadcast(Address from) => $"{vector}.Create({CSharpText.Element(from)})";

    public override string Repeat(Address from, int width, int lanes) =>
        Target.Lanes % width != 0 ? $"{helpers}.Repeat({CSharpText.Pointer(from)}, {CSharpText.Literal(width)})"
        : lanes < width ? $"{helpers}.Repeat{CSharpText.Literal(width)}({CSharpText.Pointer(from)}, {CSharpText.Literal(lanes)})"
        : width == 2 ? $"{vector}.Create(*(double*)({CSharpText.Pointer(from)})).AsSingle()"
        : width == Target.Lanes ? LoadFull(CSharpText.Pointer(from))
        : RepeatFull(CSharpText.Pointer(from), width);

    public override string Load(Address from, int lanes) => lanes == Target.Lanes
        ? LoadFull(CSharpText.Pointer(from))
        : $"{helpers}.Load({CSharpText.Pointer(from)}, {Lanes(lanes)})";

    public override string LoadStrided(Address from, long stride, int lanes) =>
        $"{helpers}.LoadStrided({CSharpText.Pointer(from)}, {CSharpText.Literal(stride)}, {Lanes(lanes)})";

    public override string Store(Address to, string value, int lanes) => lanes == Target.Lanes
        ? StoreFull(CSharpText.Pointer(to), value)
        : $"{helpers}.Store({CSharpText.Pointer(to)}, {value}, {Lanes(lanes)})";

    public override string StoreStrided(Address to, string value, long stride, int lanes) =>
        $"{helpers}.StoreStrided({CSharpText.Pointer(to)}, {CSharpText.Literal(stride)}, {Lanes(lanes)}, {value})";

    public override IEnumerable<string> StoreTransposed(Address to, IReadOnlyList<string> rows, long laneStride, int lanes, bool add) =>
        [$"{helpers}.{(add ? "AddTransposed" : "StoreTransposed")}({CSharpText.Pointer(to)}, {CSharpText.Literal(laneStride)}, {Lanes(lanes)}, {string.Join(", ", rows)})"];

    public override string StoreSums(StoreSums store, Address to, IReadOnlyList<string> rows)
    {
        // Rows there are not repeat the last one and are not stored.
        IEnumerable<string> values = Enumerable.Range(0, store.Group).Select(q => rows[Math.Min(q, rows.Count - 1)]);
        string strides = store.Group == 2 ? CSharpText.Literal(store.RowStride) : $"{CSharpText.Literal(store.RowStride)}, {CSharpText.Literal(store.ColumnStride)}";
        return $"{helpers}.StoreSums{CSharpText.Literal(store.Group)}({CSharpText.Pointer(to)}, {strides}, {CSharpText.Literal(store.Columns)}, {CSharpText.Literal(rows.Count)}, {(store.Add ? "true" : "false")}, {string.Join(", ", values)})";
    }

    /// <summary>Four or more floats repeated, but fewer than all lanes.</summary>
    protected virtual string RepeatFull(string pointer, int width) => throw new NotSupportedException($"{Target.Name} does not repeat {width} floats.");

    protected abstract string LoadFull(string pointer);

    protected abstract string StoreFull(string pointer, string value);

    private string Lanes(int lanes) => lanes >= 0 && lanes <= Target.Lanes
        ? CSharpText.Literal(lanes)
        : throw new ArgumentOutOfRangeException(nameof(lanes), lanes, $"{Target.Name} has {Target.Lanes} lanes.");
}
