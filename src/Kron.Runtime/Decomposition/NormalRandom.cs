using System;

namespace Kron.Decomposition;

/// <summary>Standard normal variates by the Box–Muller transform.</summary>
internal static class NormalRandom
{
    public static double Next(Random random)
    {
        // NextDouble may be 0 and is never 1.
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
