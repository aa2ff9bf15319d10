using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir;

/// <summary>All kernels of one layer for one target: what a printer turns into text and the interpreter runs.</summary>
/// <param name="Target">The target.</param>
/// <param name="SampleBlock">Samples per call of the block entries.</param>
/// <param name="Kernels">Callees before callers; each is shared by every place that uses it.</param>
/// <param name="Entries">One per pass and block size. An entry's body refers to regions by their names as pointers.</param>
/// <param name="Sizes">Memory the entries need.</param>
/// <param name="Choices">For the reader and for LayerInfo: one line per contraction, order and schedule.</param>
internal sealed record LayerProgramIr(
    TargetModel Target,
    int SampleBlock,
    EquatableArray<Kernel> Kernels,
    EquatableArray<Entry> Entries,
    ProgramSizes Sizes,
    EquatableArray<string> Choices)
{
    /// <summary>The choices, those that are alike as one: strips, and the taps of a kernel that send their gradients one by one.</summary>
    public IEnumerable<string> Description =>
        Choices.GroupBy(choice => choice).Select(alike => alike.Count() == 1 ? alike.Key : $"{Invariant.Text(alike.Count())} × {alike.Key}");
}

/// <summary>The passes of a layer; those that settle are of a <see cref="BatchPlan"/>, as is the one that measures.</summary>
internal enum Pass
{
    Pack,
    PackTraining,
    Forward,
    Measure,
    Settle,
    Record,
    Backward,
    SettleGradient,
    InputGradient,
}

/// <summary>One entry kernel. <paramref name="Samples"/> is 0 for the passes that run on none: packing and settling. Pointers of its kernel are names of <see cref="Region"/>.</summary>
internal sealed record Entry(Pass Pass, int Samples, Kernel Kernel);

internal sealed record ProgramSizes(int Packed, int TrainingPacked, int ForwardScratch, int BackwardScratch, int TapePerSample)
{
    /// <summary>Floats of <see cref="Region.Batch"/>.</summary>
    public int Batch { get; init; }

    /// <summary>Floats of <see cref="Region.BatchGradient"/>.</summary>
    public int BatchGradient { get; init; }
}
