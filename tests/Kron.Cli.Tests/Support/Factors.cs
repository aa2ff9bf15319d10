using System;
using System.Collections.Generic;
using Kron.IO;

namespace Kron.Cli.Tests.Support;

/// <summary>The weight that a file of factors stands for, by plain loops in double.</summary>
internal static class Factors
{
    /// <summary>Σ A ⊗ B over all products of all shapes, cut to the weight's sizes.</summary>
    public static double[] Expand(string path, int outputs, int inputs)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        double[] weight = new double[outputs * inputs];
        for (int g = 0; file.Tensors.ContainsKey($"A.{g}"); g++)
        {
            (float[] a, IReadOnlyList<long> shapeA) = Read(file, $"A.{g}");
            (float[] b, IReadOnlyList<long> shapeB) = Read(file, $"B.{g}");
            int r = (int)shapeA[0], m1 = (int)shapeA[1], n1 = (int)shapeA[2], m2 = (int)shapeB[1], n2 = (int)shapeB[2];
            for (int t = 0; t < r; t++)
            {
                for (int i = 0; i < outputs; i++)
                {
                    for (int j = 0; j < inputs; j++)
                    {
                        weight[(i * inputs) + j] += (double)a[(((t * m1) + (i / m2)) * n1) + (j / n2)] * b[(((t * m2) + (i % m2)) * n2) + (j % n2)];
                    }
                }
            }
        }

        return weight;
    }

    /// <summary>‖W − Ŵ‖ / ‖W‖.</summary>
    public static double Error(ReadOnlySpan<float> weight, ReadOnlySpan<double> fitted)
    {
        double error = 0, energy = 0;
        for (int i = 0; i < weight.Length; i++)
        {
            error += (weight[i] - fitted[i]) * (weight[i] - fitted[i]);
            energy += (double)weight[i] * weight[i];
        }

        return Math.Sqrt(error / energy);
    }

    private static (float[] Values, IReadOnlyList<long> Shape) Read(SafetensorsFile file, string name)
    {
        float[] values = new float[file.Tensors[name].Length];
        file.Read(name, values);
        return (values, file.Tensors[name].Shape);
    }
}
