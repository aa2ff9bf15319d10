using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>One of the products of parameters and an input that an output of the layer is the sum of.</summary>
/// <param name="A">Index of a parameter.</param>
/// <param name="B">Index of the parameter that it is multiplied with; A itself where a weight is one parameter.</param>
/// <param name="Output">Index of the pre-activation.</param>
/// <param name="Input">Index of the input.</param>
/// <param name="Term">Which A_i ⊗ B_i it belongs to.</param>
internal readonly record struct Product(int A, int B, int Output, int Input, int Term)
{
    public bool IsSingle => A == B;

    /// <summary>All of them: every element of the full kernel, at every pixel where it meets the image.</summary>
    public static IEnumerable<Product> Of(LayerCase layer)
    {
        int area = layer.Sliding is null ? 1 : layer.Sliding.Height * layer.Sliding.Width;
        return
            from weight in Weights(layer)
            where weight.Output < layer.BiasSize && (layer.Sliding is not null || weight.Input < layer.Inputs)
            from place in Places(layer, weight.Y, weight.X)
            select new Product(weight.A, weight.B, (weight.Output * layer.Pixels) + place.Pixel, (weight.Input * area) + place.Source, weight.Term);
    }

    /// <summary>The elements of the full kernel [outputs, inputs, rows, columns], 1 × 1 for a layer of vectors, as the parameters that make them up.</summary>
    private static IEnumerable<Weight> Weights(LayerCase layer)
    {
        if (layer.Groups.Count == 0)
        {
            return layer.Structured.C > 0 ? Structured(layer) : Dense(layer);
        }

        return layer.LowRank ? LowRank(layer) : Kronecker(layer);
    }

    private static IEnumerable<Weight> Dense(LayerCase layer)
    {
        (int h, int w) = layer.DenseKernel;
        return
            from o in Enumerable.Range(0, layer.Dense.M)
            from c in Enumerable.Range(0, layer.Dense.N)
            from y in Enumerable.Range(0, h)
            from x in Enumerable.Range(0, w)
            let weight = (((((o * layer.Dense.N) + c) * h) + y) * w) + x
            select new Weight(weight, weight, o, c, y, x, 0);
    }

    /// <summary>An element of α is a weight of every input in its window.</summary>
    private static IEnumerable<Weight> Structured(LayerCase layer)
    {
        (int c, int n) = layer.Structured;
        int channels = layer.Dense.N - c + 1, rows = layer.DenseKernel.H - n + 1, columns = layer.DenseKernel.W - n + 1;
        return
            from o in Enumerable.Range(0, layer.Dense.M)
            from i in Enumerable.Range(0, c)
            from y in Enumerable.Range(0, n)
            from x in Enumerable.Range(0, n)
            from window in Enumerable.Range(0, channels * rows * columns)
            let alpha = (((((o * c) + i) * n) + y) * n) + x
            select new Weight(alpha, alpha, o, i + (window / (rows * columns)), y + (window / columns % rows), x + (window % columns), 0);
    }

    /// <summary>W[o, c, y, x] = Σ_k H[o, k, 0, x] · V[k, c, y, 0].</summary>
    private static IEnumerable<Weight> LowRank(LayerCase layer)
    {
        (int rank, int inputs, int d) = (layer.Terms, layer.InputChannels, layer.Kernel.H);
        return
            from o in Enumerable.Range(0, layer.OutputChannels)
            from k in Enumerable.Range(0, rank)
            from c in Enumerable.Range(0, inputs)
            from y in Enumerable.Range(0, d)
            from x in Enumerable.Range(0, d)
            select new Weight((((k * inputs) + c) * d) + y, (rank * inputs * d) + (((o * rank) + k) * d) + x, o, c, y, x, k);
    }

    /// <summary>W[o1·O2 + o2, c1·C2 + c2, y1·h2 + y2, x1·w2 + x2] = Σ_i A_i[o1, c1, y1, x1] · B_i[o2, c2, y2, x2].</summary>
    private static IEnumerable<Weight> Kronecker(LayerCase layer)
    {
        int start = 0, term = 0;
        foreach (ShapeGroup g in layer.Groups)
        {
            int sizeA = g.M1 * g.N1 * g.H1 * g.W1, sizeB = g.M2 * g.N2 * g.H2 * g.W2;
            for (int i = 0; i < g.R; i++, term++)
            {
                for (int a = 0; a < sizeA; a++)
                {
                    (int o1, int c1, int y1, int x1) = (a / (g.N1 * g.H1 * g.W1), a / (g.H1 * g.W1) % g.N1, a / g.W1 % g.H1, a % g.W1);
                    for (int b = 0; b < sizeB; b++)
                    {
                        (int o2, int c2, int y2, int x2) = (b / (g.N2 * g.H2 * g.W2), b / (g.H2 * g.W2) % g.N2, b / g.W2 % g.H2, b % g.W2);
                        yield return new Weight(
                            start + (i * sizeA) + a,
                            start + (g.R * sizeA) + (i * sizeB) + b,
                            (o1 * g.M2) + o2,
                            g.Formulation == Formulation.III ? (((c1 / layer.Image.W * layer.Image.H) + c2) * layer.Image.W) + (c1 % layer.Image.W) : (c1 * g.N2) + c2,
                            (y1 * g.H2) + y2,
                            (x1 * g.W2) + x2,
                            term);
                    }
                }
            }

            start += g.R * (sizeA + sizeB);
        }
    }

    /// <summary>The output pixels that use tap (y, x) of the kernel, and the input pixels that they multiply it with; outside of the image all is zero.</summary>
    private static IEnumerable<(int Pixel, int Source)> Places(LayerCase layer, int y, int x)
    {
        if (layer.Sliding is not { } sliding)
        {
            return [(0, 0)];
        }

        (int rows, int columns) = layer.OutputImage;
        return
            from row in Enumerable.Range(0, rows)
            from column in Enumerable.Range(0, columns)
            let inputRow = (row * sliding.StrideH) - sliding.PaddingH + y
            let inputColumn = (column * sliding.StrideW) - sliding.PaddingW + x
            where inputRow >= 0 && inputRow < sliding.Height && inputColumn >= 0 && inputColumn < sliding.Width
            select ((row * columns) + column, (inputRow * sliding.Width) + inputColumn);
    }

    /// <summary>An element of the full kernel: the product of parameters A and B, or one parameter.</summary>
    private readonly record struct Weight(int A, int B, int Output, int Input, int Y, int X, int Term);
}
