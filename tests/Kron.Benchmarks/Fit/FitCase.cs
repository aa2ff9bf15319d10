using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Kron.Benchmarks.Fit;

/// <summary>A weight whose rearranged matrix R [m1·n1 × m2·n2] has a spectrum of a known kind.</summary>
internal sealed record FitCase(string Spectrum, ShapeGroup Shape)
{
    private const int Reflections = 3;

    public const string Gaussian = "Gaussian", Slow = "1/sqrt(1+0.1i)", Inverse = "1/(1+i)", ExactRank = "rank 10";

    public int Rows => Shape.M1 * Shape.N1;

    public int Columns => Shape.M2 * Shape.N2;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Spectrum}, {Rows} × {Columns}");

    /// <summary>Makes R, row-major.</summary>
    public float[] Rearranged()
    {
        var random = new Random(5);
        var values = new float[(long)Rows * Columns];
        switch (Spectrum)
        {
            case Gaussian:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)Normal(random);
                }

                return values;
            case ExactRank:
                for (int t = 0; t < 10; t++)
                {
                    Add(values, Vector(random, Rows), Vector(random, Columns), 1);
                }

                return values;
            default:
                for (int i = 0; i < Math.Min(Rows, Columns); i++)
                {
                    values[((long)i * Columns) + i] = (float)(Spectrum == Slow ? 1 / Math.Sqrt(1 + (0.1 * i)) : 1 / (1.0 + i));
                }

                for (int k = 0; k < Reflections; k++)
                {
                    Reflect(values, random);
                }

                return values;
        }
    }

    /// <summary>The weight W [m1·m2 × n1·n2] that is rearranged to R.</summary>
    public float[] Weight(float[] rearranged)
    {
        var weight = new float[rearranged.Length];
        int source = 0;
        for (int i1 = 0; i1 < Shape.M1; i1++)
        {
            for (int j1 = 0; j1 < Shape.N1; j1++)
            {
                for (int i2 = 0; i2 < Shape.M2; i2++)
                {
                    int target = (((i1 * Shape.M2) + i2) * Shape.N1 * Shape.N2) + (j1 * Shape.N2);
                    Array.Copy(rearranged, source, weight, target, Shape.N2);
                    source += Shape.N2;
                }
            }
        }

        return weight;
    }

    public static void Write(string path, float[] values)
    {
        using FileStream file = File.Create(path);
        file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>R ← (I − 2uuᵀ)·R·(I − 2vvᵀ).</summary>
    private void Reflect(float[] values, Random random)
    {
        double[] u = Unit(random, Rows), v = Unit(random, Columns), product = new double[Columns];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                product[j] += u[i] * values[((long)i * Columns) + j];
            }
        }

        Add(values, u, product, -2);
        var left = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                left[i] += values[((long)i * Columns) + j] * v[j];
            }
        }

        Add(values, left, v, -2);
    }

    private void Add(float[] values, double[] left, double[] right, double scale)
    {
        for (int i = 0; i < Rows; i++)
        {
            Span<float> row = values.AsSpan(i * Columns, Columns);
            for (int j = 0; j < row.Length; j++)
            {
                row[j] += (float)(scale * left[i] * right[j]);
            }
        }
    }

    private static double[] Vector(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => Normal(random))];

    private static double[] Unit(Random random, int length)
    {
        double[] values = Vector(random, length);
        double norm = Math.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / norm)];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
