namespace Kron.Samples;

/// <summary>
/// The SplitMix64 generator (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). Written out
/// here so that the images are the same on every platform and in every version of .NET.
/// </summary>
internal sealed class RandomStream
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>Starts the stream that belongs to a seed and an index; neighbouring indices give unrelated streams.</summary>
    public RandomStream(ulong seed, ulong index) => state = Mix(Mix(seed + Increment) ^ (index * Increment));

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits() => Mix(state += Increment);

    /// <summary>A multiple of 2⁻²⁴ in [0, 1), exact in a float.</summary>
    public float Next() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [low, high).</summary>
    public float Next(float low, float high) => low + ((high - low) * Next());

    /// <summary>Uniform in 0 … count − 1; the bias of the multiplication is below 2⁻³² · count.</summary>
    public int Next(int count) => (int)(((NextBits() >> 32) * (ulong)count) >> 32);

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => Next() < probability;

    /// <summary>Minus one or one.</summary>
    public float Sign() => Chance(0.5f) ? -1f : 1f;

    /// <summary>Mean 0, variance 1, bell-shaped within ±√12: four uniforms summed, which needs no logarithm.</summary>
    public float Bell()
    {
        ulong bits = NextBits();
        float sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
        return (sum - (2 * 65535f)) * (1.7320508f / 65535f);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
