using System;
using System.Collections.Generic;
using System.IO;

namespace Kron.Runtime.Tests.IO;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kron-");

    public string Path => _directory.FullName;

    /// <summary>The names of what is in it.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(_directory.GetFileSystemInfos(), info => info.Name);

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
