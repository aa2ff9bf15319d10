using System;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Memory;

/// <summary>Calls allocate nothing once a layer is warm.</summary>
public class AllocationTests
{
    [Fact]
    public void No_call_allocates()
    {
        foreach ((LayerCase layer, ILayer compiled) in CaseBatch.OfEveryKind())
        {
            LayerTape tape = compiled.CreateTape(19);
            foreach (int batch in new[] { 1, 16, 19 })
            {
                float[] x = new float[batch * layer.Inputs], y = new float[batch * layer.OutputSize], dx = new float[x.Length];
                Allocated(() => compiled.Forward(x, y)).ShouldBe(0, $"forward {batch} of {layer}");
                Allocated(() => compiled.Forward(x, y, tape)).ShouldBe(0, $"recorded forward {batch} of {layer}");
                Allocated(() => compiled.Backward(x, y, dx, tape)).ShouldBe(0, $"backward {batch} of {layer}");
                Allocated(() => compiled.Backward(x, y, [], tape)).ShouldBe(0, $"backward {batch} of {layer} without input gradient");
            }
        }
    }

    private static long Allocated(Action call)
    {
        call();
        call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
