namespace Kron.Generator.Scheduling;

/// <summary>What the scheduler and the cost model know of a target. No code below them asks for its name.</summary>
/// <param name="Name">The member of the runtime's KernelTarget.</param>
/// <param name="Lanes">Floats per vector.</param>
/// <param name="Registers">Architectural vector registers.</param>
/// <param name="MultiplyAddsPerCycle">Vector multiply-adds issued per cycle.</param>
/// <param name="LoadsPerCycle">Vector loads per cycle.</param>
/// <param name="MultiplyAddLatency">Cycles from one multiply-add to a dependent one.</param>
/// <param name="FusedMultiplyAdd">Whether a multiply-add is one instruction.</param>
/// <param name="MultiplyAddByLane">Whether a multiply-add can take one lane of its second operand for all lanes.</param>
internal sealed record TargetModel(
    string Name,
    int Lanes,
    int Registers,
    double MultiplyAddsPerCycle,
    double LoadsPerCycle,
    int MultiplyAddLatency,
    bool FusedMultiplyAdd,
    bool MultiplyAddByLane);
