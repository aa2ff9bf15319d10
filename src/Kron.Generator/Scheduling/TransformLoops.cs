using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>How a contraction with a small matrix of literals is walked: its rows and columns in one straight line, one loop in the lanes.</summary>
internal sealed class TransformLoops
{
    /// <summary>The operand that is read; 0 is the output, and what the epilogue reads comes after.</summary>
    public const int Source = 1;

    // Operations by which a row's share of a transposed store takes longer.
    private const double Transposition = 3;

    private readonly TargetModel _target;
    private readonly int _rows;

    /// <param name="contract">The contraction; its right operand is the matrix.</param>
    /// <param name="map">The elementwise map that is applied to its sums, or null.</param>
    /// <param name="samples">The sample block.</param>
    /// <param name="target">The target.</param>
    public TransformLoops(Contract contract, Map? map, int samples, TargetModel target)
    {
        _target = target;
        Contraction contraction = Contraction.Of(contract, map, samples);
        Epilogue = contraction.Epilogue;

        // The matrix is no operand in memory.
        int[] kept = [.. Enumerable.Range(0, contraction.Operands.Count).Where(operand => operand != Contraction.Right)];
        Operands = [.. kept.Select(operand => contraction.Operands[operand])];
        _rows = contract.Right.Tensor.Extents[0];
        string row = contract.Right.Axes[0].Terms[0].Dim, column = contract.Right.Axes[1].Terms[0].Dim;
        RowStrides = [.. kept.Select(operand => StrideOf(row, operand))];
        ColumnStride = StrideOf(column, kept[Source]);
        IEnumerable<LoopDim> loops = contraction.Loops
            .Where(l => l.Name != row && l.Name != column)
            .Select(l => l with { Strides = kept.Select(o => l.Strides[o]).ToEquatableArray(), Parts = [] });
        IReadOnlyList<LoopDim> merged = Coalescing.Apply([.. loops], rearranged: -1);
        Lanes = merged.OrderBy(VectorCost).FirstOrDefault();
        Around = [.. merged.Where(l => l != Lanes).OrderByDescending(l => l.Strides[0])];

        long StrideOf(string dim, int operand) => contraction.Loops.FirstOrDefault(l => l.Name == dim) is { } loop ? loop.Strides[operand] : 0;
    }

    public Epilogue? Epilogue { get; }

    public IReadOnlyList<Operand> Operands { get; }

    /// <summary>Floats from one row of the matrix to the next, by operand.</summary>
    public IReadOnlyList<long> RowStrides { get; }

    /// <summary>Floats of what is read from one column of the matrix to the next.</summary>
    public long ColumnStride { get; }

    public LoopDim? Lanes { get; }

    /// <summary>The other loops, outermost first.</summary>
    public IReadOnlyList<LoopDim> Around { get; }

    /// <summary>Whether the rows lie beside each other and fill what is between the lanes, so that they are stored as whole vectors.</summary>
    public bool StoresTogether => Lanes is not null && FillsStride(Lanes);

    /// <summary>Vectors of lanes in all.</summary>
    public double Vectors => Around.Aggregate(Lanes is null ? 1.0 : VectorsOf(Lanes), (product, loop) => product * loop.Extent);

    /// <summary>Operations that load or store one vector: as many as it has lanes where they do not lie together.</summary>
    public double OperationsPerVector => Lanes is null ? 1 : Operations(Lanes) / Operands.Count;

    /// <summary>Vector operations for each element along a loop.</summary>
    private double VectorCost(LoopDim loop) => VectorsOf(loop) * Operations(loop) / loop.Extent;

    private double Operations(LoopDim loop) => loop.Strides.Select((stride, operand) =>
        stride is 0 or 1 ? 1
        : operand == 0 && FillsStride(loop) ? 1 + Transposition
        : operand > 0 && stride <= _target.MaxLaneStride ? stride
        : 1.0 + _target.Lanes).Sum();

    private bool FillsStride(LoopDim loop) => loop.Strides[0] == _rows && RowStrides[0] == 1 && _rows is > 1 and <= StoreTransposed.MaxRows;

    private double VectorsOf(LoopDim loop) => (loop.Extent + _target.Lanes - 1) / _target.Lanes;
}
