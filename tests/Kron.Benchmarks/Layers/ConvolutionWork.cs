using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Layers;

/// <summary>
/// The multiply-adds of a convolution, those with the zeros around the image left out: a kernel that skips them gets no credit for
/// work it does not do.
/// </summary>
internal static class ConvolutionWork
{
    /// <summary>Per sample, each shape group in its cheaper order.</summary>
    public static long Of(LayerCase layer)
    {
        if (layer.Groups.Count > 0)
        {
            return layer.Groups.Sum(group => Math.Min(Of(layer, group, isAFirst: true), Of(layer, group, isAFirst: false)));
        }

        var (image, kernel, outputs) = (layer.Sliding!, layer.Kernel, layer.OutputImage);
        if (layer.Structured.C > 0)
        {
            // The small kernel's inputs are sums over windows; the sums themselves take additions only.
            int n = layer.Structured.N;
            return (long)layer.OutputChannels * layer.Structured.C
                * Along(outputs.H, n, 1, image.StrideH, kernel.H - n + 1, 1, image.Height, image.PaddingH).Second
                * Along(outputs.W, n, 1, image.StrideW, kernel.W - n + 1, 1, image.Width, image.PaddingW).Second;
        }

        return (long)layer.OutputChannels * layer.InputChannels
            * Along(outputs.H, 1, 1, image.StrideH, kernel.H, 1, image.Height, image.PaddingH).First
            * Along(outputs.W, 1, 1, image.StrideW, kernel.W, 1, image.Width, image.PaddingW).First;
    }

    /// <summary>Per sample, of one shape group's two convolutions in one of the two orders.</summary>
    public static long Of(LayerCase layer, ShapeGroup g, bool isAFirst)
    {
        var (image, outputs) = (layer.Sliding!, layer.OutputImage);

        // A is dilated by B's kernel, whichever comes first.
        (long First, long Second) rows = isAFirst
            ? Along(outputs.H, g.H2, 1, image.StrideH, g.H1, g.H2, image.Height, image.PaddingH)
            : Along(outputs.H, g.H1, g.H2, image.StrideH, g.H2, 1, image.Height, image.PaddingH);
        (long First, long Second) columns = isAFirst
            ? Along(outputs.W, g.W2, 1, image.StrideW, g.W1, g.W2, image.Width, image.PaddingW)
            : Along(outputs.W, g.W1, g.W2, image.StrideW, g.W2, 1, image.Width, image.PaddingW);
        long first = (long)g.N1 * g.N2 * (isAFirst ? g.M1 : g.M2), second = (long)g.M1 * g.M2 * (isAFirst ? g.N2 : g.N1);
        return g.R * ((first * rows.First * columns.First) + (second * rows.Second * columns.Second));
    }

    /// <summary>Taps along one axis that read from within the image, of the first kernel at every place that the second one reads, and of the second at every output.</summary>
    private static (long First, long Second) Along(int outputs, int second, int secondStep, int stride, int first, int firstStep, int size, int padding)
    {
        var taps = new Dictionary<int, int>();
        long reads = 0;
        for (int output = 0; output < outputs; output++)
        {
            for (int tap = 0; tap < second; tap++)
            {
                int place = (output * stride) + (tap * secondStep) - padding;
                if (!taps.TryGetValue(place, out int inside))
                {
                    inside = Enumerable.Range(0, first).Count(t => place + (t * firstStep) >= 0 && place + (t * firstStep) < size);
                    taps.Add(place, inside);
                }

                reads += inside > 0 ? 1 : 0;
            }
        }

        return (taps.Values.Sum(), reads);
    }
}
