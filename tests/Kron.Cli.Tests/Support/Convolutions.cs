using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Decomposition;
using Kron.IO;
using Kron.Runtime.Tests.Decomposition;
using Kron.Runtime.Tests.IO;

namespace Kron.Cli.Tests.Support;

/// <summary>A convolution to fit, and what a file of factors stands for, by plain loops in double.</summary>
internal static class Convolutions
{
    public const int Outputs = 6, Inputs = 4, Height = 3, Width = 2;

    /// <summary>Kernels [6, 4, 3, 2]: two products of (3, 2, 3, 1) and (2, 2, 1, 2), and a part of noise.</summary>
    public static float[] Kernels()
    {
        ShapeGroup shape = Runtime.Tests.Decomposition.Kernels.Shape(3, 2, 3, 1, 2, 2, 1, 2, 2);
        float[] factors = Weights.Noise(2 * (18 + 8), 31), noise = Weights.Noise(144, 32);
        return [.. Runtime.Tests.Decomposition.Kernels.Expand([shape], factors).Select((value, i) => (float)(value + (0.1 * noise[i])))];
    }

    /// <summary>A model with those kernels as conv1, a bias beside them, and square kernels [4, 2, 3, 3] as conv2.</summary>
    public static string Model(TemporaryFolder folder)
    {
        string path = folder["convolutions.safetensors"];
        Safetensors.Write(
            path,
            [
                new SafetensorsTensor("conv1.weight", [Outputs, Inputs, Height, Width], Kernels()),
                new SafetensorsTensor("conv1.bias", [Outputs], Weights.Noise(Outputs)),
                new SafetensorsTensor("conv2.weight", [4, 2, 3, 3], Square()),
                new SafetensorsTensor("fc.weight", [5, 8], Weights.Noise(40)),
                new SafetensorsTensor("conv1d.weight", [4, 2, 3], Weights.Noise(24)),
            ]);
        return path;
    }

    public static float[] Square() => Weights.Noise(72, 33);

    /// <summary>The dense kernels [o, c, h, w] of A.0, B.0, … or of V and H.</summary>
    public static double[] Expand(string path)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        return file.Tensors.ContainsKey("V") ? ExpandPair(file) : ExpandProducts(file);
    }

    /// <summary>y[o, i, j] = b[o] + Σ W[o, c, y, x] · X[c, s·i + y − p, s·j + x − p] of one sample.</summary>
    public static double[] Apply(ConvolutionShape c, double[] kernels, float[] bias, float[] x)
    {
        int rows = ((c.Height + (2 * c.PaddingH) - c.KernelHeight) / c.StrideH) + 1, columns = ((c.Width + (2 * c.PaddingW) - c.KernelWidth) / c.StrideW) + 1;
        double[] y = new double[c.Outputs * rows * columns];
        for (int i = 0; i < y.Length; i++)
        {
            int o = i / (rows * columns), top = (i / columns % rows * c.StrideH) - c.PaddingH, left = (i % columns * c.StrideW) - c.PaddingW;
            y[i] = bias.Length > 0 ? bias[o] : 0;
            for (int k = 0; k < c.Inputs * c.KernelHeight * c.KernelWidth; k++)
            {
                int channel = k / (c.KernelHeight * c.KernelWidth), row = top + (k / c.KernelWidth % c.KernelHeight), column = left + (k % c.KernelWidth);
                if (row >= 0 && row < c.Height && column >= 0 && column < c.Width)
                {
                    y[i] += kernels[(o * c.Inputs * c.KernelHeight * c.KernelWidth) + k] * x[(((channel * c.Height) + row) * c.Width) + column];
                }
            }
        }

        return y;
    }

    private static double[] ExpandProducts(SafetensorsFile file)
    {
        List<ShapeGroup> groups = [];
        List<float> factors = [];
        for (int g = 0; file.Tensors.ContainsKey($"A.{g}"); g++)
        {
            int[] a = [.. file.Tensors[$"A.{g}"].Shape.Select(extent => (int)extent)], b = [.. file.Tensors[$"B.{g}"].Shape.Select(extent => (int)extent)];
            groups.Add(Runtime.Tests.Decomposition.Kernels.Shape(a[1], a[2], a[3], a[4], b[1], b[2], b[3], b[4], a[0]));
            factors.AddRange(Read(file, $"A.{g}"));
            factors.AddRange(Read(file, $"B.{g}"));
        }

        return Runtime.Tests.Decomposition.Kernels.Expand(groups, [.. factors]);
    }

    private static double[] ExpandPair(SafetensorsFile file)
    {
        float[] v = Read(file, "V"), h = Read(file, "H");
        int rank = (int)file.Tensors["V"].Shape[0], channels = (int)file.Tensors["V"].Shape[1], d = (int)file.Tensors["V"].Shape[2], outputs = (int)file.Tensors["H"].Shape[0];
        return
        [
            .. from o in Enumerable.Range(0, outputs)
               from c in Enumerable.Range(0, channels)
               from y in Enumerable.Range(0, d)
               from x in Enumerable.Range(0, d)
               select Enumerable.Range(0, rank).Sum(k => (double)v[(((k * channels) + c) * d) + y] * h[(((o * rank) + k) * d) + x]),
        ];
    }

    private static float[] Read(SafetensorsFile file, string name)
    {
        float[] values = new float[file.Tensors[name].Length];
        file.Read(name, values);
        return values;
    }
}
