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

    /// <summary>Samples outermost, each n1 × n2 and m2 × m1: one product Z = X·Bᵀ for all samples, then Zᵀ·Aᵀ for each.</summary>
    OneThenTransposed,

    /// <summary>Samples outermost, each n2 × n1 and m2 × m1: B·Xᵀ for each sample, then one product Z·Aᵀ for all.</summary>
    EachThenOne,

    /// <summary>Samples innermost: B·X for each of the n1 rows of X, then one product A·Z for all samples.</summary>
    BatchLast,
}

/// <summary>Who sees to it that the stages find their input, and the user the output, in the layout each wants.</summary>
internal enum Interface
{
    /// <summary>Nobody: input and output lie as suits the library.</summary>
    Free,

    /// <summary>Input and output are the user's, samples outermost, n1 × n2 and m1 × m2; transposing them is part of the work.</summary>
    Users,

    /// <summary>As <see cref="Users"/>, but the library reads the input as a transposed operand.</summary>
    UsersByOperand,
}

/// <summary>
/// Y = Σ A_i · X · B_iᵀ by two stages of matrix products, B first. A first is the same with the shape exchanged: Yᵀ = Σ B_i · Xᵀ · A_iᵀ.
/// </summary>
/// <param name="Original">The shape.</param>
/// <param name="IsExchanged">Whether A and B change places.</param>
/// <param name="Layout">The layout of samples.</param>
/// <param name="Block">Samples that go through both stages together.</param>
/// <param name="Interface">How input and output lie.</param>
internal sealed record TwoStage(ShapeGroup Original, bool IsExchanged, StageLayout Layout, int Block, Interface Interface)
{
    // An order that needs this many times the multiply-adds of the other is not tried.
    private const double TooMuchWork = 1.3;

    /// <summary>Samples of the largest block: beyond it, what lies between the stages leaves the caches and nothing is gained.</summary>
    public const int LargestBlock = 64;

    /// <summary>The shape in the order that is computed.</summary>
    public ShapeGroup Shape { get; } = IsExchanged
        ? new(Original.M2, Original.M1, Original.N2, Original.N1, Original.R)
        : Original;

    public int Inputs => Shape.N1 * Shape.N2;

    public int Outputs => Shape.M1 * Shape.M2;

    /// <summary>Whether the stages' input lies as the user's.</summary>
    public bool ReadsUsersInput => Interface != Interface.Users || (Layout == StageLayout.OneThenTransposed && !IsExchanged);

    /// <summary>Whether the stages' output lies as the user's.</summary>
    public bool WritesUsersOutput => Interface == Interface.Free || (Layout == StageLayout.OneThenTransposed && IsExchanged);

    /// <summary>Floats between the stages.</summary>
    public long Intermediate => (long)Block * Shape.R * Shape.N1 * Shape.M2;

    /// <summary>Whether the layout is the user's, so that nothing is to be transposed.</summary>
    public bool IsUsers => Layout == (IsExchanged ? StageLayout.EachThenOne : StageLayout.OneThenEach);

    /// <summary>Every way worth trying for a batch: with input and output in the user's layout, or in any.</summary>
    public static IEnumerable<TwoStage> All(ShapeGroup group, int batch, bool usersLayout)
    {
        foreach (TwoStage free in Free(group, batch))
        {
            if (!usersLayout || free.IsUsers)
            {
                yield return free;
            }
            else if (free.Layout != StageLayout.BatchLast || !free.IsExchanged)
            {
                // With the batch last, A first would have to permute three indices.
                yield return free with { Interface = Interface.Users };
                if (free.Layout == StageLayout.EachThenOne)
                {
                    yield return free with { Interface = Interface.UsersByOperand };
                }
            }
        }
    }

    private static IEnumerable<TwoStage> Free(ShapeGroup group, int batch)
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
                foreach (int block in new SortedSet<int> { 1, Math.Min(16, batch), Math.Min(LargestBlock, batch) })
                {
                    // One sample that lies innermost is a product of a matrix and a vector for each row.
                    if (batch % block == 0 && (layout != StageLayout.BatchLast || block > 1))
                    {
                        yield return new TwoStage(group, exchanged, layout, block, Interface.Free);
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
                StageLayout.OneThenEach or StageLayout.OneThenTransposed => new(1, Block * n1, r * m2, n2, new(n2, 0), new(r * m2, 0, IsWeight: true), r * m2, 0),
                StageLayout.EachThenOne => new(Block, m2 * r, n1, n2, new(n2, 0, IsWeight: true), Interface == Interface.UsersByOperand ? new(n2, Inputs, IsTransposed: true) : new(n1, Inputs), n1, m2 * r * n1),
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
                StageLayout.OneThenTransposed => new(Block, m2, m1, n1 * r, new(m2, n1 * r * m2, IsTransposed: true), new(m1, 0, IsWeight: true), m1, m1 * m2),
                StageLayout.EachThenOne => new(1, Block * m2, m1, r * n1, new(r * n1, 0), new(m1, 0, IsWeight: true), m1, 0),
                _ => new(1, m1, m2 * Block, n1 * r, new(n1 * r, 0, IsWeight: true), new(m2 * Block, 0), m2 * Block, 0),
            };
        }
    }

    /// <summary>The factors B as the first stage reads them, from [r, m2, n2] of the shape in its own order.</summary>
    public T[] WeightB<T>(ReadOnlySpan<T> b)
    {
        var (_, m2, _, n2, r, _) = Shape;
        var weight = new T[b.Length];
        for (int t = 0; t < r; t++)
        {
            for (int i2 = 0; i2 < m2; i2++)
            {
                for (int j2 = 0; j2 < n2; j2++)
                {
                    int at = Layout switch
                    {
                        StageLayout.OneThenEach or StageLayout.OneThenTransposed => (((j2 * r) + t) * m2) + i2,
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
    public T[] WeightA<T>(ReadOnlySpan<T> a)
    {
        var (m1, _, n1, _, r, _) = Shape;
        var weight = new T[a.Length];
        for (int t = 0; t < r; t++)
        {
            for (int i1 = 0; i1 < m1; i1++)
            {
                for (int j1 = 0; j1 < n1; j1++)
                {
                    int at = Layout switch
                    {
                        StageLayout.OneThenTransposed => (((j1 * r) + t) * m1) + i1,
                        StageLayout.EachThenOne => (((t * n1) + j1) * m1) + i1,
                        _ => (((i1 * n1) + j1) * r) + t,
                    };
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
        return At(sample, j1, j2, Shape.N1, Shape.N2, transposed: Layout == StageLayout.EachThenOne);
    }

    /// <summary>Where element (i1, i2) of a sample's output lies, with the indices of the original shape.</summary>
    public int OutputAt(int sample, int i1, int i2)
    {
        (i1, i2) = IsExchanged ? (i2, i1) : (i1, i2);
        return At(sample, i1, i2, Shape.M1, Shape.M2, transposed: Layout is StageLayout.EachThenOne or StageLayout.OneThenTransposed);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsExchanged ? "A" : "B")} first, {Layout}, blocks of {Block}{Interface switch { Interface.Users => ", transposing", Interface.UsersByOperand => ", transposing outputs", _ => "" }}");

    private int At(int sample, int first, int second, int firsts, int seconds, bool transposed) =>
        Layout == StageLayout.BatchLast ? (((((sample / Block * firsts) + first) * seconds) + second) * Block) + (sample % Block)
        : transposed ? (((sample * seconds) + second) * firsts) + first
        : (((sample * firsts) + first) * seconds) + second;
}
