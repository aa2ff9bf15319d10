using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Kron.IO;

namespace Kron.Build.Tests;

/// <summary>A program of a user's in a folder of its own, with what the package would give it: library, compiler, task and targets as they were just built.</summary>
internal sealed class UserProject : IDisposable
{
    private const string Framework = "net10.0";

    private static readonly string Sources = Path.GetFullPath(Path.Combine(ThisFolder(), "../../src"));

    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kron-");

    /// <param name="program">The program's only file.</param>
    public UserProject(string program)
    {
        File.WriteAllText(this["Program.cs"], program);

        // Nothing of a folder above it belongs to the project.
        File.WriteAllText(this["Directory.Build.props"], "<Project />");
        File.WriteAllText(this["Directory.Build.targets"], "<Project />");
        File.WriteAllText(this["Directory.Packages.props"], "<Project />");
        File.WriteAllText(
            this["App.csproj"],
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{Framework}</TargetFramework>
                <Nullable>enable</Nullable>
                <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
                <InvariantGlobalization>true</InvariantGlobalization>
                <PublishAot>true</PublishAot>
                <KronTargets>Vector128</KronTargets>
                <KronInstructionSet>portable</KronInstructionSet>
                <KronBuildAssembly>{Built("Kron.Build", "netstandard2.0")}</KronBuildAssembly>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{Built("Kron.Runtime", Framework)}" />
                <Analyzer Include="{Built("Kron.Generator", "netstandard2.0")}" />
                <KronWeights Include="*.safetensors;listed/gone.safetensors" />
              </ItemGroup>
              <Import Project="{Sources}/Kron.Generator/buildTransitive/Kron.targets" />
            </Project>
            """);
    }

    /// <summary>The program, once it is built.</summary>
    public string Program => this["bin/Release/net10.0/App.dll"];

    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file of weights: a dense layer's, filled with one value.</summary>
    public void Save(string name, int outputs, int inputs, float value) => Safetensors.Write(
        this[name],
        [new SafetensorsTensor("bias", [outputs], new float[outputs]), new SafetensorsTensor("weight", [outputs, inputs], Enumerable.Repeat(value, outputs * inputs).ToArray())]);

    /// <summary>Runs <c>dotnet</c> in the folder.</summary>
    public (int Code, string Output) Dotnet(params string[] arguments) => Run("dotnet", arguments);

    /// <summary>Runs a program in the folder and returns what it prints on both streams.</summary>
    public (int Code, string Output) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What `dotnet test` tells its own build must not reach another one.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Built(string project, string framework) => Path.Combine(Sources, project, "bin", Configuration, framework, project + ".dll");

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
