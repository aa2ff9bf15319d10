using System;
using System.Collections.Generic;
using System.Linq;
using Figure1.Images;
using Kron;
using Kron.Decomposition;

namespace Figure1.Comparison;

/// <summary>A picture as a sum of Kronecker products.</summary>
/// <param name="Shape">The factors' shape; R products for each channel.</param>
/// <param name="Parameters">Parameters of all channels.</param>
/// <param name="Picture">The sum, cut to 0 … 255 and rounded.</param>
/// <param name="RelativeError">‖W − Σ A ⊗ B‖_F / ‖W‖_F over all channels, before rounding; 0 for a black picture.</param>
/// <param name="Psnr">The peak signal-to-noise ratio 10·log10(255² / mean squared error) in dB, of the same difference.</param>
internal sealed record Approximation(ShapeGroup Shape, int Parameters, Picture Picture, double RelativeError, double Psnr)
{
    /// <summary>Approximates a picture, each channel a matrix of its own, with one number of products after the other.</summary>
    /// <remarks>
    /// One decomposition gives all of them: the terms come in order of their singular values, and the first r are the nearest sum of r.
    /// </remarks>
    /// <param name="picture">The picture.</param>
    /// <param name="shape">The shape for a number of products.</param>
    /// <param name="ranks">The numbers of products, increasing.</param>
    public static Approximation[] Of(Picture picture, Func<int, ShapeGroup> shape, IReadOnlyList<int> ranks)
    {
        double energy = 0;
        var errors = new double[ranks.Count];
        byte[][][] planes = [.. ranks.Select(_ => new byte[picture.Channels][])];
        for (int channel = 0; channel < picture.Channels; channel++)
        {
            float[] weight = Array.ConvertAll(picture.Plane(channel).ToArray(), value => (float)value);
            energy += weight.Sum(value => (double)value * value);
            KroneckerFactors factors = Kpsvd.Decompose(weight, shape(ranks[^1]));
            var sum = new double[weight.Length];
            for (int i = 0; i < ranks.Count; i++)
            {
                for (int term = i == 0 ? 0 : ranks[i - 1]; term < ranks[i]; term++)
                {
                    AddProduct(factors, term, sum);
                }

                errors[i] += weight.Zip(sum, (value, approximated) => (value - approximated) * (value - approximated)).Sum();
                planes[i][channel] = Array.ConvertAll(sum, value => (byte)Math.Round(Math.Clamp(value, 0, 255)));
            }
        }

        int count = picture.Channels * picture.Height * picture.Width;
        return [.. ranks.Select((rank, i) => new Approximation(
            shape(rank),
            picture.Channels * shape(rank).Parameters(),
            new Picture(picture.Height, picture.Width, planes[i]),
            energy > 0 ? Math.Sqrt(errors[i] / energy) : 0,
            10 * Math.Log10(255.0 * 255.0 * count / errors[i])))];
    }

    /// <summary>Adds A ⊗ B: entry (i1·m2 + i2, j1·n2 + j2) is A[i1, j1]·B[i2, j2].</summary>
    private static void AddProduct(KroneckerFactors factors, int term, double[] sum)
    {
        ShapeGroup s = factors.Shape;
        ReadOnlySpan<double> a = factors.A.AsSpan(term * s.M1 * s.N1, s.M1 * s.N1), b = factors.B.AsSpan(term * s.M2 * s.N2, s.M2 * s.N2);
        int at = 0;
        for (int row = 0; row < s.M1 * s.M2; row++)
        {
            ReadOnlySpan<double> rowOfA = a.Slice(row / s.M2 * s.N1, s.N1), rowOfB = b.Slice(row % s.M2 * s.N2, s.N2);
            foreach (double left in rowOfA)
            {
                foreach (double right in rowOfB)
                {
                    sum[at++] += left * right;
                }
            }
        }
    }
}
