using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// Van Loan and Pitsianis's rearrangement of a weight W [m1·m2 × n1·n2]: the matrix R [m1·n1 × m2·n2] whose row (i1, j1)
/// is block (i1, j1) of W flattened, so that ‖W − Σ A_i ⊗ B_i‖_F = ‖R − Σ vec(A_i) vec(B_i)ᵀ‖_F.
/// R is never stored: panels of it are copied out, always as vectors of its shorter side.
/// </summary>
/// <remarks>
/// The kernels of a convolution are the same matrix with n1 = c1·h1·w1 and n2 = c2·h2·w2, once the weight's columns are read in the
/// order (c1, h1, w1, c2, h2, w2): the column map of <see cref="InputOrder"/>.
/// </remarks>
internal readonly unsafe struct RearrangedMatrix
{
    /// <summary>Few enough that each part may keep an accumulator of its own, and fixed, so that sums do not depend on the number of cores.</summary>
    public const int MaxParts = 8;

    // A panel of this size stays in the second-level cache; with fewer rows, the sums of a product would be moved too often.
    private const int PanelBytes = 768 * 1024;
    private const int MinPanelRows = 24;
    private const int MaxPanelRows = 384;

    // Of which panel rows are a multiple: whole register tiles.
    private const int PanelStep = 12;

    private const long WorthSplitting = 1 << 18;

    private readonly WeightSource _source;
    private readonly int _m1;
    private readonly int _m2;
    private readonly int _n1;
    private readonly int _n2;

    /// <summary>Views a weight through a shape.</summary>
    public RearrangedMatrix(WeightSource source, ShapeGroup shape)
    {
        _source = source;
        (_m1, _m2) = (shape.M1, shape.M2);
        (_n1, _n2) = checked((shape.N1 * shape.H1 * shape.W1, shape.N2 * shape.H2 * shape.W2));
        RightIsShort = shape.LengthB <= shape.LengthA;
        Short = checked((int)long.Min(shape.LengthA, shape.LengthB));
        Long = long.Max(shape.LengthA, shape.LengthB);
    }

    /// <summary>Processes one panel.</summary>
    /// <param name="part">The part it belongs to.</param>
    /// <param name="first">Its first long-side index.</param>
    /// <param name="count">Its long-side vectors.</param>
    /// <param name="panel">Memory for one panel, one vector per row.</param>
    internal delegate void PanelAction<T>(int part, long first, int count, DenseMatrix<T> panel)
        where T : unmanaged;

    /// <summary>Length of R's shorter side, min(m1·n1, m2·n2).</summary>
    public int Short { get; }

    /// <summary>Length of R's longer side.</summary>
    public long Long { get; }

    /// <summary>Whether the shorter side is that of B (the columns of R).</summary>
    public bool RightIsShort { get; }

    /// <summary>Whether the weight is in single precision.</summary>
    public bool IsSingle => _source.IsSingle;

    /// <summary>Whether every entry is the weight's, none padding.</summary>
    public bool IsWhole => (long)_m1 * _m2 <= _source.Rows && (long)_n1 * _n2 <= _source.Columns;

    /// <summary>The number of independent parts that <see cref="ForEachPanel{T}"/> splits the long side into.</summary>
    public int Parts => Long * Short < WorthSplitting ? 1 : MaxParts;

    /// <summary>Long-side vectors per panel.</summary>
    public int PanelRows<T>()
        where T : unmanaged =>
        (int)long.Clamp(PanelBytes / ((long)DenseMatrix.Padded(Short) * sizeof(T)) / PanelStep * PanelStep, MinPanelRows, MaxPanelRows);

    /// <summary>Runs over all panels: parts in parallel, the panels of a part in order.</summary>
    public void ForEachPanel<T>(PanelAction<T> body, CancellationToken cancellation = default)
        where T : unmanaged
    {
        int panelRows = PanelRows<T>(), columns = Short, parts = Parts;
        long length = Long;
        long panels = ((length - 1) / panelRows) + 1;
        PartRunner.Run(
            parts,
            () => new DenseMatrix<T>(long.Min(panelRows, length), columns),
            (part, panel) =>
            {
                for (long p = panels * part / parts; p < panels * (part + 1) / parts; p++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    long first = p * panelRows;
                    body(part, first, (int)long.Min(panelRows, length - first), panel);
                }
            },
            cancellation);
    }

    /// <summary>Copies long-side vectors out, one per row of the panel.</summary>
    public void Read<T>(long first, int count, DenseMatrix<T> panel)
        where T : unmanaged
    {
        for (int k = 0; k < count;)
        {
            Slab slab = At(first + k, count - k);
            for (int s = 0; s < slab.Segments; s++)
            {
                _source.Read(slab.Segment(s), panel.Row(k) + slab.Offset(s), panel.Stride, slab.RowStep);
            }

            k += slab.First.Vectors;
        }
    }

    /// <summary>Copies long-side vectors back into the weight.</summary>
    public void Write(long first, int count, DenseMatrix<double> panel)
    {
        for (int k = 0; k < count;)
        {
            Slab slab = At(first + k, count - k);
            for (int s = 0; s < slab.Segments; s++)
            {
                _source.Write(slab.Segment(s), panel.Row(k) + slab.Offset(s), panel.Stride);
            }

            k += slab.First.Vectors;
        }
    }

    /// <summary>The sum of squares of a panel, padding left out.</summary>
    public double SumOfSquares(long first, int count, DenseMatrix<double> panel)
    {
        double sum = 0;
        for (int k = 0; k < count;)
        {
            Slab slab = At(first + k, count - k);
            for (int s = 0; s < slab.Segments; s++)
            {
                sum += _source.SumOfSquares(slab.Segment(s), panel.Row(k) + slab.Offset(s), panel.Stride);
            }

            k += slab.First.Vectors;
        }

        return sum;
    }

    /// <summary>Where in the weight the long-side vectors from an index on lie, as far as they share their rows.</summary>
    private Slab At(long index, int count)
    {
        if (RightIsShort)
        {
            // Rows (i1, j1) of R: the block's rows follow each other, each contiguous.
            (long i1, long j1) = long.DivRem(index, _n1);
            int vectors = (int)long.Min(count, _n1 - j1);
            var first = new WeightSource.Run(i1 * _m2, j1 * _n2, vectors, _n2, _n2, 1);
            return new Slab(first, _m2, 1);
        }
        else
        {
            // Columns (i2, j2) of R: one entry of every block.
            (long i2, long j2) = long.DivRem(index, _n2);
            int vectors = (int)long.Min(count, _n2 - j2);
            var first = new WeightSource.Run(i2, j2, vectors, 1, _n1, _n2);
            return new Slab(first, _m1, _m2);
        }
    }

    /// <summary>Vectors made of segments that lie in equally spaced weight rows.</summary>
    private readonly record struct Slab(WeightSource.Run First, int Segments, long RowStep)
    {
        public WeightSource.Run Segment(int s) => First with { Row = First.Row + (s * RowStep) };

        public long Offset(int s) => (long)s * First.Entries;
    }
}
