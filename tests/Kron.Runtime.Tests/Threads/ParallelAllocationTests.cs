using System;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Layers;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Threads;

/// <summary>Counts the allocations of the whole process, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(ParallelAllocationTests), DisableParallelization = true)]
[Collection(nameof(ParallelAllocationTests))]
public sealed class ParallelAllocationTests
{
    [Fact]
    public void No_thread_allocates_once_warm()
    {
        LayerEngine engine = ParallelTests.Create(new WorkerPool(3, isEager: true));
        (float[] input, float[] outputGradient, LayerTape tape) = ParallelTests.Recorded(engine, 999);
        float[] output = new float[outputGradient.Length], inputGradient = new float[input.Length];

        Of(() =>
        {
            engine.ForwardParallel(input, output, 4);
            engine.ForwardParallel(input, output, tape, 3);
            engine.BackwardParallel(input, outputGradient, inputGradient, tape, 3);
        }).ShouldBe(0);
    }

    /// <summary>Bytes that a hundred calls allocate on all threads once warm; the least of some attempts, as the runtime's own threads may allocate too.</summary>
    private static long Of(Action action)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 50 && least != 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 100; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
