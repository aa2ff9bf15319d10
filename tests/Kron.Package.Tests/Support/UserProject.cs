using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Kron.Tests.Shared;

namespace Kron.Package.Tests.Support;

/// <summary>The project Embedded with a program, in a folder of its own.</summary>
internal sealed class UserProject
{
    private readonly Workspace _workspace;
    private readonly string _folder;

    /// <param name="workspace">Where it lies.</param>
    /// <param name="folder">Name of a folder that does not exist yet.</param>
    /// <param name="program">The program's only file.</param>
    public UserProject(Workspace workspace, string folder, string program)
    {
        (_workspace, _folder) = (workspace, folder);
        Directory.CreateDirectory(workspace[folder]);
        File.Copy(workspace["Embedded", "App.csproj"], this["App.csproj"]);
        File.WriteAllText(this["Program.cs"], program);
    }

    /// <summary>The program, once it is built.</summary>
    public string Program => this["bin/Release/net10.0/App.dll"];

    public string this[string name] => _workspace[_folder, name];

    /// <summary>Writes a file of weights: a matrix filled with one value, and a bias of zeros.</summary>
    public void Save(string name, int outputs, int inputs, float value) => WeightsFile.Write(this[name], Enumerable.Repeat(value, outputs * inputs).ToArray(), new float[outputs]);

    /// <summary>Runs <c>dotnet</c> in the folder.</summary>
    public Task<CommandResult> Dotnet(params string[] arguments) => _workspace.Inside(Command.Dotnet(arguments), _folder).RunAsync();
}
