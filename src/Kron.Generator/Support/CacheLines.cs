namespace Kron.Generator.Support;

/// <summary>Lines of 64 bytes, to which every buffer and every tensor in one is aligned.</summary>
internal static class CacheLines
{
    public const int Floats = 16;

    /// <summary>Rounds up to whole lines.</summary>
    public static int Align(long floats) => checked((int)((floats + Floats - 1) / Floats * Floats));
}
