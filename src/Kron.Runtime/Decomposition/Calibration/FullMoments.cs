using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>The whole matrix, both triangles, in single precision. Blocks of samples are summed in double precision first.</summary>
internal sealed unsafe class FullMoments : MomentMatrix
{
    // Whole register tiles at every vector width; a tile of sums and two panels of samples stay in the second-level cache.
    private const int Panel = 96;
    private const int MaxBlockSamples = 1024;
    private const int MaxBlockDoubles = 1 << 23;

    // Rows of a product at a time.
    private const int ProductRows = 512;

    private readonly float[] _matrix;
    private readonly int _panels;
    private readonly int _blockSamples;

    // [panel, sample, input within the panel]
    private readonly double[] _block;
    private int _samples;

    /// <summary>Makes a zero matrix.</summary>
    public FullMoments(int inputs)
        : base(inputs)
    {
        _panels = (inputs + Panel - 1) / Panel;
        _blockSamples = Math.Min(MaxBlockSamples, MaxBlockDoubles / (_panels * Panel));
        _matrix = GC.AllocateArray<float>(checked(inputs * inputs), pinned: true);
        _block = GC.AllocateArray<double>(_panels * Panel * _blockSamples, pinned: true);
    }

    private float* Matrix => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_matrix));

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<float> sample)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            ReadOnlySpan<float> values = sample[(panel * Panel)..Math.Min(sample.Length, (panel + 1) * Panel)];
            Span<double> target = _block.AsSpan(((panel * _blockSamples) + _samples) * Panel, values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                target[i] = values[i];
            }
        }

        _samples++;
        if (_samples == _blockSamples)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    public override void Multiply(DenseMatrix left, DenseMatrix product, CancellationToken cancellation = default) =>
        ForEachProduct(left, (_, row, rows, column, columns, block) =>
        {
            for (int i = 0; i < rows; i++)
            {
                new ReadOnlySpan<double>(block.Row(i), columns).CopyTo(new Span<double>(product.Row(row + i) + column, columns));
            }
        }, cancellation);

    /// <inheritdoc/>
    public override void Multiply(ShapeGroup shape, int[]? columns, TermFactors left, TermFactors right, DenseMatrix product, CancellationToken cancellation)
    {
        if (!KroneckerProduct.IsShorter(shape, out bool leftLast))
        {
            base.Multiply(shape, columns, left, right, product, cancellation);
            return;
        }

        Flush();
        KroneckerProduct.Run(
            new FactorSide(shape, columns, Inputs, leftLast),
            leftLast ? left : right,
            leftLast ? right : left,
            (input, column, count, target) => MatrixKernels.Widen(Matrix + ((long)input * Inputs) + column, target, count),
            product,
            cancellation);
        GC.KeepAlive(_matrix);
    }

    /// <inheritdoc/>
    public override double Energy(DenseMatrix left)
    {
        var sums = new double[_panels];
        ForEachProduct(left, (panel, row, rows, column, columns, block) =>
        {
            for (int i = 0; i < rows; i++)
            {
                sums[panel] += MatrixKernels.Dot(left.Row(row + i) + column, block.Row(i), columns);
            }
        }, cancellation: default);

        double energy = 0;
        foreach (double sum in sums)
        {
            energy += sum;
        }

        return energy;
    }

    /// <inheritdoc/>
    public override double SquaredNorm()
    {
        Flush();
        double sum = 0;
        for (int row = 0; row < Inputs; row++)
        {
            double part = 0;
            foreach (float value in _matrix.AsSpan(row * Inputs, Inputs))
            {
                part += (double)value * value;
            }

            sum += part;
        }

        return sum;
    }

    /// <inheritdoc/>
    protected override void AddNormal(in FactorSide side, TermFactors fixedFactors, DenseMatrix gram, DenseMatrix normal)
    {
        Flush();

        // N is the product of C, rearranged as a weight of n1·n2 × n1·n2, with the pairs of fixed factors.
        var shape = new ShapeGroup(side.Shape.N1, side.Shape.N2, side.Shape.N1, side.Shape.N2, 1);
        var matrix = new RearrangedMatrix(new WeightSource(Matrix, Inputs, Inputs, side.Columns, side.Columns), shape);
        int terms = fixedFactors.Terms, solved = side.Solved, other = side.Fixed;
        RearrangedProduct.Run(
            matrix,
            side.SolvesLeft,
            terms * (terms + 1) / 2,
            (index, pairs) =>
            {
                (long f, long g) = long.DivRem(index, other);
                for (int t = 0; t < terms; t++)
                {
                    double* row = gram.Row((t * (long)other) + f) + g;
                    for (int u = t; u < terms; u++)
                    {
                        *pairs++ = row[(long)u * other];
                    }
                }
            },
            (index, pairs) =>
            {
                // Blocks (t, u) and (u, t) are each other's transposes.
                (long s, long v) = long.DivRem(index, solved);
                for (int t = 0; t < terms; t++)
                {
                    for (int u = t; u < terms; u++)
                    {
                        double value = *pairs++;
                        long row = (t * (long)solved) + s, column = (u * (long)solved) + v;
                        normal.Row(row)[column] = value;
                        if (t != u)
                        {
                            normal.Row(column)[row] = value;
                        }
                    }
                }
            });
        GC.KeepAlive(_matrix);
    }

    /// <inheritdoc/>
    protected override double Diagonal(int input) => 0;

    private void Flush()
    {
        if (_samples == 0)
        {
            return;
        }

        double* block = (double*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_block));
        long panelLength = (long)_blockSamples * Panel;
        PartRunner.Run(_panels, i =>
        {
            using var sums = new DenseMatrix(Panel, Panel);
            for (int j = i; j < _panels; j++)
            {
                sums.Clear();
                MatrixKernels.MultiplyAdd(
                    Panel, Panel, _samples, block + (i * panelLength), 1, Panel, block + (j * panelLength), Panel, sums.Pointer, sums.Stride);
                AddTile(i * Panel, j * Panel, sums);
            }
        });
        _samples = 0;
    }

    private void AddTile(int row, int column, DenseMatrix sums)
    {
        int rows = Math.Min(Panel, Inputs - row), columns = Math.Min(Panel, Inputs - column);
        for (int i = 0; i < rows; i++)
        {
            for (int j = row == column ? i : 0; j < columns; j++)
            {
                int upper = ((row + i) * Inputs) + column + j;
                float value = (float)(_matrix[upper] + sums.Row(i)[j]);
                _matrix[upper] = value;
                _matrix[((column + j) * Inputs) + row + i] = value;
            }
        }
    }

    /// <summary>Runs over L·C in blocks of at most ProductRows × Panel: panels of columns in parallel.</summary>
    private void ForEachProduct(DenseMatrix left, ProductAction body, CancellationToken cancellation)
    {
        Flush();
        PartRunner.Run(_panels, panel =>
        {
            cancellation.ThrowIfCancellationRequested();
            int column = panel * Panel, columns = Math.Min(Panel, Inputs - column);
            using var values = new DenseMatrix(Inputs, Panel);
            using var block = new DenseMatrix(Math.Min(ProductRows, left.Rows), Panel);
            for (int k = 0; k < Inputs; k++)
            {
                ReadOnlySpan<float> source = _matrix.AsSpan((k * Inputs) + column, columns);
                double* target = values.Row(k);
                for (int j = 0; j < source.Length; j++)
                {
                    target[j] = source[j];
                }
            }

            for (long row = 0; row < left.Rows; row += ProductRows)
            {
                int rows = (int)long.Min(ProductRows, left.Rows - row);
                block.Clear();
                MatrixKernels.MultiplyAdd(
                    rows, Panel, Inputs, left.Row(row), left.Stride, 1, values.Pointer, values.Stride, block.Pointer, block.Stride);
                body(panel, row, rows, column, columns, block);
            }
        }, cancellation);
    }

    /// <summary>Takes a block of a product.</summary>
    private delegate void ProductAction(int panel, long row, int rows, int column, int columns, DenseMatrix block);
}
