using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.Decomposition;

namespace Kron.Benchmarks.Fit;

/// <summary>The memory that a fit takes beside the weight, in a process of its own.</summary>
internal static class FitMemory
{
    public const string Command = "fit-memory";

    /// <summary>Starts the process and returns bytes: the most that were resident during the fit, less what was before it.</summary>
    public static long Measure(string path, ShapeGroup shape)
    {
        string[] sizes = [.. new[] { shape.M1, shape.M2, shape.N1, shape.N2, shape.R }.Select(size => size.ToString(CultureInfo.InvariantCulture))];
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Command, path, .. sizes]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? long.Parse(output, CultureInfo.InvariantCulture) : throw new InvalidOperationException("The process that measures memory failed.");
    }

    /// <summary>What the process does.</summary>
    public static int Run(string[] arguments)
    {
        int[] sizes = [.. arguments.Skip(1).Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        var shape = new ShapeGroup(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
        var weight = new float[(long)shape.M1 * shape.M2 * shape.N1 * shape.N2];
        using (FileStream file = File.OpenRead(arguments[0]))
        {
            file.ReadExactly(MemoryMarshal.AsBytes(weight.AsSpan()));
        }

        // Code is loaded and compiled on a small weight first.
        var small = new ShapeGroup(40, 30, 30, 40, 3);
        KroneckerWeight.Fit(new float[1200 * 1200], 1200, 1200, [small], null, out _);
        GC.Collect();

        long before = Status("VmRSS:");
        File.WriteAllText("/proc/self/clear_refs", "5");
        KroneckerWeight.Fit(weight, shape.M1 * shape.M2, shape.N1 * shape.N2, [shape], null, out _);
        Console.Write(Status("VmHWM:") - before);
        return 0;
    }

    private static long Status(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
