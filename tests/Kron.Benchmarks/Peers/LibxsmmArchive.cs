using System.Diagnostics;
using System.IO;

namespace Kron.Benchmarks.Peers;

/// <summary>Debian ships LIBXSMM as a static archive only; a C compiler makes a shared library of it.</summary>
internal static class LibxsmmArchive
{
    private const string Folder = "/usr/lib";

    /// <summary>Where the linked library is kept.</summary>
    public static string Shared { get; } = Path.Combine(Path.GetTempPath(), "kron-benchmarks-libxsmm.so");

    /// <summary>Links the archive; false without archive or compiler.</summary>
    public static bool Link()
    {
        string library = Path.Combine(Folder, "libxsmm.a");
        string withoutBlas = Path.Combine(Folder, "libxsmmnoblas.a");
        if (!File.Exists(library) || !File.Exists(withoutBlas) || !File.Exists("/usr/bin/cc"))
        {
            return false;
        }

        // Linked aside and renamed, so that a process that runs at the same time never loads half a file.
        string aside = Path.GetTempFileName();
        using Process process = Process.Start(
            "/usr/bin/cc",
            ["-shared", "-o", aside, "-Wl,--whole-archive", library, withoutBlas, "-Wl,--no-whole-archive", "-lpthread", "-ldl", "-lm", "-lrt"]);
        process.WaitForExit();
        if (process.ExitCode == 0)
        {
            File.Move(aside, Shared, overwrite: true);
        }

        return process.ExitCode == 0;
    }
}
