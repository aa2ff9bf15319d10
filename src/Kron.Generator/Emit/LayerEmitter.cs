using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>Emits the files of one layer: its class, and the kernels of each target.</summary>
internal static class LayerEmitter
{
    public static EquatableArray<GeneratedFile> Emit(LayerSpec spec, IReadOnlyList<LayerProgramIr> programs)
    {
        var shell = new GeneratedFile(spec.Type.HintName, ShellEmitter.Emit(spec, programs));
        IEnumerable<GeneratedFile> kernels = programs.Select(program =>
            new GeneratedFile(spec.Type.KernelHintName(program.Target.Name), ProgramEmitter.Emit(spec, program)));
        return kernels.Prepend(shell).ToEquatableArray();
    }
}
