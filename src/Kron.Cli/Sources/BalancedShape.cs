using System;
using System.Collections.Generic;

namespace Kron.Cli.Sources;

/// <summary>A first idea of a shape without looking at a weight: both factors about as large, and each about square.</summary>
internal static class BalancedShape
{
    /// <summary>The shape of rank 1 with the fewest parameters, m1·n1 + m2·n2; of several, the one that splits both sizes most evenly.</summary>
    public static ShapeGroup Of(int outputs, int inputs)
    {
        (long Parameters, double Unevenness) best = (long.MaxValue, 0);
        ShapeGroup shape = default;
        foreach (int m1 in Divisors(outputs))
        {
            foreach (int n1 in Divisors(inputs))
            {
                int m2 = outputs / m1, n2 = inputs / n1;
                (long, double) cost = (((long)m1 * n1) + ((long)m2 * n2), Math.Abs(Math.Log((double)m1 / m2)) + Math.Abs(Math.Log((double)n1 / n2)));
                if (cost.CompareTo(best) < 0)
                {
                    best = cost;
                    shape = new ShapeGroup(m1, m2, n1, n2, 1);
                }
            }
        }

        return shape;
    }

    public static bool IsPrime(int value) => value > 1 && Divisors(value).Count == 2;

    private static List<int> Divisors(int value)
    {
        List<int> divisors = [];
        for (int d = 1; (long)d * d <= value; d++)
        {
            if (value % d == 0)
            {
                divisors.Add(d);
                if (d != value / d)
                {
                    divisors.Add(value / d);
                }
            }
        }

        return divisors;
    }
}
