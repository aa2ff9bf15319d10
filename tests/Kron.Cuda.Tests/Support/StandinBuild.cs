using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Kron.Tests.Shared;

namespace Kron.Cuda.Tests.Support;

/// <summary>Compiles the stand-in and lays it out under the names of CUDA's libraries.</summary>
internal static class StandinBuild
{
    private const string Object = "libkronstandin.so";

    private static readonly string[] Flags = ["-std=gnu11", "-O3", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden", "-pthread", "-Wl,-z,defs"];

    private static readonly Lazy<string?> Compiler = new(FindCompiler);

    private static readonly Lazy<string> Root = new(Build);

    /// <summary>Why there is no stand-in here, or null.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "The stand-in for CUDA's libraries is made on Linux."
        : Compiler.Value is null ? "No C++ compiler here for the stand-in for CUDA's libraries. Debian: apt-get install g++."
        : null;

    private static string Sources { get; } = Repository.Path("tests/Kron.Cuda.Standin");

    /// <summary>A folder in which the stand-in goes by some names. Whatever the name, the library that is loaded is the same one.</summary>
    /// <param name="name">What the folder is called.</param>
    /// <param name="libraries">The file names.</param>
    public static string Folder(string name, params string[] libraries)
    {
        string folder = Path.Combine(Root.Value, name);
        Directory.CreateDirectory(folder);
        foreach (string library in libraries)
        {
            string link = Path.Combine(folder, library);
            if (!File.Exists(link))
            {
                Link(link);
            }
        }

        return folder;
    }

    private static void Link(string link)
    {
        try
        {
            File.CreateSymbolicLink(link, Path.Combine("..", Object));
        }
        catch (IOException) when (File.Exists(link))
        {
            // Another run of the tests was there first.
        }
    }

    // One that makes C++ as well, as kernels are.
    private static string? FindCompiler() =>
        new[] { "gcc", "clang" }.FirstOrDefault(compiler => Command.Exists(compiler) && new Command(compiler, "-x", "c++", "-fsyntax-only", "/dev/null").Run().Succeeded);

    // Into a folder of its own for each state of the sources, so that it is made again only when they have changed.
    private static string Build()
    {
        if (Missing is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        string[] files = [.. Directory.GetFiles(Sources).Where(file => Path.GetExtension(file) is ".c" or ".h" or ".hpp").Order(StringComparer.Ordinal)];
        string[] command = [.. Flags, $"-DSTANDIN_COMPILER=\"{Compiler.Value}\"", $"-DSTANDIN_SOURCES=\"{Sources}\""];
        string state = string.Concat(files.Select(File.ReadAllText).Prepend(string.Join(' ', command)));
        string root = Path.Combine(AppContext.BaseDirectory, "standin", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(state)))[..16]);
        string target = Path.Combine(root, Object);
        if (File.Exists(target))
        {
            return root;
        }

        Directory.CreateDirectory(root);
        string made = $"{target}.{Environment.ProcessId}";
        new Command(Compiler.Value!, [.. command, .. files.Where(file => file.EndsWith(".c", StringComparison.Ordinal)), "-o", made, "-ldl", "-lm"]).Run().EnsureSuccess();
        File.Move(made, target, overwrite: true);
        return root;
    }
}
