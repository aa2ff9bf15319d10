using System.Collections.Generic;
using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>One call of a plan.</summary>
/// <param name="name">What the compiler's dataflow calls it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CudaCall(string name)
{
    /// <summary>What the compiler's dataflow calls it.</summary>
    public string Name { get; } = name;
}

/// <summary>A product C [M × N] ← A·B + β·C of matrices in single precision, column-major as cuBLAS takes them.</summary>
/// <param name="name">Its name.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CudaGemm(string name) : CudaCall(name)
{
    /// <summary>Rows of C.</summary>
    public required BatchExtent M { get; init; }

    /// <summary>Columns of C.</summary>
    public required BatchExtent N { get; init; }

    /// <summary>Products of each sum.</summary>
    public required BatchExtent K { get; init; }

    /// <summary>M × K, or transposed.</summary>
    public required CudaMatrix A { get; init; }

    /// <summary>K × N, or transposed.</summary>
    public required CudaMatrix B { get; init; }

    /// <summary>M × N.</summary>
    public required CudaMatrix C { get; init; }

    /// <summary>Whether β is 1 rather than 0.</summary>
    public bool Accumulate { get; init; }

    /// <summary>How the product is repeated: the first repetition is the batch of one call, each further one makes calls of its own.</summary>
    public IReadOnlyList<CudaRepetition> Repetitions { get; init; } = [];
}

/// <summary>A matrix of a product.</summary>
/// <param name="region">Where it lies.</param>
/// <param name="offset">Its first float there.</param>
/// <param name="leading">Floats from one column to the next.</param>
/// <param name="transposed">Whether rows and columns are exchanged.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CudaMatrix(CudaRegion region, BatchExtent offset, BatchExtent leading, bool transposed = false)
{
    internal CudaRegion Region => region;

    internal BatchExtent Offset => offset;

    internal BatchExtent Leading => leading;

    internal bool IsTransposed => transposed;
}

/// <summary>A repetition of a product and the floats by which its matrices move.</summary>
/// <param name="Count">How often.</param>
/// <param name="A">A's step.</param>
/// <param name="B">B's step.</param>
/// <param name="C">C's step; 0 where the products are added up, which no batch does.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct CudaRepetition(int Count, BatchExtent A, BatchExtent B, BatchExtent C);

/// <summary>A launch of an elementwise kernel.</summary>
/// <param name="name">The kernel's name.</param>
/// <param name="items">Threads.</param>
/// <param name="operands">The tensor that is written, then those that are read.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CudaLaunch(string name, BatchExtent items, params CudaOperand[] operands) : CudaCall(name)
{
    internal BatchExtent Items => items;

    internal CudaOperand[] Operands => operands;
}

/// <summary>A whole tensor that a kernel reads or writes.</summary>
/// <param name="region">Where it lies.</param>
/// <param name="offset">Its first float there.</param>
/// <param name="length">Its floats.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CudaOperand(CudaRegion region, BatchExtent offset, BatchExtent length)
{
    internal CudaRegion Region => region;

    internal BatchExtent Offset => offset;

    internal BatchExtent Length => length;
}
