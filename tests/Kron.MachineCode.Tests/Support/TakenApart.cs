using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.MachineCode.Tests.Disassembly;
using Kron.Tests.Shared;

namespace Kron.MachineCode.Tests.Support;

/// <summary>The audited layers as machine code: compiled ahead of time once for each platform, and disassembled.</summary>
internal static class TakenApart
{
    /// <summary>The environment variable that, set to <c>1</c>, makes a failure of what would be skipped.</summary>
    public const string RequiredVariable = "KRON_REQUIRE_ARM64";

    private static readonly object Publishing = new();
    private static readonly ConcurrentDictionary<Platform, Lazy<IReadOnlyList<TileLoop>>> Loops = new();
    private static readonly ConcurrentDictionary<Platform, string> Obstacles = new();

    private static string Project { get; } = Repository.Path("tests/Kron.MachineCode.Program/Kron.MachineCode.Program.csproj");

    /// <summary>Why a platform's tests are skipped; null where they run.</summary>
    public static string? SkipReason(Platform platform) =>
        Environment.GetEnvironmentVariable(RequiredVariable) == "1" || Missing(platform) is not { Length: > 0 } missing ? null : missing;

    /// <summary>The inner loops of all tiles.</summary>
    /// <exception cref="InvalidOperationException">Something that it takes is missing, or the program cannot be built.</exception>
    public static IReadOnlyList<TileLoop> On(Platform platform)
    {
        // One project, and one folder of what restoring it found, for all platforms.
        lock (Publishing)
        {
            return Loops.GetOrAdd(platform, static platform => new Lazy<IReadOnlyList<TileLoop>>(() => Make(platform))).Value;
        }
    }

    private static IReadOnlyList<TileLoop> Make(Platform platform)
    {
        if (Missing(platform) is { Length: > 0 } missing)
        {
            throw new InvalidOperationException(missing);
        }

        string folder = Path.Combine(AppContext.BaseDirectory, platform.Target.ToString()), layers = Path.Combine(folder, "layers"), program = Path.Combine(folder, "program");
        Directory.CreateDirectory(layers);
        File.WriteAllText(Path.Combine(layers, "Layers.cs"), AuditedLayers.Source());
        if (NativeAot.Restore(Project, platform.Runtime) is { } obstacle)
        {
            throw new InvalidOperationException(obstacle);
        }

        NativeAot.Publish(
            Project,
            platform.Runtime,
            program,
            "--no-restore",
            $"-p:KronRuntime={typeof(ILayer).Assembly.Location}",
            $"-p:KronGenerator={typeof(Generator.KronGenerator).Assembly.Location}",
            $"-p:KronLayers={layers}",
            $"-p:KronTargets={platform.Target}",
            $"-p:IlcInstructionSet={platform.InstructionSet}");
        string[] arguments = [.. platform.Disassembler.Skip(1), "-d", "--no-show-raw-insn", Path.Combine(program, Path.GetFileNameWithoutExtension(Project))];
        return TileLoop.Of(Function.Parse(new Command(platform.Disassembler[0], arguments).Run().EnsureSuccess().Output), platform);
    }

    /// <summary>What this machine lacks, or nothing.</summary>
    private static string Missing(Platform platform) => Obstacles.GetOrAdd(platform, static platform =>
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            return $"Machine code is made and read on x64 Linux; this is {RuntimeInformation.RuntimeIdentifier}.";
        }

        string[] missing = [.. platform.Tools.Append(platform.Disassembler[0]).Where(tool => !Command.Exists(tool))];
        return missing.Length == 0 ? "" : $"No {string.Join(", no ", missing)} here. Debian: apt-get install {platform.Packages}.";
    });
}
