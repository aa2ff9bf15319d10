using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>
/// Everything that describes the kernels of one contraction. The scheduler enumerates such values, the cost model ranks
/// them, and lowering follows the best one without a choice of its own.
/// </summary>
/// <param name="VectorOperand">The operand loaded as vectors (left or right); the other is broadcast.</param>
/// <param name="Packed">Whether the vector operand is rearranged into panels first.</param>
/// <param name="Lanes">The loop that lies in the lanes.</param>
/// <param name="Vectors">Vectors of the register tile.</param>
/// <param name="Rows">The loops tiled in rows, innermost first, each with its block.</param>
/// <param name="RowsOutside">Whether the loops over rows lie around the one over vectors (else inside it).</param>
/// <param name="Outer">Parallel loops around the tiles, outermost first.</param>
/// <param name="Inner">Reduced loops, outermost first.</param>
/// <param name="Unroll">Steps of the innermost reduced loop in one body.</param>
/// <param name="Chains">Independent partial sums of each element, added at the end: a small tile would wait for its own multiply-adds.</param>
/// <param name="Scalars">How the other operand's elements reach the multiply-adds.</param>
/// <param name="Store">How a row of sums reaches the output.</param>
/// <param name="Cycles">The cost model's estimate.</param>
internal sealed record Schedule(
    int VectorOperand,
    bool Packed,
    LoopDim Lanes,
    int Vectors,
    RowBlock[] Rows,
    bool RowsOutside,
    LoopDim[] Outer,
    LoopDim[] Inner,
    int Unroll,
    int Chains,
    ScalarKind Scalars,
    StoreKind Store,
    double Cycles)
{
    public int BroadcastOperand => Contraction.Left + Contraction.Right - VectorOperand;

    public int TileRows => Rows.Aggregate(1, (product, row) => product * row.Block);

    /// <summary>Every loop but the one in the lanes.</summary>
    public IEnumerable<LoopDim> Loops => Outer.Concat(Inner).Concat(Rows.Select(r => r.Loop));

    public long InnerExtent
    {
        get
        {
            long extent = 1;
            foreach (LoopDim loop in Inner)
            {
                extent *= loop.Extent;
            }

            return extent;
        }
    }

    public string Describe(Contraction contraction) => string.Join(" ",
        contraction.Name + ":",
        $"{Invariant.Text(TileRows)}x{Invariant.Text(Vectors)} register tile,",
        $"lanes {Lanes.Name} of {contraction.Operands[VectorOperand].Tensor.Name}{(Packed ? " (packed)" : "")},",
        Rows.Length == 0 ? "one row," : (RowsOutside ? "around them " : "") + $"rows {string.Join("·", Rows.Select(r => $"{r.Loop.Name}/{Invariant.Text(r.Block)}"))},",
        Inner.Length == 0 ? "no reduction," : $"over {string.Join("·", Inner.Select(l => $"{l.Name}={Invariant.Text(l.Extent)}"))}, unrolled by {Invariant.Text(Unroll)},",
        Chains == 1 ? "one sum each," : $"{Invariant.Text(Chains)} partial sums each,",
        Scalars switch { ScalarKind.RowVectors => "rows by lane,", ScalarKind.StepVectors => "steps by lane,", _ => "broadcasts," },
        Store switch { StoreKind.Vector => "vector stores", StoreKind.Transposed => "transposed stores", _ => "strided stores" });
}

/// <summary>A loop tiled in equalised blocks of at most <paramref name="Block"/>.</summary>
internal sealed record RowBlock(LoopDim Loop, int Block);

internal enum ScalarKind
{
    /// <summary>Each is broadcast to all lanes.</summary>
    Broadcast,

    /// <summary>Neighbouring rows are contiguous: a vector of them is loaded, and multiply-adds name its lanes.</summary>
    RowVectors,

    /// <summary>Neighbouring steps of the reduction are contiguous: likewise, a vector for each row.</summary>
    StepVectors,
}

internal enum StoreKind
{
    /// <summary>The lanes are contiguous in the output.</summary>
    Vector,

    /// <summary>Groups of up to four rows are contiguous: transposed in registers.</summary>
    Transposed,

    /// <summary>Neither: lane by lane.</summary>
    Strided,
}
