using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;

namespace Kron.Package.Tests.Support;

/// <summary>A user's folder: the projects of this test project, a feed with the packages, and a cache of its own.</summary>
internal sealed class Workspace
{
    private readonly string _path;
    private readonly Dictionary<string, string> _environment;

    /// <summary>Makes it.</summary>
    /// <param name="path">A folder that does not exist yet.</param>
    public Workspace(string path)
    {
        _path = path;
        Feed = Directory.CreateDirectory(Path.Combine(path, "feed")).FullName;
        CopyProjects();

        // Packages that are found nowhere else than in the feed are new every time; all others may come from the user's cache.
        string profile = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(profile, ".nuget", "packages");
        string fallback = Directory.Exists(cache) ? $"<fallbackPackageFolders><add key=\"user\" value=\"{cache}\" /></fallbackPackageFolders>" : "";
        File.WriteAllText(
            Path.Combine(path, "nuget.config"),
            $"""
            <configuration>
              <packageSources><add key="packed" value="feed" /></packageSources>
              {fallback}
            </configuration>
            """);
        _environment = new()
        {
            ["NUGET_PACKAGES"] = Path.Combine(path, "packages"),
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["CI"] = "true",
        };
    }

    /// <summary>The folder of the packages.</summary>
    public string Feed { get; }

    /// <summary>The path of something in it.</summary>
    public string this[params string[] names] => Path.Combine([_path, .. names]);

    /// <summary>Runs the .NET command line in it, or another program with the same environment.</summary>
    public Task<string> Dotnet(params string[] arguments) => Command.Run(_path, _environment, "dotnet", arguments);

    /// <inheritdoc cref="Dotnet"/>
    public Task<string> Run(string program, params string[] arguments) => Command.Run(_path, _environment, program, arguments);

    private void CopyProjects()
    {
        string projects = Path.Combine(AppContext.BaseDirectory, "Projects");
        foreach (string file in Directory.GetFiles(projects, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_path, Path.GetRelativePath(projects, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
