using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>A number of a call plan: fixed, or that many for each sample of the batch.</summary>
/// <param name="Count">How many.</param>
/// <param name="IsPerSample">Whether for each sample.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct BatchExtent(long Count, bool IsPerSample)
{
    /// <summary>A fixed number.</summary>
    /// <param name="count">The number.</param>
    public static implicit operator BatchExtent(long count) => new(count, IsPerSample: false);

    /// <summary>That many for each sample.</summary>
    /// <param name="count">How many.</param>
    public static BatchExtent Samples(long count) => new(count, IsPerSample: true);

    internal long At(int batch) => IsPerSample ? checked(Count * batch) : Count;
}
