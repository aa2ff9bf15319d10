using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>Random convolutions and structured layers of any kind, small enough for the oracle.</summary>
internal static class RandomConvolutions
{
    /// <summary>Products of the oracle per sample.</summary>
    private const int MaxProducts = 40_000;

    public static LayerCase Convolution(Random random) => Draw(random, () => random.Next(5) switch
    {
        0 => Dense(random),
        1 => LowRank(random),
        _ => Kronecker(random),
    });

    public static LayerCase Structured(Random random) => Draw(random, () =>
    {
        int inputs = Channels(random), structured = random.Next(inputs) + 1;
        if (random.Next(4) == 0)
        {
            return ConvolutionCases.StructuredOf(Channels(random), inputs, structured);
        }

        int kernel = random.Next(4) + 1;
        return ConvolutionCases.StructuredOf(Channels(random), inputs, kernel, structured, random.Next(kernel) + 1, Slide(random, kernel, kernel));
    });

    private static LayerCase Draw(Random random, Func<LayerCase> kind)
    {
        LayerCase layer;
        do
        {
            layer = kind();
        }
        while ((long)layer.OutputChannels * layer.InputChannels * layer.Kernel.H * layer.Kernel.W * layer.Pixels * Math.Max(layer.Terms, 1) > MaxProducts);

        Activation[] activations = Enum.GetValues<Activation>();
        int[] pieces = [.. Enumerable.Range(1, layer.OutputChannels).Where(p => layer.OutputChannels % p == 0)];
        layer = layer with
        {
            Activation = activations[random.Next(activations.Length)],
            Slope = 0.1f,
            Pieces = pieces[random.Next(pieces.Length)],
            Bias = random.Next(3) == 0 ? BiasMode.None : BiasMode.Shared,
        };
        bool sums = layer.Groups.Count > 0 && !layer.LowRank && layer.Activation != Activation.None;
        return sums && random.Next(3) == 0
            ? layer with { Nonlinearity = Nonlinearity.PerTerm, Bias = random.Next(2) == 0 ? BiasMode.PerTerm : layer.Bias }
            : layer;
    }

    private static LayerCase Dense(Random random)
    {
        int rows = random.Next(5) + 1, columns = random.Next(5) + 1;
        return ConvolutionCases.DenseOf(Channels(random), Channels(random), rows, columns, Slide(random, rows, columns));
    }

    private static LayerCase LowRank(Random random)
    {
        int kernel = random.Next(5) + 1;
        return ConvolutionCases.LowRankOf(Channels(random), Channels(random), kernel, random.Next(6) + 1, Slide(random, kernel, kernel));
    }

    private static LayerCase Kronecker(Random random)
    {
        int Extent() => random.Next(2) == 0 ? 1 : random.Next(4) + 1;
        ShapeGroup first = ConvolutionCases.Factors(Channels(random) / 2 + 1, Extent(), Extent(), Extent(), Extent(), Extent(), Extent(), Extent(), random.Next(3) + 1);
        var groups = new List<ShapeGroup> { first };
        if (random.Next(3) == 0)
        {
            // The same products of extents, some of them the other way round.
            ShapeGroup second = first with { R = random.Next(2) + 1 };
            second = random.Next(2) == 0 ? second : second with { M1 = first.M2, M2 = first.M1 };
            second = random.Next(2) == 0 ? second : second with { N1 = first.N2, N2 = first.N1 };
            second = random.Next(2) == 0 ? second : second with { H1 = first.H2, H2 = first.H1 };
            groups.Add(random.Next(2) == 0 ? second : second with { W1 = first.W2, W2 = first.W1 });
        }

        return ConvolutionCases.Of(Slide(random, first.H1 * first.H2, first.W1 * first.W2), [.. groups]);
    }

    /// <summary>An image that the kernel fits into, with its padding, at least once.</summary>
    private static Sliding Slide(Random random, int rows, int columns)
    {
        int paddingH = Padding(random, rows), paddingW = Padding(random, columns);
        return new(Math.Max(1, rows - (2 * paddingH)) + random.Next(7), Math.Max(1, columns - (2 * paddingW)) + random.Next(random.Next(4) == 0 ? 35 : 10))
        {
            StrideH = Stride(random),
            StrideW = Stride(random),
            PaddingH = paddingH,
            PaddingW = paddingW,
        };
    }

    private static int Stride(Random random) => random.Next(2) == 0 ? 1 : random.Next(4) + 1;

    private static int Padding(Random random, int kernel) => random.Next(2) == 0 ? 0 : random.Next(kernel + 2);

    private static int Channels(Random random) => random.Next(random.Next(4) == 0 ? 18 : 6) + 1;
}
