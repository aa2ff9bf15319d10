using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Xml.Linq;

namespace Kron.Package.Tests.Support;

/// <summary>The files in a package.</summary>
internal sealed class Packed
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public Packed(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            _files.Add(entry.FullName, content.ToArray());
        }
    }

    /// <summary>The paths of the files, but for those that every package of this format has.</summary>
    public IEnumerable<string> Names => _files.Keys.Where(name =>
        name != "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));

    public byte[] this[string name] => _files[name];

    public string Text(string name) => Encoding.UTF8.GetString(_files[name]);

    /// <summary>What the package says of itself.</summary>
    public XElement Metadata
    {
        get
        {
            using MemoryStream nuspec = new(_files[Names.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal))]);
            return XDocument.Load(nuspec).Root!.Elements().Single();
        }
    }

    /// <summary>An element of <see cref="Metadata"/>.</summary>
    public XElement? Element(string name) => Metadata.Element(Metadata.Name.Namespace + name);
}
