using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kron.CompilerServices;

/// <summary>Checks of the buffers of a batch; each throws an <see cref="ArgumentException"/> that names the argument, what was expected and what came.</summary>
internal static class BatchCheck
{
    /// <summary>The batch that a buffer of whole samples holds.</summary>
    public static int Of(string argument, int length, int floatsPerSample)
    {
        // The smallest layers take about as long as a division.
        if (length == floatsPerSample)
        {
            return 1;
        }

        (int batch, int rest) = Math.DivRem(length, floatsPerSample);
        if (rest != 0)
        {
            Throw(argument, $"'{argument}' has {length} floats; expected a multiple of {floatsPerSample}, the floats per sample.");
        }

        return batch;
    }

    /// <summary>Checks that a buffer holds exactly a batch.</summary>
    public static void Length(string argument, int length, int batch, int floatsPerSample)
    {
        long expected = (long)batch * floatsPerSample;
        if (length != expected)
        {
            Throw(argument, $"'{argument}' has {length} floats; expected {expected} for {batch} samples of {floatsPerSample} floats.");
        }
    }

    /// <summary>Checks that a buffer has an exact length.</summary>
    public static void Exact(string argument, int length, int expected)
    {
        if (length != expected)
        {
            Throw(argument, $"'{argument}' has {length} floats; expected {expected}.");
        }
    }

    /// <summary>Checks that a buffer which will be written shares no memory with one that is read.</summary>
    public static void Disjoint(string argument, ReadOnlySpan<float> written, string other, ReadOnlySpan<float> read)
    {
        if (written.Overlaps(read))
        {
            Throw(argument, $"'{argument}' ({written.Length} floats) overlaps '{other}' ({read.Length} floats); expected separate memory.");
        }
    }

    [DoesNotReturn]
    private static void Throw(string argument, FormattableString message) =>
        throw new ArgumentException(message.ToString(CultureInfo.InvariantCulture), argument);
}
