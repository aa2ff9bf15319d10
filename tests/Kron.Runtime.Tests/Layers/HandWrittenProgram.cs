using Kron.CompilerServices;

namespace Kron.Runtime.Tests.Layers;

/// <summary>A program whose kernels a test has written.</summary>
internal sealed class HandWrittenProgram(TrainingProgram training) : LayerProgram
{
    public override TrainingProgram CreateTraining() => training;
}
