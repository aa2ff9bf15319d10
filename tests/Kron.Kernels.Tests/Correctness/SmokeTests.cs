using System;
using System.Linq;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

public class SmokeTests
{
    [Fact]
    public void One_layer_on_every_target()
    {
        LayerCase[] cases = [LayerCase.Of(8, 8, 8, 8, 2), LayerCase.Of(16, 4, 25, 9, 3), LayerCase.Of(4, 16, 9, 25, 3) with { Activation = Activation.Relu }];
        var types = CompiledLayers.Compile(cases);
        for (int c = 0; c < cases.Length; c++)
        {
            foreach (KernelTarget target in CompiledLayers.Runnable)
            {
                Check.Layer(cases[c], CompiledLayers.Create(types[c], target), batch: 19);
            }
        }
    }
}
