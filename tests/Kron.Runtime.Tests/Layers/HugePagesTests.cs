using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

public sealed unsafe class HugePagesTests
{
    private const int Page = 1 << 21;

    [Fact]
    public void A_large_buffer_asks_for_huge_pages()
    {
        var buffer = new AlignedBuffer(4 * Page / sizeof(float));

        buffer.Span.IndexOfAnyExcept(0).ShouldBe(-1);
        buffer.Span.Fill(1);
        if (!Directory.Exists("/sys/kernel/mm/transparent_hugepage"))
        {
            return;
        }

        ulong first = (ulong)buffer.Pointer, end = first + (4 * Page);
        Flags((first + Page - 1) / Page * Page).ShouldContain("hg");
        Flags((end / Page * Page) - 1).ShouldContain("hg");
        GC.KeepAlive(buffer);
    }

    /// <summary>What the kernel knows of the mapping that an address lies in.</summary>
    private static string[] Flags(ulong address)
    {
        bool isIt = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0].Split('-') is [string start, string end]
                && ulong.TryParse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong from)
                && ulong.TryParse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong to))
            {
                isIt = from <= address && address < to;
            }
            else if (isIt && words[0] == "VmFlags:")
            {
                return [.. words.Skip(1)];
            }
        }

        throw new InvalidOperationException($"No mapping has the address {address:x}.");
    }
}
