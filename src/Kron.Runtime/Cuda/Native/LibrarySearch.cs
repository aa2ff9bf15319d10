using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Kron.Cuda;

/// <summary>Where libraries are looked for, in order: folders the user names, the system's loader, the usual folders.</summary>
internal sealed class LibrarySearch
{
    /// <summary>Lists folders that are searched before anything else, separated as in <c>PATH</c>.</summary>
    public const string Override = "KRON_CUDA_PATH";

    private readonly string[] _named;
    private readonly bool _loader;
    private readonly string[] _usual;

    /// <param name="named">The folders the user names, separated as in <c>PATH</c>.</param>
    /// <param name="loader">Whether the system's loader is asked.</param>
    /// <param name="usual">The folders that are searched last.</param>
    public LibrarySearch(string? named, bool loader, IEnumerable<string> usual)
    {
        _named = (named ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _loader = loader;
        _usual = [.. usual];
    }

    public static LibrarySearch FromEnvironment() => new(Environment.GetEnvironmentVariable(Override), loader: true, UsualFolders());

    /// <summary>The first library found under any of the names, a folder before a name; null if there is none.</summary>
    /// <param name="names">File names, the preferred one first.</param>
    /// <param name="refused">Gets files that exist but do not load, with the reason.</param>
    public FoundLibrary? Find(IReadOnlyList<string> names, ICollection<string> refused)
    {
        foreach (string folder in _named)
        {
            if (FindIn(folder, names, refused) is { } found)
            {
                return found;
            }
        }

        foreach (string name in _loader ? names : [])
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return new FoundLibrary(handle, name, Folder: null);
            }
        }

        return _usual.Select(folder => FindIn(folder, names, refused)).FirstOrDefault(found => found is not null);
    }

    /// <summary>The places in words.</summary>
    public string Describe()
    {
        var places = new List<string>
        {
            _named.Length == 0 ? $"{Override} (not set)" : $"{Override} ({string.Join(", ", _named)})",
        };
        if (_loader)
        {
            places.Add("the system's loader");
        }

        places.AddRange(_usual);
        return string.Join(", ", places);
    }

    /// <summary>Loads a library that another one from the same folder needs but may not find by itself.</summary>
    public static void LoadBeside(FoundLibrary library, string name)
    {
        if (library.Folder is not null)
        {
            // The other one's loader reports what is missing.
            _ = NativeLibrary.TryLoad(Path.Combine(library.Folder, name), out _);
        }
    }

    private static FoundLibrary? FindIn(string folder, IReadOnlyList<string> names, ICollection<string> refused)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                continue;
            }

            try
            {
                return new FoundLibrary(NativeLibrary.Load(Path.GetFullPath(path)), path, folder);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                refused.Add($"'{path}' does not load: {error.Message.ReplaceLineEndings(" ").Trim()}");
            }
        }

        return null;
    }

    private static IEnumerable<string> UsualFolders()
    {
        foreach (string variable in new[] { "CUDA_PATH", "CUDA_HOME" })
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } root)
            {
                yield return Path.Combine(root, OperatingSystem.IsWindows() ? "bin" : "lib64");
                if (OperatingSystem.IsWindows())
                {
                    // CUDA 13 moved them.
                    yield return Path.Combine(root, "bin", "x64");
                }
            }
        }

        if (!OperatingSystem.IsWindows())
        {
            yield return "/usr/local/cuda/lib64";
        }
    }
}
