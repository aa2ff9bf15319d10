using System;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;

namespace Kron.Generator.Lowering;

/// <summary>Plans, schedules and lowers a layer for one target.</summary>
internal static class ProgramBuilder
{
    public static LayerProgramIr Build(LayerSpec spec, TargetModel target) =>
        throw new NotSupportedException($"{spec.Type.FullName} cannot be lowered for {target.Name} yet.");
}
