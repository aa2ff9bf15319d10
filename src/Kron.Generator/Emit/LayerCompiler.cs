using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Lowering;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>The compiler of one layer: a pure function of its specification and the wanted targets.</summary>
internal static class LayerCompiler
{
    public static EquatableArray<GeneratedFile> Compile(LayerSpec spec, TargetSet targets) =>
        Emit(spec, [.. Targets.In(targets).Select(target => ProgramBuilder.Build(spec, target))]);

    /// <summary>The class, and one file for each target's kernels.</summary>
    public static EquatableArray<GeneratedFile> Emit(LayerSpec spec, IReadOnlyList<LayerProgramIr> programs)
    {
        var shell = new GeneratedFile(spec.Type.HintName, ShellEmitter.Emit(spec, programs));
        IEnumerable<GeneratedFile> kernels = programs.Select(program =>
            new GeneratedFile(spec.Type.KernelHintName(program.Target.Name), ProgramEmitter.Emit(spec, program)));
        return kernels.Prepend(shell).ToEquatableArray();
    }
}
