using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text.Json;
using Kron.Package.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

[Collection(SharedPackages.Name)]
public sealed class SymbolTests(PackageFixture fixture)
{
    /// <summary>How the portable PDB format names source link and sources that it holds itself.</summary>
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    /// <summary>What a deterministic build calls the root of the repository.</summary>
    private const string Root = "/_/";

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public void The_symbols_belong_to_the_library(string framework)
    {
        byte[] symbols = fixture.Symbols[$"lib/{framework}/Kron.Runtime.pdb"];
        using PEReader library = new(fixture.Package[$"lib/{framework}/Kron.Runtime.dll"].ToImmutableArray());
        DebugDirectoryEntry entry = library.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.PdbChecksum);
        PdbChecksumDebugDirectoryData checksum = library.ReadPdbChecksumDebugDirectoryData(entry);
        checksum.AlgorithmName.ShouldBe("SHA256");

        // The checksum is over the file with its own identity, which is made from it, set to zero.
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbImage(symbols.ToImmutableArray());
        DebugMetadataHeader header = provider.GetMetadataReader().DebugMetadataHeader!;
        byte[] hashed = [.. symbols];
        hashed.AsSpan(header.IdStartOffset, header.Id.Length).Clear();
        SHA256.HashData(hashed).ShouldBe(checksum.Checksum);
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public void The_library_leads_to_its_sources(string framework)
    {
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbImage(fixture.Symbols[$"lib/{framework}/Kron.Runtime.pdb"].ToImmutableArray());
        CheckSources(provider.GetMetadataReader(), "src/Kron.Runtime/");
    }

    /// <summary>Nobody asks a symbol server about what runs in a build, so its symbols lie inside.</summary>
    [Theory]
    [InlineData("analyzers/dotnet/cs/Kron.Generator.dll", "src/Kron.Generator/")]
    [InlineData("tools/netstandard2.0/Kron.Build.dll", "src/Kron.Build/")]
    public void What_runs_in_a_build_leads_to_its_sources(string name, string folder)
    {
        using PEReader image = new(fixture.Package[name].ToImmutableArray());
        DebugDirectoryEntry entry = image.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using MetadataReaderProvider provider = image.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
        CheckSources(provider.GetMetadataReader(), folder);
    }

    /// <summary>Every document is a committed file, which source link turns into an address, or one that the symbols hold.</summary>
    private void CheckSources(MetadataReader symbols, string folder)
    {
        byte[] link = Of(symbols, EntityHandle.ModuleDefinition, SourceLink).ShouldHaveSingleItem();
        JsonElement map = JsonDocument.Parse(link).RootElement.GetProperty("documents");
        map.EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString())).ShouldBe(
            [($"{Root}*", $"https://raw.githubusercontent.com/example/kron/{fixture.Sources.Commit}/*")]);

        int committed = 0;
        foreach (DocumentHandle handle in symbols.Documents)
        {
            string path = symbols.GetString(symbols.GetDocument(handle).Name);
            path.ShouldStartWith(Root);
            if (fixture.Sources.Files.Contains(path[Root.Length..]))
            {
                committed++;
            }
            else
            {
                Of(symbols, handle, EmbeddedSource).ShouldHaveSingleItem(path);
            }
        }

        int sources = fixture.Sources.Files.Count(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));
        committed.ShouldBeInRange(sources / 2, sources);
    }

    private static IEnumerable<byte[]> Of(MetadataReader symbols, EntityHandle parent, Guid kind) =>
        from handle in symbols.GetCustomDebugInformation(parent)
        let information = symbols.GetCustomDebugInformation(handle)
        where symbols.GetGuid(information.Kind) == kind
        select symbols.GetBlobBytes(information.Value);
}
