using System;
using Kron.Generator.Spec;

namespace Kron.Generator.Tests.Activations;

/// <summary>The activations in double, by formulas of their own; relative error below 1e-13 wherever they do not cross zero.</summary>
internal static class ActivationReference
{
    public static double Value(ActivationKind kind, double slope, double x) => kind switch
    {
        ActivationKind.None => x,
        ActivationKind.Relu => x > 0 || double.IsNaN(x) ? x : 0,
        ActivationKind.LeakyRelu => x > 0 || double.IsNaN(x) ? x : slope == 0 ? 0 : slope * x,
        ActivationKind.Sigmoid => Logistic(x),
        ActivationKind.Tanh => Math.Tanh(x),
        ActivationKind.Gelu => double.IsNegativeInfinity(x) ? 0 : x * NormalDistribution(x),
        ActivationKind.Silu => double.IsNegativeInfinity(x) ? 0 : x * Logistic(x),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static double Derivative(ActivationKind kind, double slope, double x) => kind switch
    {
        ActivationKind.None => 1,
        ActivationKind.Relu => x > 0 ? 1 : 0,
        ActivationKind.LeakyRelu => x > 0 ? 1 : slope,
        ActivationKind.Sigmoid => Logistic(x) * Logistic(-x),
        ActivationKind.Tanh => Math.Pow(Math.Cosh(x), -2),
        ActivationKind.Gelu => double.IsInfinity(x) ? (x > 0 ? 1 : 0) : NormalDistribution(x) + (x * NormalDensity(x)),
        ActivationKind.Silu => double.IsInfinity(x) ? (x > 0 ? 1 : 0) : Logistic(x) * (1 + (x * Logistic(-x))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Φ(x).</summary>
    public static double NormalDistribution(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        double a = Math.Abs(x);
        if (a < 2.5)
        {
            // Φ(x) − 1/2 = φ(x)·(x + x³/3 + x⁵/(3·5) + …): no cancellation.
            double term = x;
            double sum = x;
            for (int k = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); k += 2)
            {
                term *= x * x / k;
                sum += term;
            }

            return 0.5 + (NormalDensity(x) * sum);
        }

        // The Mills ratio as Laplace's continued fraction 1/(a + 1/(a + 2/(a + 3/(a + …)))).
        double fraction = a;
        for (int k = Math.Clamp((int)(900 / (a * a)), 12, 150); k >= 1; k--)
        {
            fraction = a + (k / fraction);
        }

        double tail = NormalDensity(a) / fraction;
        return x < 0 ? tail : 1 - tail;
    }

    private static double NormalDensity(double x) => Math.Exp(x * x / -2) / Math.Sqrt(2 * Math.PI);

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));
}
