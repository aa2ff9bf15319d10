using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Runtime.Tests.IO;

/// <summary>Random changes to a file, for readers that must survive any.</summary>
internal static class Mutation
{
    private const int Common = 4;

    /// <summary>One to three changes: bytes, bits, pieces lost or copied, or what a format adds of its own.</summary>
    /// <param name="original">The file; stays as it is.</param>
    /// <param name="random">Decides.</param>
    /// <param name="place">Where the next change is to be.</param>
    /// <param name="own">Further kinds of change, given the place.</param>
    public static byte[] Of(byte[] original, Random random, Func<List<byte>, int> place, params Action<List<byte>, int>[] own)
    {
        List<byte> file = [.. original];
        for (int changes = random.Next(1, 4); changes > 0 && file.Count > 0; changes--)
        {
            int at = place(file);
            int kind = random.Next(Common + own.Length);
            switch (kind)
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    file.RemoveRange(at, Math.Min(file.Count - at, random.Next(1, 20)));
                    break;
                case 3:
                    byte[] piece = [.. file.Skip(at).Take(random.Next(1, 60))];
                    file.InsertRange(random.Next(file.Count), piece);
                    break;
                default:
                    own[kind - Common](file, at);
                    break;
            }
        }

        return [.. file];
    }
}
