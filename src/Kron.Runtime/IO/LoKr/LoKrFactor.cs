using System;
using System.Collections.Generic;

namespace Kron.IO;

/// <summary>One factor of a LoKr adapter as a matrix, in the form in which its file has it.</summary>
/// <remarks>
/// A factor with a kernel [rows, channels, kernel…] is the matrix of rows × (channels · kernel) that has the same row-major values.
/// Rows are computed one at a time, so that nothing larger than the file or the caller's memory is ever needed.
/// </remarks>
/// <param name="rows">Rows.</param>
/// <param name="channels">Columns, for each position of the kernel.</param>
/// <param name="kernel">The kernel's extents; none for a matrix.</param>
/// <param name="rank">The rank of a product, 0 for a factor that is none.</param>
internal abstract class LoKrFactor(int rows, int channels, IReadOnlyList<int> kernel, int rank)
{
    public int Rows { get; } = rows;

    public int Channels { get; } = channels;

    public IReadOnlyList<int> Kernel { get; } = kernel;

    public int Rank { get; } = rank;

    /// <summary>Channels times the kernel's positions.</summary>
    public int Columns { get; } = Product(channels, kernel);

    /// <summary>The length of the scratch memory that a row needs.</summary>
    public virtual int Scratch => 0;

    /// <summary>Computes one row.</summary>
    /// <param name="row">Its index.</param>
    /// <param name="values">Receives its values.</param>
    /// <param name="scratch">Memory of <see cref="Scratch"/> values.</param>
    public abstract void ReadRow(int row, Span<double> values, Span<double> scratch);

    /// <summary>Computes all rows times a factor.</summary>
    /// <param name="scale">The factor.</param>
    /// <param name="values">Receives rows × columns values.</param>
    public void Read(double scale, Span<float> values)
    {
        double[] row = new double[Columns];
        double[] scratch = new double[Scratch];
        for (int i = 0; i < Rows; i++)
        {
            ReadRow(i, row, scratch);
            Span<float> target = values.Slice(i * Columns, Columns);
            for (int j = 0; j < row.Length; j++)
            {
                target[j] = (float)(scale * row[j]);
            }
        }
    }

    protected static void AddScaled(double scale, ReadOnlySpan<float> values, Span<double> sum)
    {
        for (int i = 0; i < values.Length; i++)
        {
            sum[i] += scale * values[i];
        }
    }

    // The extents are known to fit.
    private static int Product(int channels, IReadOnlyList<int> kernel)
    {
        foreach (int extent in kernel)
        {
            channels *= extent;
        }

        return channels;
    }
}

/// <summary>A factor that lies in the file as it is, [rows, channels, kernel…].</summary>
internal sealed class FullFactor(int rows, int channels, IReadOnlyList<int> kernel, float[] data) : LoKrFactor(rows, channels, kernel, rank: 0)
{
    public override void ReadRow(int row, Span<double> values, Span<double> scratch)
    {
        values.Clear();
        AddScaled(1, data.AsSpan(row * Columns, Columns), values);
    }
}

/// <summary>A factor left · right, left [rows, rank] and right [rank, channels, kernel…].</summary>
internal sealed class ProductFactor(int rows, int channels, IReadOnlyList<int> kernel, int rank, float[] left, float[] right)
    : LoKrFactor(rows, channels, kernel, rank)
{
    public override void ReadRow(int row, Span<double> values, Span<double> scratch)
    {
        values.Clear();
        for (int i = 0; i < Rank; i++)
        {
            AddScaled(left[(row * Rank) + i], right.AsSpan(i * Columns, Columns), values);
        }
    }
}

/// <summary>
/// A factor in Tucker form, Σ_ij core[i, j, k] · left[i, row] · right[j, channel], core [rank, rank, kernel…], left [rank, rows] and
/// right [rank, channels].
/// </summary>
internal sealed class TuckerFactor(int rows, int channels, IReadOnlyList<int> kernel, int rank, float[] core, float[] left, float[] right)
    : LoKrFactor(rows, channels, kernel, rank)
{
    private int Positions => Columns / Channels;

    // The core without its first index, [rank, kernel…].
    public override int Scratch => Rank * Positions;

    public override void ReadRow(int row, Span<double> values, Span<double> scratch)
    {
        scratch.Clear();
        for (int i = 0; i < Rank; i++)
        {
            AddScaled(left[(i * Rows) + row], core.AsSpan(i * scratch.Length, scratch.Length), scratch);
        }

        int positions = Positions;
        values.Clear();
        for (int j = 0; j < Rank; j++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                double factor = right[(j * Channels) + channel];
                for (int k = 0; k < positions; k++)
                {
                    values[(channel * positions) + k] += factor * scratch[(j * positions) + k];
                }
            }
        }
    }
}
