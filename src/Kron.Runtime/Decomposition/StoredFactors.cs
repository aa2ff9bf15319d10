using System;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>
/// Factors as a layer stores them, and as products read them: A.0, B.0, A.1, …. Only a low-rank convolution differs, whose B is stored
/// with the output channels outermost, H [o, rank, 1, d] in place of [rank, o, 1, d].
/// </summary>
internal static class StoredFactors
{
    /// <summary>Writes factors to a layer's parameters.</summary>
    public static void Write(LayerDefinition definition, ReadOnlySpan<float> factors, Span<float> parameters)
    {
        factors.CopyTo(parameters);
        if (definition.Kind == LayerKind.LowRank)
        {
            ShapeGroup pair = definition.Groups[0];
            int right = factors.Length - (int)(pair.R * pair.LengthB);
            Exchange(factors[right..], pair.R, pair.M2, parameters[right..factors.Length]);
        }
    }

    /// <summary>The factors in a layer's parameters, which are copied only where they lie otherwise.</summary>
    public static ReadOnlySpan<float> Read(LayerDefinition definition, ReadOnlySpan<float> parameters)
    {
        if (definition.Kind != LayerKind.LowRank)
        {
            return parameters;
        }

        ShapeGroup pair = definition.Groups[0];
        int length = KroneckerFit.FactorLength(pair), right = length - (int)(pair.R * pair.LengthB);
        float[] factors = parameters[..length].ToArray();
        Exchange(parameters[right..length], pair.M2, pair.R, factors.AsSpan(right));
        return factors;
    }

    /// <summary>Exchanges the two outer axes of a tensor [outer, inner, …].</summary>
    private static void Exchange(ReadOnlySpan<float> source, int outer, int inner, Span<float> target)
    {
        int run = source.Length / (outer * inner);
        for (int i = 0; i < outer; i++)
        {
            for (int j = 0; j < inner; j++)
            {
                source.Slice(((i * inner) + j) * run, run).CopyTo(target[(((j * outer) + i) * run)..]);
            }
        }
    }
}
