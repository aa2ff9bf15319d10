using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Ratios;

/// <summary>A command that measures rows of layers and their peers: what it has of its own.</summary>
internal abstract class TableSet
{
    private static readonly TableSet[] All = [new ProductTables(), new ConvolutionTables()];

    /// <summary>The command.</summary>
    public abstract string Name { get; }

    /// <summary>Options that hold unless the command line says otherwise.</summary>
    public virtual IReadOnlyList<string> Defaults => [];

    /// <summary>The command of a name, or null.</summary>
    public static TableSet? Find(string? name) => All.FirstOrDefault(set => set.Name == name);

    /// <summary>The rows; libraries that take part are noted, and those that do not with the reason.</summary>
    public abstract Sections Rows(RatioOptions options, KernelTarget target, Choices choices, List<string> notes);

    /// <summary>Prints the rows of one section.</summary>
    public abstract void Print(string section, IReadOnlyList<RowResult> rows, TextWriter output);

    /// <summary>The figures asked for, as far as the measured rows tell.</summary>
    public abstract IEnumerable<Requirement> Requirements(IReadOnlyList<RunResult> results, KernelTarget best);
}
