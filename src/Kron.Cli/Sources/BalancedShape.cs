using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>A first idea of a shape without looking at a weight: both factors about as large, and each about square.</summary>
internal static class BalancedShape
{
    /// <summary>The shape of rank 1 with the fewest parameters, m1·n1·h1·w1 + m2·n2·h2·w2; of several, the one that splits all sizes most evenly.</summary>
    /// <param name="outputs">Rows of a matrix, or output channels.</param>
    /// <param name="inputs">Columns of a matrix, or input channels.</param>
    /// <param name="height">Rows of the kernels.</param>
    /// <param name="width">Columns of the kernels.</param>
    public static ShapeGroup Of(int outputs, int inputs, int height = 1, int width = 1)
    {
        IEnumerable<ShapeGroup> shapes =
            from m1 in Divisors(outputs)
            from n1 in Divisors(inputs)
            from h1 in Divisors(height)
            from w1 in Divisors(width)
            select new ShapeGroup(m1, outputs / m1, n1, inputs / n1, 1) { H1 = h1, W1 = w1, H2 = height / h1, W2 = width / w1 };
        return shapes.MinBy(shape => (Parameters(shape), Uneven(shape.M1, shape.M2) + Uneven(shape.N1, shape.N2) + Uneven(shape.H1, shape.H2) + Uneven(shape.W1, shape.W2)));
    }

    /// <summary>Floats of one product.</summary>
    public static long Parameters(ShapeGroup shape) =>
        ((long)shape.M1 * shape.N1 * shape.H1 * shape.W1) + ((long)shape.M2 * shape.N2 * shape.H2 * shape.W2);

    private static double Uneven(int first, int second) => Math.Abs(Math.Log((double)first / second));

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
