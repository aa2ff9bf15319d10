using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.IO;
using Kron.Runtime.Tests.Layers;

namespace Kron.Runtime.Tests.IO;

/// <summary>The tensors of LoKr adapters, and the update they stand for by plain loops in double.</summary>
internal sealed class LoKrSample
{
    private readonly List<SafetensorsTensor> _tensors = [];
    private int _seed;

    /// <summary>Adds a tensor of random values, or of the given ones, and returns its values.</summary>
    public float[] Add(string name, int[] shape, params float[] values)
    {
        values = values.Length > 0 ? values : NaiveLayer.Values(shape.Aggregate(1, (product, extent) => product * extent), ++_seed);
        _tensors.Add(new SafetensorsTensor(name, shape, values));
        return values;
    }

    public LoKrFile Open(TemporaryFolder folder, string? config = null)
    {
        Save(folder["lokr.safetensors"]);
        if (config is not null)
        {
            File.WriteAllText(folder["adapter_config.json"], config);
        }

        return LoKr.Open(folder["lokr.safetensors"]);
    }

    public void Save(string path) => Safetensors.Write(path, _tensors);

    /// <summary>left [n × r] · right [r × m].</summary>
    public static double[] Product(float[] left, float[] right, int n, int r, int m)
    {
        double[] product = new double[n * m];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
            {
                for (int k = 0; k < r; k++)
                {
                    product[(i * m) + j] += (double)left[(i * r) + k] * right[(k * m) + j];
                }
            }
        }

        return product;
    }

    /// <summary>Σ_ij core[i, j, k] · left[i, p] · right[j, q] as [n, m, positions].</summary>
    public static double[] Tucker(float[] core, float[] left, float[] right, int n, int r, int m, int positions)
    {
        double[] sum = new double[n * m * positions];
        for (int p = 0; p < n; p++)
        {
            for (int q = 0; q < m; q++)
            {
                for (int k = 0; k < positions; k++)
                {
                    for (int i = 0; i < r; i++)
                    {
                        for (int j = 0; j < r; j++)
                        {
                            sum[(((p * m) + q) * positions) + k] += (double)core[(((i * r) + j) * positions) + k] * left[(i * n) + p] * right[(j * m) + q];
                        }
                    }
                }
            }
        }

        return sum;
    }

    /// <summary>scale · w1 [a × c] ⊗ w2 [b, d, positions] as [a·b, c·d, positions].</summary>
    public static double[] Update(double scale, double[] w1, double[] w2, int a, int b, int c, int d, int positions = 1)
    {
        double[] update = new double[a * b * c * d * positions];
        for (int output = 0; output < a * b; output++)
        {
            for (int input = 0; input < c * d; input++)
            {
                for (int k = 0; k < positions; k++)
                {
                    update[(((output * c * d) + input) * positions) + k] =
                        scale * w1[(output / b * c) + (input / d)] * w2[(((output % b * d) + (input % d)) * positions) + k];
                }
            }
        }

        return update;
    }

    public static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
