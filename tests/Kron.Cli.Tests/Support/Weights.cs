using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Kron.IO;
using Kron.Runtime.Tests.IO;

namespace Kron.Cli.Tests.Support;

/// <summary>Small weights and files of them.</summary>
internal static class Weights
{
    public const int Outputs = 12, Inputs = 30;

    /// <summary>A [12 × 30] weight: two products of shape (4, 3, 5, 6), and a part of noise.</summary>
    public static float[] Matrix(double noise = 0.02) => Sum(new Random(1), noise);

    public static float[] Noise(int length, int seed = 2)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    /// <summary>A model: the weight as fc1 with a bias, a second layer, a convolution kernel.</summary>
    public static string Model(TemporaryFolder folder, string name = "model.safetensors")
    {
        Safetensors.Write(
            folder[name],
            [
                new SafetensorsTensor("conv.weight", [4, 2, 3, 3], Noise(72)),
                new SafetensorsTensor("fc1.weight", [Outputs, Inputs], Matrix()),
                new SafetensorsTensor("fc1.bias", [Outputs], Noise(Outputs)),
                new SafetensorsTensor("fc2.weight", [7, Outputs], Noise(7 * Outputs)),
            ],
            new Dictionary<string, string> { ["format"] = "pt" });
        return folder[name];
    }

    /// <summary>A safetensors file with one tensor of any type.</summary>
    public static void WriteRaw(string path, string name, string type, int[] shape, byte[] data)
    {
        string header = $"{{\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(",", shape)}],\"data_offsets\":[0,{data.Length}]}}}}";
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. data]);
    }

    private static float[] Sum(Random random, double noise)
    {
        float[] weight = new float[Outputs * Inputs];
        for (int term = 0; term < 2; term++)
        {
            float[] a = Noise(4 * 5, 10 + term), b = Noise(3 * 6, 20 + term);
            for (int i = 0; i < Outputs; i++)
            {
                for (int j = 0; j < Inputs; j++)
                {
                    weight[(i * Inputs) + j] += a[(i / 3 * 5) + (j / 6)] * b[(i % 3 * 6) + (j % 6)];
                }
            }
        }

        return [.. weight.Select(value => (float)(value + (noise * ((2 * random.NextDouble()) - 1))))];
    }
}
