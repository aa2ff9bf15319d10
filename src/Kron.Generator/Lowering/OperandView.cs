using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Lowering;

/// <summary>How kernels walk one operand: as it lies, or as panels of vectors it was rearranged into.</summary>
/// <param name="Name">The pointer's name in kernels.</param>
/// <param name="Base">Where the first element is when the kernel is called.</param>
/// <param name="Strides">Floats per step of a loop; loops not named do not move it.</param>
/// <param name="LaneStride">Floats from lane to lane.</param>
/// <param name="VectorStride">Floats from vector to vector along the lanes.</param>
/// <param name="IsPadded">Whether whole vectors can be read past the last lane.</param>
internal sealed record OperandView(
    string Name,
    Address Base,
    IReadOnlyDictionary<string, long> Strides,
    long LaneStride,
    long VectorStride,
    bool IsPadded)
{
    /// <summary>The operand as it lies.</summary>
    public static OperandView Direct(Contraction contraction, int operand, Schedule schedule) => new(
        contraction.Operands[operand].Tensor.Name,
        contraction.Operands[operand].Base,
        schedule.Loops.ToDictionary(l => l.Name, l => l.Strides[operand]),
        schedule.IsDot && operand == schedule.VectorOperand ? 1 : schedule.Lanes.Strides[operand],
        schedule.VectorStride(operand),
        IsPadded: false);

    /// <summary>The pointer itself, as a kernel receives it.</summary>
    public Address At() => new(Name, 0);

    public long Stride(LoopDim loop) => Strides.TryGetValue(loop.Name, out long stride) ? stride : 0;

    public Operation Load(Address at, int lanes, int width) => LaneStride switch
    {
        0 => new Broadcast(at),
        1 => new Load(at, IsPadded ? width : lanes),
        _ => new LoadStrided(at, LaneStride, lanes),
    };
}
