using System;
using System.IO;
using System.Linq;
using System.Reflection;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Pools;

/// <summary>Pools and batch normalisation from their attributes to the class that a user gets.</summary>
public sealed class AttributeTests
{
    private static readonly Lazy<Assembly> Classes = new(() => GeneratorHarness.Run(
        """
        using Kron;
        namespace Layers;

        [MaxPool(3, 8, 10, 3, Stride = 2, Padding = 1)]
        public sealed partial class Maximum;

        [AvgPool(3, 8, 10, 2)]
        public sealed partial class Mean;

        [GlobalAvgPool(3, 8, 10)]
        public sealed partial class Whole;

        [BatchNorm2d(3, 8, 10, Activation = Activation.Relu, Momentum = 0.2f)]
        public sealed partial class Norm;
        """,
        new HarnessOptions { KronTargets = CompiledLayers.Runnable[0].ToString() }).Load());

    [Theory]
    [InlineData("Maximum", 3, 2, 1, true)]
    [InlineData("Mean", 2, 2, 0, false)]
    public void A_pool_slides_as_its_attribute_says(string name, int size, int stride, int padding, bool isMaximum) =>
        Check(name, new WindowSpec(3, 8, 10, size, size, stride, stride, padding, padding), isMaximum);

    [Fact]
    public void A_global_pool_is_the_mean_of_each_channel() => Check("Whole", new WindowSpec(3, 8, 10, 8, 10, 1, 1, 0, 0), isMaximum: false);

    [Fact]
    public void Batch_normalisation_trains_infers_and_is_saved()
    {
        ILayer layer = Create("Norm");
        layer.GetType().GetMethod("Initialize")!.Invoke(layer, [new Random(1)]);
        NaiveNormalization oracle = new(3, 80, z => Math.Max(0, z), z => z > 0 ? 1 : 0) { Momentum = 0.2f, Weight = [1, 1, 1], Bias = [0, 0, 0] };
        float[] x = [.. new Random(2).Floats(7 * 240).Select(v => (3 * v) + 1)], y = new float[x.Length];
        double[] input = [.. x.Select(v => (double)v)];
        layer.Forward(x, y, layer.CreateTape(7));
        y.Select(v => (double)v).ShouldBe(oracle.Train(input), 1e-5);
        oracle.Update(input);
        layer.Forward(x, y);
        y.Select(v => (double)v).ShouldBe(oracle.Infer(input), 1e-5);

        string path = Path.GetTempFileName();
        try
        {
            layer.GetType().GetMethod("Save")!.Invoke(layer, [path]);
            var loaded = (ILayer)layer.GetType().GetMethod("Load")!.Invoke(null, [path])!;
            float[] again = new float[y.Length];
            loaded.Forward(x, again);
            loaded.State.ToArray().ShouldBe(layer.State.ToArray());
            again.ShouldBe(y);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ILayer Create(string name) => CompiledLayers.Create(Classes.Value.GetType("Layers." + name, throwOnError: true)!, CompiledLayers.Runnable[0]);

    private static void Check(string name, WindowSpec window, bool isMaximum)
    {
        ILayer layer = Create(name);
        (layer.InputSize, layer.OutputSize).ShouldBe((3 * 80, 3 * window.Pixels));
        float[] x = new Random(3).Floats(5 * layer.InputSize), y = new float[5 * layer.OutputSize];
        layer.Forward(x, y);
        y.Select(v => (double)v).ShouldBe(NaivePool.Forward(window, isMaximum, [.. x.Select(v => (double)v)]), 1e-6);
    }
}
