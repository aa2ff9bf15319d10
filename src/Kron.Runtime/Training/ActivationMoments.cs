using System;

namespace Kron.Training;

/// <summary>The moments E f(z) and E f(z)² of an activation f for standard normal z.</summary>
/// <param name="Mean">E f(z).</param>
/// <param name="Square">E f(z)².</param>
internal readonly record struct ActivationMoments(double Mean, double Square)
{
    // The density is below 1e-31 beyond; an even number of steps on each side of 0, where some activations have a kink.
    private const double Limit = 12;
    private const int StepsPerSide = 1000;

    /// <summary>Integrates an activation; maxout is the maximum of <paramref name="pieces"/> independent normals.</summary>
    public static ActivationMoments Of(Activation activation, double slope, int pieces)
    {
        const double Step = Limit / StepsPerSide;
        double mean = 0, square = 0, distribution = 0;
        for (int i = 0; i <= 2 * StepsPerSide; i++)
        {
            double z = (i - StepsPerSide) * Step;
            double density = Density(z);
            if (i > 0)
            {
                // Simpson's rule over one step for Φ.
                distribution += (Density(z - Step) + (4 * Density(z - (Step / 2))) + density) * Step / 6;
            }

            // Simpson's rule on each side of 0.
            double weight = Step / 3 * (i is 0 or 2 * StepsPerSide ? 1 : i == StepsPerSide ? 2 : i % 2 == 0 ? 2 : 4);
            double mass = weight * density * (activation == Activation.Maxout ? pieces * Math.Pow(distribution, pieces - 1) : 1);
            double value = Value(activation, slope, z, distribution);
            mean += mass * value;
            square += mass * value * value;
        }

        return new ActivationMoments(mean, square);
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    private static double Value(Activation activation, double slope, double z, double distribution) => activation switch
    {
        Activation.None or Activation.Maxout => z,
        Activation.Relu => Math.Max(0, z),
        Activation.LeakyRelu => z >= 0 ? z : slope * z,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-z)),
        Activation.Tanh => Math.Tanh(z),
        Activation.Gelu => z * distribution,
        Activation.Silu => z / (1 + Math.Exp(-z)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };
}
