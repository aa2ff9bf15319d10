using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Emit;

/// <summary>
/// The vocabulary of one target: how each operation of the IR reads as a C# expression. A new target is a new subclass,
/// listed in <see cref="All"/>.
/// </summary>
/// <remarks>
/// What a tile does often is printed as the hardware intrinsic itself, because the JIT stops inlining after some hundred
/// calls; what it does rarely goes through the runtime's helpers.
/// </remarks>
internal abstract class TargetPrinter
{
    private static readonly IReadOnlyList<TargetPrinter> All =
    [
        new Avx512Printer(),
        new Avx2Printer(),
        new AdvSimdPrinter(),
        new Vector128Printer(),
        new ScalarPrinter(),
    ];

    public static TargetPrinter For(TargetModel target) =>
        All.FirstOrDefault(printer => printer.Target.Name == target.Name)
        ?? throw new NotSupportedException($"No printer for the target {target.Name}.");

    public abstract TargetModel Target { get; }

    /// <summary>What must be true for this target's code to run, in terms that an ahead-of-time compiler folds; empty for always.</summary>
    public abstract string IsSupported { get; }

    /// <summary>The namespaces its code uses beyond <c>System.Runtime.Intrinsics</c>.</summary>
    public virtual IEnumerable<string> Namespaces => [];

    /// <summary>The classes whose members its code calls by their names alone.</summary>
    public virtual IEnumerable<string> Classes => [];

    /// <summary>The type of a value.</summary>
    public abstract string Value { get; }

    /// <summary>The value of all zeros, where the type is named.</summary>
    public virtual string Zero => "default";

    public abstract string Constant(float value);

    public abstract string Broadcast(Address from);

    /// <summary>The first <paramref name="lanes"/> of <paramref name="width"/> floats and zeros for the others, repeated over all lanes.</summary>
    public abstract string Repeat(Address from, int width, int lanes);

    public abstract string MultiplyAdd(string a, string b, string c);

    /// <summary>The statement that adds a product to <paramref name="sum"/>.</summary>
    public virtual string Accumulate(string a, string b, string sum) => $"{sum} = {MultiplyAdd(a, b, sum)}";

    public abstract string MultiplyAddLane(string a, string b, int lane, string c);

    public abstract string Unary(UnaryKind kind, string a);

    public abstract string Binary(BinaryKind kind, string a, string b);

    public abstract string Select(string mask, string a, string b);

    /// <summary>Loads the first lanes; all of them where <paramref name="lanes"/> is the target's number.</summary>
    public abstract string Load(Address from, int lanes);

    /// <summary>Loads the first lanes, fewer than all, where the others are of no use.</summary>
    public virtual string LoadFirst(Address from, int lanes) => Load(from, lanes);

    public abstract string LoadStrided(Address from, long stride, int lanes);

    public abstract string Store(Address to, string value, int lanes);

    public abstract string StoreStrided(Address to, string value, long stride, int lanes);

    public abstract IEnumerable<string> StoreTransposed(Address to, IReadOnlyList<string> rows, long laneStride, int lanes, bool add);

    public abstract string StoreSums(StoreSums store, Address to, IReadOnlyList<string> rows);

    /// <summary>Null where the target has no prefetch.</summary>
    public abstract string? Prefetch(Address at);

    protected static NotSupportedException Unknown(Enum kind) => new($"The operation {kind} is unknown.");
}
