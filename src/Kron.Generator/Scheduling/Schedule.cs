using System;
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
/// <param name="Columns">Elements of that loop in one vector.</param>
/// <param name="Split">Whether these are the inner one of the two loops that it was merged from, the outer of which moves from vector to vector.</param>
/// <param name="Vectors">Vectors of the register tile.</param>
/// <param name="Rows">The loops tiled in rows, innermost first, each with its block.</param>
/// <param name="RowsOutside">Whether the loops over rows lie around the one over vectors (else inside it).</param>
/// <param name="Outer">Parallel loops around the tiles, outermost first.</param>
/// <param name="Inner">Reduced loops, outermost first.</param>
/// <param name="Unroll">Steps of the innermost reduced loop in one body.</param>
/// <param name="Around">Steps of the reduced loop around it in one body, where all of the innermost one are in it.</param>
/// <param name="Chains">Independent partial sums of each element, added at the end: a small tile would wait for its own multiply-adds.</param>
/// <param name="Scalars">How the other operand's elements reach the multiply-adds.</param>
/// <param name="Store">How a row of sums reaches the output.</param>
/// <param name="Repeat">Consecutive floats of the other operand that are repeated over the lanes; 1 for plain broadcasts.</param>
/// <param name="Reduced">What these floats are: steps of the reduction, added up at the end, or (if not) results beside each other.</param>
/// <param name="Remainder">Steps that the last group lacks to be whole, where steps are repeated: those it has, or 0.</param>
/// <param name="Steps">Steps that lie in the lanes of both operands, whose sum is one result, or 0.</param>
/// <param name="Ahead">Steps by which vectors that come from beyond the second-level cache are asked for before their use, or 0.</param>
/// <param name="NextRows">Whether a tile asks for the rows of the next one.</param>
/// <param name="Held">Whether a tile asks for the output that it will add to.</param>
/// <param name="Cycles">The cost model's estimate.</param>
internal sealed record Schedule(
    int VectorOperand,
    bool Packed,
    LoopDim Lanes,
    int Columns,
    bool Split,
    int Vectors,
    RowBlock[] Rows,
    bool RowsOutside,
    LoopDim[] Outer,
    LoopDim[] Inner,
    int Unroll,
    int Around,
    int Chains,
    ScalarKind Scalars,
    StoreKind Store,
    int Repeat = 1,
    bool Reduced = false,
    int Remainder = 0,
    int Steps = 0,
    int Ahead = 0,
    bool NextRows = false,
    bool Held = false,
    double Cycles = 0)
{
    public int BroadcastOperand => Contraction.Left + Contraction.Right - VectorOperand;

    public int VectorCount => (Lanes.Extent + Columns - 1) / Columns;

    /// <summary>Floats of an operand from vector to vector.</summary>
    public long VectorStride(int operand) => Split ? Lanes.Parts[0].Strides[operand] : Lanes.Strides[operand] * Columns;

    /// <summary>Whether the sums of two vectors, each over pairs of lanes, make one vector to store.</summary>
    public bool Folds => Reduced && !IsDot && Store != StoreKind.Sums;

    /// <summary>Whether both operands are loaded as vectors, and the lanes of a sum added up at the end.</summary>
    public bool IsDot => Steps > 0;

    public int TileRows => Rows.Aggregate(1, (product, row) => product * row.Block);

    /// <summary>
    /// For a tile of so many rows and vectors, no more steps in one body than its own multiply-adds ask for: the smallest tile needs the most.
    /// One whose vectors alone take the instructions that multiply-adds leave asks for half as many.
    /// </summary>
    public Schedule For(int rows, int vectors, TargetModel target)
    {
        (int around, int unroll) = (Around, Unroll);
        double spare = (target.IssuesPerCycle / target.MultiplyAddsPerCycle) - 1;
        double least = 0.5 * vectors < spare * rows * vectors ? target.BodyMultiplyAdds : 0.5 * target.BodyMultiplyAdds;
        while (target.BodyMultiplyAdds > 0 && (around > 1 ? Fits(around / 2, unroll, 2) : Fits(1, unroll / 2, 1)))
        {
            (around, unroll) = around > 1 ? (around / 2, unroll) : (1, unroll / 2);
        }

        return around == Around && unroll == Unroll ? this : this with { Around = around, Unroll = unroll };

        // Half of them, vectors of steps whole, at least twice.
        bool Fits(int halfAround, int halfUnroll, int level) =>
            2 * halfAround * halfUnroll == around * unroll && halfAround * halfUnroll * rows * vectors >= least && halfUnroll >= Chains
            && 2 * (level == 1 ? halfUnroll : halfAround) <= Inner[Inner.Length - level].Extent
            && (Scalars != ScalarKind.StepVectors || halfAround * halfUnroll % target.Lanes == 0);
    }

    /// <summary>The same tile with no more steps in its body than it has partial sums, or than are loaded at once.</summary>
    public Schedule Rolled(TargetModel target)
    {
        int together = !target.MultiplyAddByLane ? 1 : Scalars == ScalarKind.StepVectors ? target.Lanes : 2;
        return this with { Unroll = Math.Min(Unroll, Math.Max(Chains, together)), Around = Scalars == ScalarKind.StepVectors && Unroll < target.Lanes ? Around : 1 };
    }

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
        $"lanes {Lanes.Name}{(Split ? "/" + Invariant.Text(Columns) : "")} of {contraction.Operands[VectorOperand].Tensor.Name}{(Packed ? " (packed)" : "")},",
        Rows.Length == 0 ? "one row," : (RowsOutside ? "around them " : "") + $"rows {string.Join("·", Rows.Select(r => $"{r.Loop.Name}/{Invariant.Text(r.Block)}"))},",
        Inner.Length == 0 ? "no reduction," : $"over {string.Join("·", Inner.Select(l => $"{l.Name}={Invariant.Text(l.Extent)}"))}, unrolled by {(Around > 1 ? Invariant.Text(Around) + "·" : "")}{Invariant.Text(Unroll)},",
        Chains == 1 ? "one sum each," : $"{Invariant.Text(Chains)} partial sums each,",
        IsDot ? $"{Invariant.Text(Steps)} steps of both in the lanes," :
        Repeat > 1 ? $"{Invariant.Text(Repeat)} {(Reduced ? "steps" : "columns")} repeated,{(Folds ? " pairs of lanes added," : "")}" :
        Scalars switch { ScalarKind.RowVectors => "rows by lane,", ScalarKind.StepVectors => "steps by lane,", _ => "broadcasts," },
        Store switch { StoreKind.Vector => "vector stores", StoreKind.Transposed => "transposed stores", StoreKind.Sums => "stores of sums over lanes", _ => "strided stores" })
        + (Ahead > 0 ? $", vectors fetched {Invariant.Text(Ahead)} steps ahead" : "") + (NextRows ? ", next rows fetched ahead" : "") + (Held ? ", output fetched ahead" : "");
}

/// <summary>A loop tiled in equalised blocks of at most <paramref name="Block"/>.</summary>
internal sealed record RowBlock(LoopDim Loop, int Block);

internal enum ScalarKind
{
    /// <summary>Each is loaded by itself, for all lanes or, where multiply-adds name a lane, for that one.</summary>
    Broadcast,

    /// <summary>Neighbouring rows are contiguous: vectors of them are loaded, and multiply-adds name the lanes.</summary>
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

    /// <summary>Neighbouring lanes are added up first.</summary>
    Sums,

    /// <summary>Neither: lane by lane.</summary>
    Strided,
}
