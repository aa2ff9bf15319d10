using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// SᵀS + D: S is a Frequent Directions sketch of the samples, D the exact diagonal of what it leaves out, which is never
/// negative since SᵀS never exceeds the moments.
/// </summary>
/// <remarks>
/// S has 2ℓ rows. When they are full its right singular vectors take their place, squared lengths less the (ℓ + 1)-th
/// one: at most ℓ of them are left. Each time takes δ off ℓ + 1 directions, so that all δ sum to at most
/// ‖X‖²_F / (ℓ + 1). Ghashami, Liberty, Phillips and Woodruff, "Frequent Directions: Simple and deterministic matrix
/// sketching", 2016, section 2.3 (the fast variant).
/// </remarks>
internal sealed unsafe class SketchedMoments : MomentMatrix
{
    // Of blocks that stay in the caches.
    private const int Chunk = 256;
    private const int ProductRows = 128;
    private const int PanelRows = 512;
    private const int GramRows = 48;

    private readonly int _rank;
    private readonly int _stride;
    private readonly double[] _sketch;
    private readonly double[] _squares;
    private double[]? _rest;
    private int _rows;

    /// <summary>Makes a zero matrix.</summary>
    /// <param name="inputs">Rows and columns.</param>
    /// <param name="rank">ℓ.</param>
    public SketchedMoments(int inputs, int rank)
        : base(inputs)
    {
        _rank = rank;
        _stride = DenseMatrix.Padded(inputs);
        _sketch = GC.AllocateArray<double>(2 * rank * _stride, pinned: true);
        _squares = new double[inputs];
    }

