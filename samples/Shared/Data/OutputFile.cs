using System.IO;

namespace Kron.Samples;

/// <summary>A file that is written after minutes of work.</summary>
internal static class OutputFile
{
    /// <summary>Makes the folder of a file, so that a wrong path is reported at once.</summary>
    /// <returns>The full path.</returns>
    /// <exception cref="IOException">The path is that of a folder, or its folder cannot be made.</exception>
    public static string Prepare(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new IOException($"The table cannot be written to {full}: it is a folder.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
