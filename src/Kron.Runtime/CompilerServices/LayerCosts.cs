using System;

namespace Kron.CompilerServices;

/// <summary>Multiply-adds per sample of a layer's products, as the compiler counts them.</summary>
internal static class LayerCosts
{
    public static long MultiplyAdds(LayerDefinition definition)
    {
        switch (definition.Kind)
        {
            case LayerKind.Kronecker or LayerKind.LowRank:
                long sum = 0;
                foreach (ShapeGroup group in definition.Groups)
                {
                    sum += MultiplyAdds(group, definition.Window);
                }

                return sum;
            case LayerKind.Structured:
                (int channels, int height, int width) = definition.Structured;
                return (long)definition.Outputs * channels * height * width;
            default:
                return DenseMultiplyAdds(definition);
        }
    }

    /// <summary>Multiply-adds per sample of the dense layer that this one stands for; none where there is no weight.</summary>
    public static long DenseMultiplyAdds(LayerDefinition definition) => definition.HasWeight ? (long)definition.Outputs * definition.WeightColumns : 0;

    /// <summary>Multiply-adds per sample of one shape group in its cheaper order; without a window, of a layer of vectors, which is a single pixel.</summary>
    public static long MultiplyAdds(ShapeGroup group, ImageWindow? window = null)
    {
        long pixels = window?.Pixels ?? 1, m = (long)group.M1 * group.M2;
        long first = (Between(group, window, isBFirst: false) * group.M1 * group.N2 * group.N1 * group.H1 * group.W1)
            + (m * group.N2 * group.H2 * group.W2 * pixels);
        long second = (Between(group, window, isBFirst: true) * group.N1 * group.M2 * group.N2 * group.H2 * group.W2)
            + (m * group.N1 * group.H1 * group.W1 * pixels);
        return group.R * Math.Min(first, second);
    }

    /// <summary>Pixels of each channel between the two convolutions.</summary>
    private static long Between(ShapeGroup group, ImageWindow? window, bool isBFirst) => window is null
        ? 1
        : (long)Between(window.Height, window.OutHeight, window.StrideH, window.PaddingH, group.H1, group.H2, isBFirst)
            * Between(window.Width, window.OutWidth, window.StrideW, window.PaddingW, group.W1, group.W2, isBFirst);

    /// <summary>
    /// Pixels between along one axis. Output o reads the input at stride·o − padding + tapsB·a + b for the taps a of A and b of B, and
    /// what lies between is computed at the largest step that meets all that is read, and only where a tap of the first one meets the input.
    /// </summary>
    private static int Between(int inputs, int outputs, int stride, int padding, int tapsA, int tapsB, bool isBFirst)
    {
        (int firstTaps, int firstStep, int secondTaps, int secondStep) = isBFirst ? (tapsB, 1, tapsA, tapsB) : (tapsA, tapsB, tapsB, 1);
        int step = (outputs > 1, secondTaps > 1) switch
        {
            (true, true) => GreatestDivisor(stride, secondStep),
            (true, false) => stride,
            (false, true) => secondStep,
            _ => 1,
        };
        int before = padding - ((firstTaps - 1) * firstStep);
        int lowest = before > 0 ? (before + step - 1) / step : 0;
        int highest = Math.Min(((stride * (outputs - 1)) + (secondStep * (secondTaps - 1))) / step, (inputs - 1 + padding) / step);
        return highest >= lowest ? highest - lowest + 1 : 1;
    }

    private static int GreatestDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
