using System.Linq;
using Kron.Generator.Cuda;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>The compiler of one layer: a pure function of its specification and the wanted targets.</summary>
internal static class LayerCompiler
{
    public static EquatableArray<GeneratedFile> Compile(LayerSpec spec, TargetSet targets)
    {
        // The plan knows no target: one serves all.
        LayerPlan plan = LayerPlan.Of(spec);
        EquatableArray<GeneratedFile> files = LayerEmitter.Emit(spec, [.. Targets.In(targets).Select(target => ProgramBuilder.Build(plan, target))]);
        return (targets & TargetSet.Cuda) != 0 && CudaLowering.Lower(spec, plan) is { } program ? files.Append(CudaEmitter.Emit(spec, program)).ToEquatableArray() : files;
    }
}
