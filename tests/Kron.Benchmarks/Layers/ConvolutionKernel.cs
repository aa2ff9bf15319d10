using System;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Layers;

/// <summary>The dense kernel [o, c, h, w] that a convolution stands for, as products of its parameters.</summary>
internal static class ConvolutionKernel
{
    /// <summary>A product that an element of the kernel is the sum of.</summary>
    /// <param name="weight">Index of the element.</param>
    /// <param name="a">Index of a parameter.</param>
    /// <param name="b">Index of the parameter that it is multiplied with, −1 where there is none.</param>
    public delegate void Product(int weight, int a, int b);

    /// <summary>The kernel, as far as single precision holds it.</summary>
    public static float[] Of(LayerCase layer, float[] parameters) => Array.ConvertAll(Exact(layer, parameters), value => (float)value);

    /// <summary>The kernel.</summary>
    public static double[] Exact(LayerCase layer, float[] parameters)
    {
        var kernel = new double[Length(layer)];
        Visit(layer, (weight, a, b) => kernel[weight] += b < 0 ? parameters[a] : (double)parameters[a] * parameters[b]);
        return kernel;
    }

    public static int Length(LayerCase layer) => layer.OutputChannels * layer.InputChannels * layer.Kernel.H * layer.Kernel.W;

    /// <summary>Every product of every element.</summary>
    public static void Visit(LayerCase layer, Product visit)
    {
        if (layer.Groups.Count > 0)
        {
            int start = 0;
            foreach (ShapeGroup group in layer.Groups)
            {
                start = Kronecker(layer, group, start, visit);
            }
        }
        else if (layer.Structured.C > 0)
        {
            Structured(layer, visit);
        }
        else
        {
            for (int weight = 0; weight < Length(layer); weight++)
            {
                visit(weight, weight, -1);
            }
        }
    }

    /// <summary>A_i ⊗ B_i of one group, whose parameters begin at <paramref name="start"/>; returns where they end.</summary>
    private static int Kronecker(LayerCase layer, ShapeGroup g, int start, Product visit)
    {
        int sizeA = g.M1 * g.N1 * g.H1 * g.W1, sizeB = g.M2 * g.N2 * g.H2 * g.W2;
        int startB = start + (g.R * sizeA);
        for (int t = 0; t < g.R; t++)
        {
            for (int inA = 0; inA < sizeA; inA++)
            {
                (int o1, int c1, int y1, int x1) = Split(inA, g.N1, g.H1, g.W1);
                for (int inB = 0; inB < sizeB; inB++)
                {
                    (int o2, int c2, int y2, int x2) = Split(inB, g.N2, g.H2, g.W2);

                    // H of a low-rank layer has its output channels outermost.
                    int b = layer.LowRank ? (((o2 * g.R) + t) * g.W2) + x2 : (t * sizeB) + inB;
                    visit(
                        Join(layer, (o1 * g.M2) + o2, (c1 * g.N2) + c2, (y1 * g.H2) + y2, (x1 * g.W2) + x2),
                        start + (t * sizeA) + inA,
                        startB + b);
                }
            }
        }

        return startB + (g.R * sizeB);
    }

    /// <summary>An element of α weighs every input in its window.</summary>
    private static void Structured(LayerCase layer, Product visit)
    {
        (int c, int n) = layer.Structured;
        int channels = layer.InputChannels - c + 1, rows = layer.Kernel.H - n + 1, columns = layer.Kernel.W - n + 1;
        for (int a = 0; a < layer.OutputChannels * c * n * n; a++)
        {
            (int o, int channel, int y, int x) = Split(a, c, n, n);
            for (int place = 0; place < channels * rows * columns; place++)
            {
                (_, int dc, int dy, int dx) = Split(place, channels, rows, columns);
                visit(Join(layer, o, channel + dc, y + dy, x + dx), a, -1);
            }
        }
    }

    private static (int Output, int Input, int Y, int X) Split(int index, int inputs, int rows, int columns)
    {
        (int rest, int x) = Math.DivRem(index, columns);
        (rest, int y) = Math.DivRem(rest, rows);
        (int output, int input) = Math.DivRem(rest, inputs);
        return (output, input, y, x);
    }

    private static int Join(LayerCase layer, int output, int input, int y, int x) =>
        (((((output * layer.InputChannels) + input) * layer.Kernel.H) + y) * layer.Kernel.W) + x;
}
