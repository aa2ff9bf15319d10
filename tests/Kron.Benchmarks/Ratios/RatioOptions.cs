using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Benchmarks.Ratios;

/// <summary>What the command line of <c>ratios</c> asks for.</summary>
internal sealed record RatioOptions
{
    private static readonly KernelTarget[] Measurable = [KernelTarget.Avx512, KernelTarget.Avx2, KernelTarget.AdvSimd, KernelTarget.Vector128];

    public IReadOnlyList<KernelTarget> Targets { get; init; } = [.. Measurable.Where(KernelTargets.IsSupported)];

    /// <summary>The machine's best target: the one that is compared with libraries. A process limited to another target is told.</summary>
    public KernelTarget Best { get; init; } = Measurable.First(KernelTargets.IsSupported);

    /// <summary>Parts of names, which may hold spaces and commas; empty for every subject.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Null for all on the best target, and for forward alone on the others.</summary>
    public IReadOnlyList<string>? Sections { get; init; }

    public IReadOnlyList<int> Batches { get; init; } = [1, 16, 256];

    public int Rounds { get; init; } = 11;

    /// <summary>Parts of libraries' names; null for all of them.</summary>
    public IReadOnlyList<string>? Peers { get; init; }

    public int Seed { get; init; } = 3;

    public static RatioOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new RatioOptions();
        for (int i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
            {
                throw new ArgumentException($"{arguments[i]} needs a value.");
            }

            string value = arguments[i + 1];
            string[] list = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
            options = arguments[i] switch
            {
                "--targets" => options with { Targets = [.. list.Select(name => Enum.Parse<KernelTarget>(name, ignoreCase: true))] },
                "--best" => options with { Best = Enum.Parse<KernelTarget>(value) },
                "--only" => options with { Only = value.Split(';', StringSplitOptions.RemoveEmptyEntries) },
                "--section" => options with { Sections = list },
                "--batch" => options with { Batches = [.. list.Select(Number)] },
                "--rounds" => options with { Rounds = Number(value) },
                "--peers" => options with { Peers = list },
                "--seed" => options with { Seed = Number(value) },
                _ => throw new ArgumentException($"Unknown option {arguments[i]}; known: --targets, --only, --section, --batch, --rounds, --peers, --seed."),
            };
        }

        return options;
    }

    /// <summary>Whether a subject is asked for.</summary>
    public bool Selects(string name) => Only.Count == 0 || Only.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a section is to run on a target.</summary>
    public bool Includes(string section, KernelTarget target) =>
        Sections?.Contains(section, StringComparer.OrdinalIgnoreCase) ?? (target == Best || section == "forward");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
