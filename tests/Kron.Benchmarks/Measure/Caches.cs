using System;
using System.Globalization;
using System.IO;

namespace Kron.Benchmarks.Measure;

/// <summary>Sizes of the caches of the first core, in bytes.</summary>
internal static class Caches
{
    private const string Root = "/sys/devices/system/cpu/cpu0/cache";

    public static long Level2 { get; } = Read(2, 1 << 20);

    public static long Level3 { get; } = Read(3, 32 << 20);

    private static long Read(int level, long otherwise)
    {
        if (!Directory.Exists(Root))
        {
            return otherwise;
        }

        foreach (string index in Directory.GetDirectories(Root, "index*"))
        {
            if (Text(index, "level") == level.ToString(CultureInfo.InvariantCulture) && Text(index, "type") == "Unified")
            {
                string size = Text(index, "size");
                return long.Parse(size.AsSpan(0, size.Length - 1), CultureInfo.InvariantCulture) * (size[^1] == 'M' ? 1 << 20 : 1 << 10);
            }
        }

        return otherwise;
    }

    private static string Text(string index, string file) => File.ReadAllText(Path.Combine(index, file)).Trim();
}
