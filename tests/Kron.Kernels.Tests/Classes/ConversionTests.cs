using System;
using System.Linq;
using System.Reflection;
using Kron.Decomposition;
using Kron.Generator.Tests.Support;
using Kron.Kernels.Tests.Support;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Classes;

/// <summary>A network of generated layers, converted.</summary>
public class ConversionTests
{
    private const string Source = """
        using Kron;

        [DenseConv(6, 8, 3, 3, Height = 5, Width = 6, Stride = 2, Padding = 1, Activation = Activation.Relu)] public partial class Conv;
        [DenseLayer(12, 54)] public partial class Fc;
        [StructuredConv(6, 8, 3, 5, 2, Height = 5, Width = 6, Stride = 2, Padding = 1, Activation = Activation.Relu)] public partial class ConvStructured;
        [KroneckerLayer(3, 4, 6, 9, 2)] public partial class FcKronecker;
        """;

    [Fact]
    public void A_network_that_the_target_can_hold_computes_the_same_afterwards()
    {
        Assembly assembly = GeneratorHarness.Run(Source, new HarnessOptions { KronTargets = CompiledLayers.Runnable[0].ToString() }).Load();
        ILayer Create(string name) => (ILayer)Activator.CreateInstance(assembly.GetType(name, throwOnError: true)!)!;

        var random = new Random(1);
        var target = new Sequential(Create("ConvStructured"), Create("FcKronecker"));
        var trained = new Sequential(Create("Conv"), Create("Fc"));
        for (int i = 0; i < 2; i++)
        {
            random.Floats(target[i].Parameters.Length).AsSpan().CopyTo(target[i].Parameters);
            int weights = trained[i].Parameters.Length - (i == 0 ? 6 : 12);
            KroneckerFit.Expand(((INamedParameters)target[i]).Definition!, target[i].Parameters, trained[i].Parameters[..weights]);
            random.Floats(trained[i].Parameters.Length - weights).AsSpan().CopyTo(trained[i].Parameters[weights..]);
            trained[i].Commit();
            target[i].Parameters.Clear();
            target[i].Commit();
        }

        ConversionReport report = LayerConversion.Convert(trained, target);

        float[] x = random.Floats(3 * 240), expected = new float[3 * 12], y = new float[3 * 12];
        trained.Forward(x, expected);
        target.Forward(x, y);
        y.ShouldBe(expected, 1e-4);
        expected.ShouldContain(value => Math.Abs(value) > 0.1f);
        report.Layers.Select(layer => (layer.NameBefore, layer.NameAfter, layer.KindAfter)).ShouldBe([("Conv", "ConvStructured", "Structured"), ("Fc", "FcKronecker", "Kronecker")]);
        report.Layers.ShouldAllBe(layer => layer.RelativeError < 1e-5);
    }
}
