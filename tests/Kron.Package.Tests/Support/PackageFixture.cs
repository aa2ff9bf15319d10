using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Kron.Package.Tests.Support;

/// <summary>
/// The packages, made once: Kron from two copies of the sources in folders of different names, the tool and a user's
/// program in the background.
/// </summary>
public sealed class PackageFixture : IAsyncLifetime
{
    /// <summary>A version that exists nowhere else, so that no cache has it.</summary>
    internal const string Version = "0.1.0-tests";

    private readonly string _path = Directory.CreateTempSubdirectory("kron-package-").FullName;

    /// <summary>Where users are.</summary>
    internal Workspace Workspace { get; private set; } = null!;

    internal SourceTree Sources { get; private set; } = null!;

    /// <summary>The folder with the packages made from the second copy of the sources.</summary>
    internal string SecondFeed => Path.Combine(_path, "second-feed");

    /// <summary>The package Kron.</summary>
    internal Packed Package { get; private set; } = null!;

    /// <summary>Its symbols.</summary>
    internal Packed Symbols { get; private set; } = null!;

    /// <summary>Ends when the tool's package is in the feed.</summary>
    internal Task Tool { get; private set; } = Task.CompletedTask;

    /// <summary>Ends when the user's program is built for all frameworks.</summary>
    internal Task App { get; private set; } = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        Workspace = new Workspace(Path.Combine(_path, "user"));
        Sources = await SourceTree.Create(Path.Combine(_path, "sources"));
        SourceTree second = await SourceTree.Create(Path.Combine(_path, "second", "copy"));
        await Task.WhenAll(
            Pack(Sources, "Kron.Runtime", Workspace.Feed),
            Pack(second, "Kron.Runtime", SecondFeed));
        Package = new Packed(Path.Combine(Workspace.Feed, $"Kron.{Version}.nupkg"));
        Symbols = new Packed(Path.Combine(Workspace.Feed, $"Kron.{Version}.snupkg"));
        Tool = Pack(Sources, "Kron.Cli", Workspace.Feed);
        App = Workspace.Dotnet("build", "App", "-c", "Release", "-warnaserror");
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(Tool, App).ContinueWith(_ => { }, TaskScheduler.Default);
        Directory.Delete(_path, recursive: true);
    }

    /// <summary>Packs a project of a copy of the sources. The analyzers have had their say in the real build.</summary>
    internal Task Pack(SourceTree sources, string project, string feed, params string[] more) =>
        Workspace.Dotnet(["pack", Path.Combine(sources.Path, "src", project), "-c", "Release", "-o", feed, $"-p:Version={Version}", "-p:RunAnalyzers=false", .. more]);
}
