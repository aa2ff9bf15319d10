using System;

namespace Kron.Kernels.Tests.Support;

/// <summary>The activations in double, from their textbook definitions.</summary>
internal static class Functions
{
    public static double Value(Activation activation, double slope, double x) => activation switch
    {
        Activation.None => x,
        Activation.Relu => Math.Max(0, x),
        Activation.LeakyRelu => x >= 0 ? x : (float)slope * x,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        Activation.Gelu => x * Phi(x),
        Activation.Silu => x / (1 + Math.Exp(-x)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    public static double Derivative(Activation activation, double slope, double x)
    {
        double sigmoid = 1 / (1 + Math.Exp(-x));
        return activation switch
        {
            Activation.None => 1,
            Activation.Relu => x > 0 ? 1 : 0,
            Activation.LeakyRelu => x > 0 ? 1 : (float)slope,
            Activation.Sigmoid => sigmoid * (1 - sigmoid),
            Activation.Tanh => 1 - (Math.Tanh(x) * Math.Tanh(x)),
            Activation.Gelu => Phi(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
            Activation.Silu => sigmoid * (1 + (x * (1 - sigmoid))),
            _ => throw new ArgumentOutOfRangeException(nameof(activation)),
        };
    }

    /// <summary>The Gaussian distribution function: its Taylor series near 0, the continued fraction of erfc beyond.</summary>
    private static double Phi(double x)
    {
        double t = Math.Abs(x);
        double tail;
        if (t < 3)
        {
            double term = t, sum = t;
            for (int k = 1; k < 100; k++)
            {
                term *= -t * t / (2.0 * k);
                sum += term / ((2 * k) + 1);
            }

            tail = 0.5 - (sum / Math.Sqrt(2 * Math.PI));
        }
        else
        {
            double fraction = t;
            for (int k = 200; k > 0; k--)
            {
                fraction = t + (k / fraction);
            }

            tail = Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI) / fraction;
        }

        return x > 0 ? 1 - tail : tail;
    }
}
