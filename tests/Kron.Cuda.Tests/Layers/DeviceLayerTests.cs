using System;
using System.Linq;
using Kron.Cuda.Tests.Support;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.Layers;

/// <summary>Every fully-connected layer on the device against the oracle, forward and backward: outputs, all gradients, accumulation.</summary>
public sealed class DeviceLayerTests : IDisposable
{
    public DeviceLayerTests() => Standin.Reset();

    public void Dispose() => Standin.LastViolation.ShouldBeEmpty();

    [StandinTheory]
    [InlineData(4096, true, true)]
    [InlineData(7, true, false)]
    [InlineData(4096, false, true)]
    [InlineData(1, false, false)]
    public void Every_case_matches_the_oracle(int chunk, bool useCompiler, bool useGraphs)
    {
        using CudaContext context = DeviceLayers.Open(DeviceLayers.Options(chunk, useCompiler, useGraphs));
        context.HasCompiler.ShouldBe(useCompiler);
        Check.All(DeviceLayers.All, pair =>
        {
            using CudaLayer layer = DeviceLayers.Create(pair.Type, context);
            Check.Layer(pair.Case, layer.AsHosted(), batch: 19);
        });
    }

    [StandinFact]
    public void A_batch_of_one_and_the_next_power_of_two_match_too()
    {
        using CudaContext context = DeviceLayers.Open();
        Check.All(DeviceLayers.All.Where((_, i) => i % 5 == 0), pair =>
        {
            using CudaLayer layer = DeviceLayers.Create(pair.Type, context);
            Check.Layer(pair.Case, layer.AsHosted(), batch: 1);
            Check.Layer(pair.Case, layer.AsHosted(), batch: 32);
        });
    }

    [StandinFact]
    public void Every_byte_and_handle_is_given_back()
    {
        using (CudaContext context = DeviceLayers.Open())
        {
            foreach ((LayerCase _, Type type) in DeviceLayers.All.Take(8))
            {
                CudaLayer layer = DeviceLayers.Create(type, context);
                using CudaTape tape = layer.CreateTape(3);
                using CudaBuffer<float> x = context.Allocate<float>(3 * layer.InputSize), y = context.Allocate<float>(3 * layer.OutputSize);
                x.Clear();
                for (int i = 0; i < 3; i++)
                {
                    layer.Forward(x, y, tape);
                    layer.Backward(x, y, null, tape);
                }

                layer.Dispose();
                layer.Dispose();
            }
        }

        foreach (string kind in new[] { "memory", "pinned", "stream", "event", "graph", "exec", "cublas", "module", "program" })
        {
            Standin.Live(kind).ShouldBe(0, kind);
        }
    }
}
