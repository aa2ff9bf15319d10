using System;
using System.Collections.Generic;
using Kron.IO;

namespace Kron.Deployment.Tests.Support;

/// <summary>The network of samples/Edge as its formulas say, point by point in double precision, from the file alone.</summary>
internal sealed class ModelOracle
{
    private readonly Dictionary<string, double[]> tensors = [];

    public ModelOracle(string path)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        foreach ((string name, SafetensorsEntry entry) in file.Tensors)
        {
            float[] values = new float[entry.Length];
            file.Read(name, values);
            tensors.Add(name, Array.ConvertAll(values, value => (double)value));
        }
    }

    /// <summary>The scores of an image.</summary>
    public double[] Scores(ReadOnlySpan<byte> image)
    {
        double[] x = new double[image.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = image[i] / 255.0;
        }

        x = Relu(Convolve(x, 1, 28, tensors["0.weight"], 8, 5, tensors["0.bias"]));
        x = MaxPool(x, 8, 24);
        x = Relu(Convolve(x, 8, 12, KroneckerKernel(), 16, 3, tensors["2.bias"]));
        x = MaxPool(x, 16, 10);
        x = Relu(Multiply(KroneckerWeight(), x, tensors["4.bias"]));
        return Multiply(tensors["5.weight"], x, tensors["5.bias"]);
    }

    /// <summary>W[o₁·4 + o₂, c₁·4 + c₂, y, x] = Σᵢ Aᵢ[o₁, c₁, y, 0] · Bᵢ[o₂, c₂, 0, x].</summary>
    private double[] KroneckerKernel()
    {
        const int R = 2, O1 = 4, C1 = 2, H = 3, O2 = 4, C2 = 4, W = 3, C = C1 * C2;
        double[] a = tensors["2.A.0"], b = tensors["2.B.0"], kernel = new double[O1 * O2 * C * H * W];
        for (int at = 0; at < kernel.Length; at++)
        {
            int x = at % W, y = at / W % H, c = at / (H * W) % C, o = at / (C * H * W);
            for (int i = 0; i < R; i++)
            {
                kernel[at] += a[(((((i * O1) + (o / O2)) * C1) + (c / C2)) * H) + y] * b[(((((i * O2) + (o % O2)) * C2) + (c % C2)) * W) + x];
            }
        }

        return kernel;
    }

    /// <summary>W[p₁·8 + p₂, q₁·25 + q₂] = Σᵢ Aᵢ[p₁, q₁] · Bᵢ[p₂, q₂].</summary>
    private double[] KroneckerWeight()
    {
        const int R = 4, M1 = 16, M2 = 8, N1 = 16, N2 = 25, N = N1 * N2;
        double[] a = tensors["4.A.0"], b = tensors["4.B.0"], weight = new double[M1 * M2 * N];
        for (int at = 0; at < weight.Length; at++)
        {
            int p = at / N, q = at % N;
            for (int i = 0; i < R; i++)
            {
                weight[at] += a[(((i * M1) + (p / M2)) * N1) + (q / N2)] * b[(((i * M2) + (p % M2)) * N2) + (q % N2)];
            }
        }

        return weight;
    }

    private static double[] Convolve(double[] input, int channels, int size, double[] kernel, int outputs, int side, double[] bias)
    {
        int result = size - side + 1, taps = channels * side * side;
        double[] output = new double[outputs * result * result];
        for (int at = 0; at < output.Length; at++)
        {
            int o = at / (result * result), y = at / result % result, x = at % result;
            output[at] = bias[o];
            for (int tap = 0; tap < taps; tap++)
            {
                int c = tap / (side * side), v = tap / side % side, u = tap % side;
                output[at] += kernel[(o * taps) + tap] * input[(((c * size) + y + v) * size) + x + u];
            }
        }

        return output;
    }

    private static double[] MaxPool(double[] input, int channels, int size)
    {
        int result = size / 2;
        double[] output = new double[channels * result * result];
        for (int at = 0; at < output.Length; at++)
        {
            int first = (2 * (at / result) * size) + (2 * (at % result));
            output[at] = Math.Max(Math.Max(input[first], input[first + 1]), Math.Max(input[first + size], input[first + size + 1]));
        }

        return output;
    }

    private static double[] Multiply(double[] weight, double[] input, double[] bias)
    {
        double[] output = (double[])bias.Clone();
        for (int at = 0; at < weight.Length; at++)
        {
            output[at / input.Length] += weight[at] * input[at % input.Length];
        }

        return output;
    }

    private static double[] Relu(double[] values) => Array.ConvertAll(values, value => Math.Max(value, 0));
}
