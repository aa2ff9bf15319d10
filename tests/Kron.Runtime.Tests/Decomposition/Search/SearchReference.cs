using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Decomposition;

namespace Kron.Runtime.Tests.Decomposition.Search;

/// <summary>The search by its definition: every shape, every rank, full singular value decompositions.</summary>
internal static class SearchReference
{
    public readonly record struct Candidate(ShapeGroup Group, long Parameters, long MultiplyAdds, double Error);

    /// <summary>All candidates of one group that have fewer parameters than the dense weight.</summary>
    public static List<Candidate> All(float[] weight, int outputs, int inputs)
    {
        var candidates = new List<Candidate>();
        foreach (int m1 in Divisors(outputs))
        {
            foreach (int n1 in Divisors(inputs))
            {
                var shape = new ShapeGroup(m1, outputs / m1, n1, inputs / n1, 1);
                double[] squares = [.. Reference.SingularValues(weight, shape).Select(value => value * value)];
                double total = squares.Sum();
                for (int r = 1; r <= squares.Length; r++)
                {
                    long parameters = r * Parameters(shape);
                    if (parameters < (long)outputs * inputs)
                    {
                        double error = Math.Sqrt(squares.Skip(r).Sum() / total);
                        candidates.Add(new Candidate(shape with { R = r }, parameters, r * MultiplyAdds(shape), error));
                    }
                }
            }
        }

        return candidates;
    }

    public static long Parameters(ShapeGroup s) => ((long)s.M1 * s.N1) + ((long)s.M2 * s.N2);

    /// <summary>B first costs m2·n2 for each of n1 parts of the input, then m1·n1 for each of m2 columns; A first likewise.</summary>
    public static long MultiplyAdds(ShapeGroup s) => Math.Min(
        ((long)s.N1 * s.M2 * s.N2) + ((long)s.M1 * s.N1 * s.M2),
        ((long)s.N2 * s.M1 * s.N1) + ((long)s.M2 * s.N2 * s.M1));

    /// <summary>A sum of Kronecker products with Gaussian factors, of unit energy per entry, plus Gaussian noise.</summary>
    public static float[] Planted(int outputs, int inputs, double noise, int seed, params ShapeGroup[] groups)
    {
        float[] weight = Reference.Gaussian(outputs * inputs, seed, noise);
        foreach (ShapeGroup s in groups)
        {
            double[] a = [.. Reference.Gaussian(s.R * s.M1 * s.N1, ++seed).Select(v => (double)v)];
            double[] b = [.. Reference.Gaussian(s.R * s.M2 * s.N2, ++seed).Select(v => (double)v)];
            double[,] sum = Reference.Sum(s, a, b);
            for (int i = 0; i < weight.Length; i++)
            {
                weight[i] += (float)sum[i / inputs, i % inputs];
            }
        }

        return weight;
    }

    private static IEnumerable<int> Divisors(int size) => Enumerable.Range(1, size).Where(d => size % d == 0);
}
