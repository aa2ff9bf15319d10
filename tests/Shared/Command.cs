using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;

namespace Kron.Tests.Shared;

/// <summary>Another program, and how it is run.</summary>
/// <param name="Program">Its name or path.</param>
/// <param name="Arguments">Its command line.</param>
internal sealed record Command(string Program, params string[] Arguments)
{
    /// <summary>The folder that it runs in; that of this process where none is named.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What it reads from its input.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>Environment variables beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The .NET command line that runs this process, where it says so.</summary>
    public static Command Dotnet(params string[] arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet", arguments);

    /// <summary>Whether there is a program that tells its version.</summary>
    public static bool Exists(string program)
    {
        try
        {
            return new Command(program, "--version").Run().Succeeded;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs it to its end. Nothing of this assembly runs on another thread meanwhile, so a module's initialiser may call it.</summary>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public CommandResult Run()
    {
        using Process process = Process.Start(Start())!;

        // All at once: a full pipe would stop the program.
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(Input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new CommandResult(this, process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The same on another thread.</summary>
    public Task<CommandResult> RunAsync() => Task.Run(Run);

    private ProcessStartInfo Start()
    {
        ProcessStartInfo start = new(Program, Arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What `dotnet test` tells its own build must not reach another one.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Servers that outlive a build would keep the test run waiting.
        start.Environment["MSBUILDDISABLENODEREUSE"] = start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
