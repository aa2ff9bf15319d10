using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Benchmarks.Peers;

/// <summary>The native libraries of this machine.</summary>
internal static class Libraries
{
    private static readonly (string Name, string Hint, Func<Choices, GemmLibrary?> Load)[] Known =
    [
        ("OpenBLAS", "libopenblas.so.0: apt-get install libopenblas0-pthread", OpenBlas.Load),
        ("oneDNN", "libdnnl.so.2: apt-get install libdnnl2", OneDnn.Load),
        ("LIBXSMM", "libxsmm.so, or apt-get install libxsmm-dev gcc to link it from the archive", Libxsmm.Load),
    ];

    /// <summary>Those that are wanted and installed; notes say which take part and why others do not.</summary>
    public static IReadOnlyList<GemmLibrary> Load(IReadOnlyList<string>? wanted, Choices choices, List<string> notes)
    {
        var libraries = new List<GemmLibrary>();
        foreach (var (name, hint, load) in Known)
        {
            if (wanted is not null && !wanted.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (load(choices) is { } library)
            {
                libraries.Add(library);
                notes.Add($"{name}: {library.Version}");
            }
            else
            {
                notes.Add($"{name}: skipped, the library is absent ({hint})");
            }
        }

        if (libraries.Count > 0)
        {
            notes.Add($"Their fastest ways were found by trial and are kept in {Choices.File}");
        }

        return libraries;
    }
}
