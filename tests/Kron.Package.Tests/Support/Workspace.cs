using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Kron.Tests.Shared;

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
            ["CI"] = "true",
        };
    }

    /// <summary>The folder of the packages.</summary>
    public string Feed { get; }

    /// <summary>The path of something in it.</summary>
    public string this[params string[] names] => Path.Combine([_path, .. names]);

    /// <summary>Runs the .NET command line in it and returns what it prints.</summary>
    /// <exception cref="CommandException">It failed.</exception>
    public Task<string> Dotnet(params string[] arguments) => Run(Command.Dotnet(arguments));

    /// <summary>Runs another program with the same environment.</summary>
    /// <exception cref="CommandException">It failed.</exception>
    public Task<string> Run(string program, params string[] arguments) => Run(new Command(program, arguments));

    /// <summary>How a command is run in it, or in a folder of it.</summary>
    public Command Inside(Command command, string folder = "") => command with { Folder = Path.Combine(_path, folder), Variables = _environment };

    private async Task<string> Run(Command command) => (await Inside(command).RunAsync()).EnsureSuccess().Text;

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
