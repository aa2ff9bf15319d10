using System;
using System.Collections.Generic;
using System.Globalization;
using Kron.Benchmarks.Layers;

namespace Kron.Benchmarks.Peers;

/// <summary>How two stages of matrix products are laid out.</summary>
internal enum StageLayout
{
    /// <summary>Samples outermost, each n1 × n2 and m1 × m2: one product Z = X·Bᵀ for all samples, then A·Z for each.</summary>
    OneThenEach,

    /// <summary>Samples outermost, each n2 × n1 and m2 × m1: B·Xᵀ for each sample, then one product Z·Aᵀ for all.</summary>
    EachThenOne,

    /// <summary>Samples innermost: B·X for each of the n1 rows of X, then one product A·Z for all samples.</summary>
    BatchLast,
}

/// <summary>
/// Y = Σ A_i · X · B_iᵀ by two stages of matrix products, B first. A first is the same with the shape exchanged: Yᵀ = Σ B_i · Xᵀ · A_iᵀ.
/// Inputs and outputs lie as suits the library; what a user would pay to rearrange them is not counted.
/// </summary>
/// <param name="Original">The shape.</param>
/// <param name="IsExchanged">Whether A and B change places.</param>
/// <param name="Layout">The layout of samples.</param>
/// <param name="Block">Samples that go through both stages together.</param>
internal sealed record TwoStage(ShapeGroup Original, bool IsExchanged, StageLayout Layout, int Block)
{
    // An order that needs this many times the multiply-adds of the other is not tried.
    private const double TooMuchWork = 1.3;

    /// <summary>The shape in the order that is computed.</summary>
    public ShapeGroup Shape { get; } = IsExchanged
        ? new(Original.M2, Original.M1, Original.N2, Original.N1, Original.R)
        : Original;

    public int Inputs => Shape.N1 * Shape.N2;

    public int Outputs => Shape.M1 * Shape.M2;

    /// <summary>Floats between the stages.</summary>
    public long Intermediate => (long)Block * Shape.R * Shape.N1 * Shape.M2;

    /// <summary>Every layout worth trying for a batch.</summary>
    public static IEnumerable<TwoStage> All(ShapeGroup group, int batch)
    {
        foreach (bool exchanged in new[] { false, true })
        {
            double work = exchanged ? Subject.WithAFirst(group) : Subject.WithBFirst(group);
            if (work > TooMuchWork * Math.Min(Subject.WithAFirst(group), Subject.WithBFirst(group)))
            {
                continue;
            }

            foreach (StageLayout layout in Enum.GetValues<StageLayout>())
            {
                foreach (int block in new SortedSet<int> { 1, Math.Min(16, batch), Math.Min(64, batch), batch })
                {
                    // One sample that lies innermost is a product of a matrix and a vector for each row.
                    if (batch % block == 0 && (layout != StageLayout.BatchLast || block > 1))
                    {
                        yield return new TwoStage(group, exchanged, layout, block);
                    }
                }
            }
        }
    }

    /// <summary>The first stage's products; the weight is <see cref="WeightB"/>.</summary>
    public GemmShape First
    {
        get
        {
            var (_, m2, n1, n2, r, _) = Shape;
            return Layout switch
            {
                StageLayout.OneThenEach => new(1, Block * n1, r * m2, n2, new(n2, 0), new(r * m2, 0, IsWeight: true), r * m2, 0),
                StageLayout.EachThenOne => new(Block, m2 * r, n1, n2, new(n2, 0, IsWeight: true), new(n1, Inputs), n1, m2 * r * n1),
                _ => new(n1, r * m2, Block, n2, new(n2, 0, IsWeight: true), new(Block, n2 * Block), Block, r * m2 * Block),
            };
        }
    }

    /// <summary>The second stage's products; the weight is <see cref="WeightA"/>.</summary>
    public GemmShape Second
    {
        get
        {
            var (m1, m2, n1, _, r, _) = Shape;
            return Layout switch
            {
                StageLayout.OneThenEach => new(Block, m1, m2, n1 * r, new(n1 * r, 0, IsWeight: true), new(m2, n1 * r * m2), m2, m1 * m2),
                StageLayout.EachThenOne => new(1, Block * m2, m1, r * n1, new(r * n1, 0), new(m1, 0, IsWeight: true), m1, 0),
                _ => new(1, m1, m2 * Block, n1 * r, new(n1 * r, 0, IsWeight: true), new(m2 * Block, 0), m2 * Block, 0),
            };
        }
    }

    /// <summary>The factors B as the first stage reads them, from [r, m2, n2] of the shape in its own order.</summary>
    public float[] WeightB(ReadOnlySpan<float> b)
    {
        var (_, m2, _, n2, r, _) = Shape;
        var weight = new float[b.Length];
        for (int t = 0; t < r; t++)
        {
            for (int i2 = 0; i2 < m2; i2++)
            {
                for (int j2 = 0; j2 < n2; j2++)
                {
                    int at = Layout switch
                    {
                        StageLayout.OneThenEach => (((j2 * r) + t) * m2) + i2,
                        StageLayout.EachThenOne => (((i2 * r) + t) * n2) + j2,
                        _ => (((t * m2) + i2) * n2) + j2,
                    };
                    weight[at] = b[(((t * m2) + i2) * n2) + j2];
                }
            }
        }

        return weight;
    }

    /// <summary>The factors A as the second stage reads them, from [r, m1, n1] of the shape in its own order.</summary>
    public float[] WeightA(ReadOnlySpan<float> a)
    {
        var (m1, _, n1, _, r, _) = Shape;
        var weight = new float[a.Length];
        for (int t = 0; t < r; t++)
        {
            for (int i1 = 0; i1 < m1; i1++)
            {
                for (int j1 = 0; j1 < n1; j1++)
                {
                    int at = Layout == StageLayout.EachThenOne ? (((t * n1) + j1) * m1) + i1 : (((i1 * n1) + j1) * r) + t;
                    weight[at] = a[(((t * m1) + i1) * n1) + j1];
                }
            }
        }

        return weight;
    }

    /// <summary>Where element (j1, j2) of a sample's input lies, with the indices of the original shape.</summary>
    public int InputAt(int sample, int j1, int j2)
    {
        (j1, j2) = IsExchanged ? (j2, j1) : (j1, j2);
        return At(sample, j1, j2, Shape.N1, Shape.N2);
    }

    /// <summary>Where element (i1, i2) of a sample's output lies, with the indices of the original shape.</summary>
    public int OutputAt(int sample, int i1, int i2)
    {
        (i1, i2) = IsExchanged ? (i2, i1) : (i1, i2);
        return At(sample, i1, i2, Shape.M1, Shape.M2);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsExchanged ? "A" : "B")} first, {Layout}, blocks of {Block}");

    private int At(int sample, int first, int second, int firsts, int seconds) => Layout switch
    {
        StageLayout.OneThenEach => (((sample * firsts) + first) * seconds) + second,
        StageLayout.EachThenOne => (((sample * seconds) + second) * firsts) + first,
        _ => (((((sample / Block * firsts) + first) * seconds) + second) * Block) + (sample % Block),
    };
}
