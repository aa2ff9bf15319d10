using Kron.Generator.Support;

namespace Kron.Generator.Ir;

/// <summary>A static function of float pointers: structured loops with literal trip counts around straight-line bodies.</summary>
/// <param name="Name">Says what it computes and, for a tile, its register tile: <c>ContractB_8x3</c>.</param>
/// <param name="Summary">One sentence for the reader of the generated code.</param>
/// <param name="Pointers">Parameter names. Every pointer is to floats.</param>
/// <param name="Body">The statements.</param>
internal sealed record Kernel(string Name, string Summary, EquatableArray<string> Pointers, EquatableArray<Statement> Body);

/// <summary>An element address: a pointer's name and a literal offset in floats.</summary>
internal readonly record struct Address(string Pointer, long Offset)
{
    public static Address operator +(Address address, long floats) => address with { Offset = address.Offset + floats };
}

/// <summary>A pointer local that a loop introduces: at <paramref name="Start"/> first, moved by <paramref name="Stride"/> floats after each iteration.</summary>
internal sealed record Cursor(string Name, Address Start, long Stride);

/// <summary>One statement. Values are named; a name is introduced by <see cref="Let"/> and changed by <see cref="Set"/>.</summary>
internal abstract record Statement;

/// <summary>Runs the body <paramref name="Count"/> times. Names introduced inside are local to one iteration.</summary>
internal sealed record Loop(long Count, EquatableArray<Cursor> Cursors, EquatableArray<Statement> Body) : Statement;

/// <summary>Introduces a value.</summary>
internal sealed record Let(string Name, Operation Operation) : Statement;

/// <summary>Replaces a value that an enclosing scope introduced.</summary>
internal sealed record Set(string Name, Operation Operation) : Statement;

/// <summary>Stores the first <paramref name="Lanes"/> lanes; nothing beyond them is touched.</summary>
internal sealed record Store(Address To, string Value, int Lanes) : Statement;

/// <summary>Stores lane l at <c>To + l·Stride</c> for the first <paramref name="Lanes"/> lanes.</summary>
internal sealed record StoreStrided(Address To, string Value, long Stride, int Lanes) : Statement;

/// <summary>
/// Stores 1 to 4 vectors transposed: lane l of row q goes to <c>To + l·LaneStride + q</c>, for the first
/// <paramref name="Lanes"/> lanes; nothing else is touched. With <paramref name="Add"/> the memory is added to.
/// </summary>
internal sealed record StoreTransposed(Address To, EquatableArray<string> Rows, long LaneStride, int Lanes, bool Add) : Statement
{
    /// <summary>The most rows that one statement takes.</summary>
    public const int MaxRows = 4;
}

/// <summary>
/// Adds up neighbouring lanes and stores the sums: that of lanes c·Group to c·Group + Group − 1 of row q goes to
/// <c>To + q·RowStride + c·ColumnStride</c>, for the first <paramref name="Columns"/> sums of 1 to 4 rows; nothing else is
/// touched. With <paramref name="Add"/> the memory is added to.
/// </summary>
internal sealed record StoreSums(Address To, EquatableArray<string> Rows, long RowStride, long ColumnStride, int Columns, int Group, bool Add) : Statement;

/// <summary>
/// Copies a strided tensor into panels of vectors: with l the row-major index over <paramref name="Lanes"/> and k that over
/// <paramref name="Inner"/>, <c>To[(l / Width)·PanelStride + k·Width + l % Width] = From[Σ index·stride]</c>.
/// The unused lanes of the last panel are left as they are. At most two lane and three inner dimensions.
/// With a <paramref name="Group"/> above 1, that many neighbours of the last inner dimension lie beside each other instead:
/// a panel has width / group of l, <c>k · Width</c> counts groups, and what is missing in the last one is zero.
/// </summary>
internal sealed record Rearrange(Address To, Address From, int Width, long PanelStride, EquatableArray<Extent> Lanes, EquatableArray<Extent> Inner, int Group = 1) : Statement;

/// <summary>A loop extent and the floats its index moves by.</summary>
internal readonly record struct Extent(int Count, long Stride);

/// <summary>Asks for a cache line ahead of its use; never faults.</summary>
internal sealed record Prefetch(Address At) : Statement;

/// <summary>Calls another kernel of the same program.</summary>
internal sealed record Call(string Kernel, EquatableArray<Address> Arguments) : Statement;

/// <summary>A remark in the generated code.</summary>
internal sealed record Remark(string Text) : Statement;

/// <summary>An operation that yields a vector of the target's lanes (a mask for comparisons).</summary>
internal abstract record Operation;

/// <summary>Loads <paramref name="Lanes"/> consecutive floats; the other lanes are zero and their memory is not touched.</summary>
internal sealed record Load(Address From, int Lanes) : Operation;

/// <summary>Loads lane l from <c>From + l·Stride</c> for the first <paramref name="Lanes"/> lanes; the others are zero.</summary>
internal sealed record LoadStrided(Address From, long Stride, int Lanes) : Operation;

/// <summary>One float in every lane; or <paramref name="Width"/> consecutive ones again and again, those from <paramref name="Lanes"/> on zero and not touched. Where <paramref name="Width"/> does not divide a vector the lanes behind the last repetition are of no use.</summary>
internal sealed record Broadcast(Address From, int Width = 1, int Lanes = 1) : Operation;

/// <summary>A literal in every lane.</summary>
internal sealed record Constant(float Value) : Operation;

/// <summary>Another value under a new name.</summary>
internal sealed record Copy(string Value) : Operation;

/// <summary><c>A·B + C</c>, fused where the target has a fused form.</summary>
internal sealed record MultiplyAdd(string A, string B, string C) : Operation;

/// <summary><c>A·B[Lane] + C</c> with one lane of B for all lanes of A (NEON's by-element form).</summary>
internal sealed record MultiplyAddLane(string A, string B, int Lane, string C) : Operation;

internal sealed record Unary(UnaryKind Kind, string A) : Operation;

internal sealed record Binary(BinaryKind Kind, string A, string B) : Operation;

/// <summary>Lanes of A where the mask is set, else of B.</summary>
internal sealed record Select(string Mask, string A, string B) : Operation;

internal enum UnaryKind
{
    Negate,
    Absolute,

    /// <summary>To the nearest integer, ties to even.</summary>
    Round,

    /// <summary>The square root; NaN of a negative value.</summary>
    SquareRoot,

    /// <summary>The sum of all lanes, in every lane: of neighbours first, then of neighbouring sums.</summary>
    ReduceAdd,
}

internal enum BinaryKind
{
    Add,
    Subtract,
    Multiply,
    Divide,

    /// <summary><c>a &lt; b ? a : b</c>: b when either is NaN.</summary>
    Min,

    /// <summary><c>a &gt; b ? a : b</c>: b when either is NaN.</summary>
    Max,

    /// <summary><c>a · 2^b</c> for an integral b in [−126, 127].</summary>
    Scale,

    // Comparisons yield masks; false when either is NaN.
    Greater,
    GreaterOrEqual,
    Equal,

    /// <summary>Of two masks.</summary>
    And,

    /// <summary>Sums of neighbouring lanes: those of a, then those of b.</summary>
    AddPairs,
}
