using System;
using System.IO;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>Checks where a result is to go before minutes are spent on it.</summary>
internal static class OutputFile
{
    private static readonly StringComparison PathComparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Checks a path.</summary>
    /// <param name="path">The file to be written; one that exists is replaced.</param>
    /// <param name="inputs">The files that are read; none of them may be replaced.</param>
    /// <param name="extensions">The extensions that it may have.</param>
    /// <exception cref="ToolException">It cannot be written, or would replace an input.</exception>
    public static void Check(string path, ReadOnlySpan<string> inputs, params ReadOnlySpan<string> extensions)
    {
        if (!extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            throw new ToolException($"the output '{path}' must end in {string.Join(" or ", extensions.ToArray())}");
        }

        if (Directory.Exists(path))
        {
            throw new ToolException($"the output '{path}' is a folder");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new ToolException($"the folder of the output, '{folder}', does not exist");
        }

        foreach (string input in inputs)
        {
            if (string.Equals(Target(path), Target(input), PathComparison))
            {
                throw new ToolException($"the output '{path}' is an input, which is never overwritten");
            }
        }
    }

    /// <summary>Writes a text as UTF-8, whole or not at all.</summary>
    public static void WriteText(string path, string text)
    {
        string temporary = path + "." + Path.GetRandomFileName() + ".tmp";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string Target(string path) =>
        new FileInfo(path) is { Exists: true } file && file.ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : Path.GetFullPath(path);
}
