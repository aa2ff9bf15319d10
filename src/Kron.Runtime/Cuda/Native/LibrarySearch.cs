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

    /// <summary>The folders that the user names, alone.</summary>
    public LibrarySearch Named() => new(string.Join(Path.PathSeparator, _named), loader: false, []);

    /// <summary>The first library of a name; null if there is none.</summary>
    /// <param name="name">Its file's name.</param>
    /// <param name="refused">Gets files that exist but do not load, with the reason.</param>
    public FoundLibrary? Find(string name, ICollection<string> refused) =>
        FindIn(_named, name, refused) ?? FindByLoader(name) ?? FindIn(_usual, name, refused);

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

    /// <summary>Loads what lies beside a library, which asks the system's loader for it by its name alone.</summary>
    public static void LoadBeside(FoundLibrary library, string pattern)
    {
        foreach (string path in library.Folder is null ? [] : Directory.EnumerateFiles(library.Folder, pattern))
        {
            // What is then still missing, the library reports itself.
            _ = NativeLibrary.TryLoad(Path.GetFullPath(path), out _);
        }
    }

    private static FoundLibrary? FindIn(string[] folders, string name, ICollection<string> refused)
    {
        foreach (string path in folders.Select(folder => Path.Combine(folder, name)).Where(File.Exists))
        {
            try
            {
                return new FoundLibrary(NativeLibrary.Load(Path.GetFullPath(path)), path, Path.GetDirectoryName(path));
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                refused.Add($"'{path}' does not load: {error.Message.ReplaceLineEndings(" ").Trim()}");
            }
        }

        return null;
    }

    private FoundLibrary? FindByLoader(string name) =>
        _loader && NativeLibrary.TryLoad(name, out nint handle) ? new FoundLibrary(handle, name, Folder: null) : null;

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
