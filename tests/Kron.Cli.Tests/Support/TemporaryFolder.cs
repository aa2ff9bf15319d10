using System;
using System.IO;

namespace Kron.Cli.Tests.Support;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("kron-cli-").FullName;

    public string Path { get; }

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of its files.</summary>
    public string[] Files => Array.ConvertAll(Directory.GetFiles(Path), file => System.IO.Path.GetFileName(file)!);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
