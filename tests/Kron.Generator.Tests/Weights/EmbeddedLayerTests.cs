using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Weights;

/// <summary>Compiled classes of every kind begin with the values of their file, and read them where they lie.</summary>
public class EmbeddedLayerTests
{
    public static TheoryData<string> Attributes =>
    [
        "KroneckerLayer(3, 2, 4, 5, 2",
        "KroneckerLayer(3, 2, 4, 5, 2, Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm",
        "KroneckerLayer(3, 2, 4, 5, 2, Outputs = 5, Inputs = 19, Bias = BiasMode.None",
        "DenseLayer(6, 5",
        "StructuredLayer(4, 6, 3",
        "KroneckerConv(2, 1, 3, 1, 2, 2, 1, 3, 2, Height = 5, Width = 6, Padding = 1",
        "LowRankConv(4, 3, 3, 2, Height = 5, Width = 6",
        "DenseConv(4, 3, 1, 3, Height = 5, Width = 6",
        "StructuredConv(4, 3, 3, 2, 2, Height = 5, Width = 6",
        "BatchNorm2d(3, 4, 5",
    ];

    [Theory]
    [MemberData(nameof(Attributes))]
    public void A_layer_begins_with_the_values_of_its_file(string attribute)
    {
        using var folder = new Folder();
        ILayer plain = Create($"[{attribute})]");
        Fill(plain.Parameters, 1);
        Fill(plain.State, 2);
        plain.Commit();
        ModelFile.Save(folder["net.safetensors"], [new("other", Create("[DenseLayer(3, 2)]")), new("a.b", plain)]);
        BuiltWeights built = BuiltWeights.Of(("net.safetensors", File.ReadAllBytes(folder["net.safetensors"])));

        ILayer layer = Create($"[{attribute}, Weights = \"net.safetensors#a.b\")]", built);

        LayerMemory before = Memory(layer);
        float[] input = new float[2 * layer.InputSize];
        Fill(input, 3);
        Forward(layer, input).ShouldBe(Forward(plain, input));
        layer.State.ToArray().ShouldBe(plain.State.ToArray());
        before.ParameterBytes.ShouldBe(sizeof(float) * layer.State.Length);
        ((LayerInfo)layer.GetType().GetProperty("Info")!.GetValue(null)!).EmbeddedBytes.ShouldBe(sizeof(float) * (plain.Parameters.Length + plain.State.Length));

        layer.Parameters.ToArray().ShouldBe(plain.Parameters.ToArray());
        Memory(layer).ParameterBytes.ShouldBe(sizeof(float) * (plain.Parameters.Length + plain.State.Length));
        ((INamedParameters)layer).Attributes.ShouldBe($"[{attribute})]");
    }

    [Fact]
    public void Training_changes_the_layer_and_not_the_next_one()
    {
        BuiltWeights built = BuiltWeights.Of(("fc.safetensors", BuiltWeights.File(("weight", [2, 3], [1, 2, 3, 4, 5, 6]), ("bias", [2], [7, 8]))));
        Type type = Compile("[DenseLayer(2, 3, Weights = \"fc.safetensors\")]", built);
        var (first, second) = ((ILayer)Activator.CreateInstance(type)!, (ILayer)Activator.CreateInstance(type)!);
        float[] x = [1, 0, 2], y = new float[2], dx = new float[3];

        LayerTape tape = first.CreateTape(1);
        first.Forward(x, y, tape);
        first.Backward(x, [1, 10], dx, tape);
        y.ShouldBe([14, 24]);
        dx.ShouldBe([41, 52, 63]);
        first.Gradients.ToArray().ShouldBe([1, 0, 2, 10, 0, 20, 1, 10]);

        first.Parameters[0] = -1;
        first.Commit();
        Forward(first, x).ShouldBe([12, 24]);
        Forward(second, x).ShouldBe([14, 24]);
    }

    [Fact]
    public void Every_element_type_that_files_of_weights_have_is_converted()
    {
        (string Type, byte[] Bytes)[] halves = [("F16", [0x00, 0x3E, 0x01, 0x80]), ("BF16", [0xC0, 0x3F, 0x00, 0x80]), ("F64", [.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(-1e-300)])];
        foreach ((string type, byte[] bytes) in halves)
        {
            string header = $$$"""{"weight":{"dtype":"{{{type}}}","shape":[1,2],"data_offsets":[0,{{{bytes.Length}}}]}}""";
            BuiltWeights built = BuiltWeights.Of(("fc.safetensors", BuiltWeights.Join(header, bytes)));

            ILayer layer = Create("[DenseLayer(1, 2, Bias = BiasMode.None, Weights = \"fc.safetensors\")]", built);

            layer.Parameters.ToArray().ShouldBe([1.5f, type == "F16" ? -5.9604645e-8f : -0f], type);
        }
    }

    [Fact]
    public void An_assembly_without_its_resource_or_with_another_ones_says_so()
    {
        byte[] Weights(float value) => BuiltWeights.File(("weight", [1, 1], [value]), ("bias", [1], [0]));
        const string Layer = "[DenseLayer(1, 1, Weights = \"fc.safetensors\")]";
        BuiltWeights built = BuiltWeights.Of(("fc.safetensors", Weights(1)));
        BuiltWeights other = BuiltWeights.Of(("fc.safetensors", Weights(2)));

        Message(null).ShouldContain("has no resource 'Kron.Weights'");
        Message([]).ShouldContain("has 0 bytes; expected at least 72");
        Message(other.Resource).ShouldContain("build the project anew");

        string Message(byte[]? resource) => Should.Throw<TargetInvocationException>(() => Activator.CreateInstance(Compile(Layer, built with { Resource = resource! })))
            .InnerException.ShouldBeOfType<InvalidOperationException>().Message;
    }

    [Theory]
    [MemberData(nameof(Attributes))]
    public void The_generator_expects_the_tensors_that_the_runtime_has(string attribute)
    {
        IReadOnlyList<(string Name, int[] Shape)> expected = ParameterTensors.Of(Specs.Parse($"[{attribute})] partial class C;"));

        var layer = (INamedParameters)Create($"[{attribute})]");

        expected.Select(tensor => $"{tensor.Name} {string.Join(',', tensor.Shape)}")
            .ShouldBe(layer.ParameterTensors.Concat(layer.StateTensors).Select(tensor => $"{tensor.Name} {string.Join(',', tensor.Shape)}"));
    }

    private static ILayer Create(string attribute, BuiltWeights? built = null) => (ILayer)Activator.CreateInstance(Compile(attribute, built))!;

    private static Type Compile(string attribute, BuiltWeights? built) => GeneratorHarness
        .Run($"using Kron; namespace N; {attribute} public sealed partial class C;", built?.Options ?? HarnessOptions.ScalarOnly)
        .Load(built?.Resource)
        .GetType("N.C")!;

    private static LayerMemory Memory(ILayer layer) => (LayerMemory)layer.GetType().GetProperty("Memory")!.GetValue(layer)!;

    private static float[] Forward(ILayer layer, float[] input)
    {
        float[] output = new float[input.Length / layer.InputSize * layer.OutputSize];
        layer.Forward(input, output);
        return output;
    }

    private static void Fill(Span<float> values, int seed)
    {
        var random = new Random(seed);
        foreach (ref float value in values)
        {
            value = 0.5f + random.NextSingle();
        }
    }

    /// <summary>A folder that lives as long as a test.</summary>
    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kron-");

        public string this[string name] => Path.Combine(_directory.FullName, name);

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
