using System;
using System.IO;
using System.Linq;
using Kron.IO;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Classes;

/// <summary>A LoKr adapter run by the generated layer that it is.</summary>
public sealed class AdapterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_generated_layer_computes_what_the_adapter_adds()
    {
        var random = new Random(1);
        float[] Draw(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)((2 * random.NextDouble()) - 1))];

        // w1 as it is, w2 a product of rank 2: s = alpha / rank = 1.5.
        float[] w1 = Draw(4 * 3), left = Draw(8 * 2), right = Draw(2 * 5), x = Draw(15);
        Safetensors.Write(
            _path,
            [
                new("net.lokr_w1", [4, 3], w1), new("net.lokr_w2_a", [8, 2], left), new("net.lokr_w2_b", [2, 5], right), new("net.alpha", [], new float[] { 3 }),
            ]);
        LoKrAdapter adapter = LoKr.Open(_path).Adapters[0];
        LayerCase layer = LayerCase.Of(4, 8, 3, 5, 1) with { Bias = BiasMode.None };
        layer.Attributes().ShouldBe(adapter.Attributes);
        var compiled = (ILayer)Activator.CreateInstance(CompiledLayers.Compile([layer])[0])!;

        adapter.CopyTo(compiled);
        float[] y = new float[32];
        compiled.Forward(x, y);

        for (int i = 0; i < 32; i++)
        {
            double expected = 0;
            for (int j = 0; j < 15; j++)
            {
                double w2 = Enumerable.Range(0, 2).Sum(t => (double)left[(i % 8 * 2) + t] * right[(t * 5) + (j % 5)]);
                expected += 1.5 * w1[(i / 8 * 3) + (j / 5)] * w2 * x[j];
            }

            ((double)y[i]).ShouldBe(expected, 1e-5);
        }
    }
}
