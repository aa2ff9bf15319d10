using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Kron.Tests.Shared;

namespace Kron.Package.Tests.Support;

/// <summary>
/// The sources as they are now, committed to a repository of their own elsewhere: nothing built before is in it, and packing
/// it disturbs no build of the real one.
/// </summary>
internal sealed class SourceTree
{
    /// <summary>The address that it is said to come from.</summary>
    public const string Remote = "https://github.com/example/kron";

    private static readonly string[] Folders = ["src", "docs"];
    private static readonly string[] Built = ["bin", "obj"];

    /// <summary>The same commit wherever it is made.</summary>
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_AUTHOR_NAME"] = "test",
        ["GIT_AUTHOR_EMAIL"] = "test@example.com",
        ["GIT_AUTHOR_DATE"] = "2000-01-01T00:00:00Z",
        ["GIT_COMMITTER_NAME"] = "test",
        ["GIT_COMMITTER_EMAIL"] = "test@example.com",
        ["GIT_COMMITTER_DATE"] = "2000-01-01T00:00:00Z",
    };

    private SourceTree(string path, string commit, IReadOnlySet<string> files)
    {
        Path = path;
        Commit = commit;
        Files = files;
    }

    public string Path { get; }

    /// <summary>The hash of its one commit.</summary>
    public string Commit { get; }

    /// <summary>The paths of the committed files, with slashes.</summary>
    public IReadOnlySet<string> Files { get; }

    /// <summary>Copies and commits the sources.</summary>
    /// <param name="path">A folder that does not exist yet.</param>
    public static async Task<SourceTree> Create(string path)
    {
        string root = Repository.Path("");
        foreach (string file in Directory.GetFiles(root).Concat(Folders.SelectMany(folder => Sources(System.IO.Path.Combine(root, folder)))))
        {
            string copy = System.IO.Path.Combine(path, System.IO.Path.GetRelativePath(root, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await Git(path, "init", "--quiet", "--initial-branch=main");
        await Git(path, "add", "--all");
        await Git(path, "commit", "--quiet", "--message=sources");
        await Git(path, "remote", "add", "origin", Remote);
        string commit = (await Git(path, "rev-parse", "HEAD")).Trim();
        string files = await Git(path, "ls-files");
        return new SourceTree(path, commit, files.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet());
    }

    /// <summary>Says that the repository comes from elsewhere.</summary>
    public Task MoveRemote(string url) => Git(Path, "remote", "set-url", "origin", url);

    private static IEnumerable<string> Sources(string folder) =>
        Directory.GetFiles(folder).Concat(Directory.GetDirectories(folder).Where(sub => !Built.Contains(System.IO.Path.GetFileName(sub))).SelectMany(Sources));

    private static async Task<string> Git(string folder, params string[] arguments) =>
        (await new Command("git", arguments) { Folder = folder, Variables = Environment }.RunAsync()).EnsureSuccess().Text;
}
