using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Kron.Runtime.Tests.Decomposition;

/// <summary>Slow and obvious forms of what the decompositions compute.</summary>
internal static class Reference
{
    public static float[] Gaussian(int length, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, length).Select(_ =>
            (float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))).ToArray();
    }

    /// <summary>R[(i1, j1), (i2, j2)] = W[i1·m2 + i2, j1·n2 + j2], W extended by zeros.</summary>
    public static Matrix<double> Rearrange(float[] weight, int rows, int columns, ShapeGroup s)
    {
        var result = Matrix<double>.Build.Dense(s.M1 * s.N1, s.M2 * s.N2);
        for (int i1 = 0; i1 < s.M1; i1++)
        {
            for (int j1 = 0; j1 < s.N1; j1++)
            {
                for (int i2 = 0; i2 < s.M2; i2++)
                {
                    for (int j2 = 0; j2 < s.N2; j2++)
                    {
                        int i = (i1 * s.M2) + i2, j = (j1 * s.N2) + j2;
                        result[(i1 * s.N1) + j1, (i2 * s.N2) + j2] = i < rows && j < columns ? weight[(i * columns) + j] : 0;
                    }
                }
            }
        }

        return result;
    }

    /// <summary>The singular values of R, from a full decomposition.</summary>
    public static double[] SingularValues(float[] weight, ShapeGroup s)
    {
        // The oracle compares with absolute thresholds, so it is given a matrix of norm 1.
        double norm = Norm(weight);
        return Rearrange(weight, s.M1 * s.M2, s.N1 * s.N2, s).Divide(norm).Svd(false).S.Select(v => v * norm).ToArray();
    }

    /// <summary>√(Σ_{i > r} σ_i²), the least error of r products.</summary>
    public static double OptimalError(float[] weight, ShapeGroup s) =>
        Math.Sqrt(SingularValues(weight, s).Skip(s.R).Sum(v => v * v));

    /// <summary>Σ A_i ⊗ B_i by its definition, entry by entry.</summary>
    public static double[,] Sum(ShapeGroup s, IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var result = new double[s.M1 * s.M2, s.N1 * s.N2];
        for (int t = 0; t < s.R; t++)
        {
            for (int i = 0; i < result.GetLength(0); i++)
            {
                for (int j = 0; j < result.GetLength(1); j++)
                {
                    result[i, j] += a[(((t * s.M1) + (i / s.M2)) * s.N1) + (j / s.N2)]
                        * b[(((t * s.M2) + (i % s.M2)) * s.N2) + (j % s.N2)];
                }
            }
        }

        return result;
    }

    /// <summary>The dense weight of a layer's parameters: groups summed, padding cut, Formulation III read as (c, w, h).</summary>
    public static double[] Expand(LayerDefinition definition, float[] parameters) =>
        Expand(definition, parameters.Select(v => (double)v).ToArray());

    public static double[] Expand(LayerDefinition definition, double[] parameters)
    {
        var weight = new double[definition.Outputs * definition.Inputs];
        int offset = 0;
        foreach (ShapeGroup s in definition.Groups)
        {
            int aLength = s.R * s.M1 * s.N1, bLength = s.R * s.M2 * s.N2;
            double[,] sum = Sum(s, parameters[offset..(offset + aLength)], parameters[(offset + aLength)..(offset + aLength + bLength)]);
            offset += aLength + bLength;
            for (int i = 0; i < definition.Outputs; i++)
            {
                for (int j = 0; j < definition.Inputs; j++)
                {
                    weight[(i * definition.Inputs) + j] += sum[i, Logical(definition, s.Formulation, j)];
                }
            }
        }

        return weight;
    }

    public static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));

    public static double Norm(float[] values) => Norm(values.Select(v => (double)v));

    public static double Distance(float[] weight, double[] approximation) =>
        Norm(weight.Select((w, i) => w - approximation[i]));

    public static double Distance(float[] weight, double[,] approximation) =>
        Norm(weight.Select((w, i) => w - approximation[i / approximation.GetLength(1), i % approximation.GetLength(1)]));

    /// <summary>A layer definition; outputs and inputs default to the first group's m and n.</summary>
    public static LayerDefinition Layer(
        IReadOnlyList<ShapeGroup> groups,
        int outputs = 0,
        int inputs = 0,
        (int Channels, int Height, int Width) image = default,
        BiasMode bias = BiasMode.Shared,
        Nonlinearity nonlinearity = Nonlinearity.AfterSum,
        Activation activation = Activation.None,
        float slope = 0.01f,
        int pieces = 1) => new()
        {
            Name = "Tests.Layer",
            Attributes = "",
            Groups = groups,
            Outputs = outputs != 0 ? outputs : groups[0].M1 * groups[0].M2,
            Inputs = inputs != 0 ? inputs : groups[0].N1 * groups[0].N2,
            Image = image,
            Bias = bias,
            Nonlinearity = nonlinearity,
            Activation = activation,
            Slope = slope,
            Pieces = pieces,
        };

    /// <summary>A weight whose rearrangement is H₁ D H₂ with reflections H₁ and H₂, so that its singular values are known.</summary>
    public static float[] WithSpectrum(ShapeGroup s, double[] spectrum)
    {
        int p = s.M1 * s.N1, q = s.M2 * s.N2;
        double[] u = Unit(p, 21), v = Unit(q, 22);
        double inner = spectrum.Select((d, i) => u[i] * d * v[i]).Sum();
        var weight = new float[p * q];
        int columns = s.N1 * s.N2;
        for (int row = 0; row < p; row++)
        {
            for (int column = 0; column < q; column++)
            {
                // Entry of (I − 2uuᵀ) D (I − 2vvᵀ).
                double value = row == column ? spectrum[row] : 0;
                value -= column < spectrum.Length ? 2 * u[row] * u[column] * spectrum[column] : 0;
                value -= row < spectrum.Length ? 2 * spectrum[row] * v[row] * v[column] : 0;
                value += 4 * u[row] * inner * v[column];
                int i1 = row / s.N1, j1 = row % s.N1, i2 = column / s.N2, j2 = column % s.N2;
                weight[(((i1 * s.M2) + i2) * columns) + (j1 * s.N2) + j2] = (float)value;
            }
        }

        return weight;
    }

    private static double[] Unit(int length, int seed)
    {
        float[] values = Gaussian(length, seed);
        double norm = Norm(values);
        return values.Select(v => v / norm).ToArray();
    }

    private static int Logical(LayerDefinition definition, Formulation formulation, int j)
    {
        if (formulation != Formulation.III)
        {
            return j;
        }

        (int _, int height, int width) = definition.Image;
        int c = j / (height * width), h = j / width % height, w = j % width;
        return (((c * width) + w) * height) + h;
    }
}