    private double* Sketch => (double*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_sketch));

    private int Chunks => (Inputs + Chunk - 1) / Chunk;

    /// <summary>Whether a sketch can be held by an array.</summary>
    public static bool Fits(int inputs, int rank) => 2L * rank * (inputs + (long)DenseMatrix.Padded(1)) <= Array.MaxLength;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<float> sample)
    {
        if (_rows == 2 * _rank)
        {
            Compress();
        }

        Span<double> row = _sketch.AsSpan(_rows * _stride, Inputs);
        for (int i = 0; i < sample.Length; i++)
        {
            row[i] = sample[i];
            _squares[i] += row[i] * row[i];
        }

        _rows++;
        _rest = null;
    }

    /// <inheritdoc/>
    public override void Multiply(DenseMatrix left, DenseMatrix product, CancellationToken cancellation = default)
    {
        using DenseMatrix coordinates = Project(left, cancellation);
        double[] rest = Rest();
        double* sketch = Sketch;
        DenseMatrix thin = coordinates;
        ForEachRows(left.Rows, (row, rows) =>
        {
            for (long i = row; i < row + rows; i++)
            {
                double* target = product.Row(i), source = left.Row(i);
                for (int j = 0; j < rest.Length; j++)
                {
                    target[j] = source[j] * rest[j];
                }
            }

            MatrixKernels.MultiplyAdd(rows, _stride, _rows, thin.Row(row), thin.Stride, 1, sketch, _stride, product.Row(row), product.Stride);
        }, cancellation);
    }

    /// <inheritdoc/>
    public override double Energy(DenseMatrix left)
    {
        using DenseMatrix coordinates = Project(left);
        double[] rest = Rest();
        double energy = 0;
        for (long i = 0; i < left.Rows; i++)
        {
            double* row = left.Row(i);
            energy += MatrixKernels.Dot(coordinates.Row(i), coordinates.Row(i), _rows);
            for (int j = 0; j < rest.Length; j++)
            {
                energy += rest[j] * row[j] * row[j];
            }
        }

        return energy;
    }

    /// <inheritdoc/>
    public override double SquaredNorm()
    {
        // ‖SᵀS + D‖² = ‖S·Sᵀ‖² + 2⟨diag(SᵀS), D⟩ + ‖D‖².
        using DenseMatrix gram = RowGram();
        double sum = DenseMatrices.Dot(gram, gram);
        double[] rest = Rest();
        for (int i = 0; i < rest.Length; i++)
        {
            sum += ((2 * (_squares[i] - rest[i])) + rest[i]) * rest[i];
        }

        return sum;
    }

    /// <inheritdoc/>
    protected override void AddNormal(in FactorSide side, TermFactors fixedFactors, DenseMatrix gram, DenseMatrix normal)
    {
        // A row of S, read as [f × s], times each fixed factor: N is the Gram matrix of these.
        FactorSide view = side;
        int factorRows = fixedFactors.Rows, terms = fixedFactors.Terms, solved = side.Solved, other = side.Fixed;
        int perPanel = Math.Max(1, PanelRows / factorRows);

        // A product is written in whole vectors, of which the last may reach beyond the last column.
        using var products = new DenseMatrix((long)perPanel * factorRows, normal.Rows + DenseMatrix.Padded(1));
        for (int first = 0; first < _rows; first += perPanel)
        {
            int count = Math.Min(perPanel, _rows - first);
            DenseMatrix panel = products;
            panel.Clear();
            int start = first;
            PartRunner.Run(count, part =>
            {
                using var sample = new DenseMatrix(other, solved);
                Span<double> values = _sketch.AsSpan((start + part) * _stride, Inputs);
                for (int f = 0; f < other; f++)
                {
                    for (int s = 0; s < solved; s++)
                    {
                        int stored = view.Stored(s, f);
                        sample.Row(f)[s] = stored < 0 ? 0 : values[stored];
                    }
                }

                for (int t = 0; t < terms; t++)
                {
                    MatrixKernels.MultiplyAdd(
                        factorRows, DenseMatrix.Padded(solved), other, fixedFactors.Values.Row((long)t * other), 1, fixedFactors.Values.Stride,
                        sample.Pointer, sample.Stride, panel.Row((long)part * factorRows) + ((long)t * solved), panel.Stride);
                }
            });
            SymmetricProducts.AddGram((long)count * factorRows, products.Pointer, products.Stride, products.Pointer, products.Stride, normal, 0);
        }

        SymmetricProducts.Mirror(normal);
    }

    /// <inheritdoc/>
    protected override double Diagonal(int input) => input < 0 ? 0 : Rest()[input];

    /// <summary>The diagonal of the moments less that of SᵀS.</summary>
    private double[] Rest()
    {
        if (_rest != null)
        {
            return _rest;
        }

        var rest = (double[])_squares.Clone();
        for (int row = 0; row < _rows; row++)
        {
            ReadOnlySpan<double> values = _sketch.AsSpan(row * _stride, Inputs);
            for (int i = 0; i < values.Length; i++)
            {
                rest[i] -= values[i] * values[i];
            }
        }

        for (int i = 0; i < rest.Length; i++)
        {
            rest[i] = Math.Max(0, rest[i]);
        }

        return _rest = rest;
    }

    /// <summary>L·Sᵀ.</summary>
    private DenseMatrix Project(DenseMatrix left, CancellationToken cancellation = default)
    {
        var coordinates = new DenseMatrix(left.Rows, _rows);
        double* sketch = Sketch;
        ForEachRows(left.Rows, (row, rows) =>
            MatrixKernels.MultiplyRowsAdd(rows, _rows, _stride, left.Row(row), left.Stride, sketch, _stride, coordinates.Row(row), coordinates.Stride), cancellation);
        return coordinates;
    }

    /// <summary>Makes room for ℓ further rows.</summary>
    private void Compress()
    {
        using DenseMatrix gram = RowGram();
        int kept = _rank;
        var values = new double[kept + 1];
        using var vectors = new DenseMatrix(_rows, kept + 1);
        SymmetricEigensolver.LeadingEigenpairs(gram, values, vectors);

        double shrinkage = Math.Max(0, values[kept]);
        for (int t = 0; t < kept; t++)
        {
            double scale = values[t] > shrinkage ? Math.Sqrt((values[t] - shrinkage) / values[t]) : 0;
            for (int i = 0; i < _rows; i++)
            {
                vectors.Row(i)[t] *= scale;
            }
        }

        double* sketch = Sketch;
        DenseMatrix rotation = vectors;
        PartRunner.Run(Chunks, chunk =>
        {
            int column = chunk * Chunk, columns = Math.Min(Chunk, _stride - column);
            using var rows = new DenseMatrix(kept, Chunk);
            MatrixKernels.MultiplyAdd(kept, columns, _rows, rotation.Pointer, 1, rotation.Stride, sketch + column, _stride, rows.Pointer, rows.Stride);
            for (int i = 0; i < kept; i++)
            {
                new ReadOnlySpan<double>(rows.Row(i), columns).CopyTo(_sketch.AsSpan((i * _stride) + column, columns));
            }
        });
        _rows = kept;
    }

    /// <summary>S·Sᵀ, both triangles.</summary>
    private DenseMatrix RowGram()
    {
        var gram = new DenseMatrix(_rows, _rows);
        double* sketch = Sketch;
        PartRunner.Run((_rows + GramRows - 1) / GramRows, part =>
        {
            long first = (long)part * GramRows;
            double* rows = sketch + (first * _stride);
            MatrixKernels.MultiplyRowsAdd(
                long.Min(GramRows, _rows - first), _rows - first, _stride, rows, _stride, rows, _stride, gram.Row(first) + first, gram.Stride);
        });
        SymmetricProducts.Mirror(gram);
        return gram;
    }

    private static void ForEachRows(long length, Action<long, long> body, CancellationToken cancellation) =>
        PartRunner.Run((int)((length + ProductRows - 1) / ProductRows), part =>
        {
            cancellation.ThrowIfCancellationRequested();
            body((long)part * ProductRows, long.Min(ProductRows, length - ((long)part * ProductRows)));
        }, cancellation);
}
