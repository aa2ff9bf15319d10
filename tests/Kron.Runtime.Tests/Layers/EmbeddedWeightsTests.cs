using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

/// <summary>A layer on weights that lie in memory which it must not write.</summary>
public sealed unsafe class EmbeddedWeightsTests : IDisposable
{
    private const int Line = 64;

    private static readonly float[] Values = NaiveLayer.Values((NaiveLayer.Inputs * NaiveLayer.Outputs) + NaiveLayer.Outputs, seed: 5);

    private readonly byte* _image = (byte*)NativeMemory.AlignedAlloc(4096, Line);

    public void Dispose() => NativeMemory.AlignedFree(_image);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(1)]
    [InlineData(62)]
    public void Values_are_read_in_place_wherever_they_lie(int shift)
    {
        LayerEngine layer = Create(Map(shift));

        layer.Memory.ParameterBytes.ShouldBe(0);
        Forward(layer).ShouldBe(NaiveLayer.Expected(Values, Input), tolerance: 1e-6f);

        // What the kernels packed is theirs; the values themselves are still in the image.
        ((float*)(_image + shift + Line))[0] = 1e9f;
        layer.Commit();
        Forward(layer).Max().ShouldBeGreaterThan(1e6f);
    }

    [Fact]
    public void Parameters_are_a_copy_from_the_first_access_on()
    {
        LayerEngine layer = Create(Map(shift: 4));
        byte[] image = Image;

        Span<float> parameters = layer.Parameters;

        parameters.ToArray().ShouldBe(Values);
        ((nuint)layer.Parameters.Length).ShouldBe((nuint)Values.Length);
        (layer.Parameters == parameters).ShouldBeTrue();
        layer.Memory.ParameterBytes.ShouldBe(sizeof(float) * Values.Length);
        fixed (float* first = parameters)
        {
            ((nuint)first % Line).ShouldBe((nuint)0);
        }

        NaiveLayer.Fill(parameters, seed: 6);
        layer.Commit();
        Forward(layer).ShouldBe(NaiveLayer.Expected(parameters, Input), tolerance: 1e-6f);
        Image.ShouldBe(image);
    }

    [Fact]
    public void Threads_that_ask_at_once_get_one_copy()
    {
        for (int round = 0; round < 50; round++)
        {
            LayerEngine layer = Create(Map(shift: 0));
            nuint[] first = new nuint[4];

            Parallel.For(0, first.Length, i =>
            {
                Forward(layer).ShouldBe(NaiveLayer.Expected(Values, Input), tolerance: 1e-6f);
                first[i] = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref layer.Parameters[0]);
                Forward(layer).ShouldBe(NaiveLayer.Expected(Values, Input), tolerance: 1e-6f);
            });

            first.ShouldAllBe(each => each == first[0]);
        }
    }

    [Fact]
    public void Reading_what_the_parameters_stand_for_copies_nothing()
    {
        LayerEngine layer = Create(Map(shift: 4));
        float[] dense = new float[NaiveLayer.Inputs * NaiveLayer.Outputs];

        layer.ToDense(dense);

        dense.ShouldBe(Values[..dense.Length]);
        layer.Memory.ParameterBytes.ShouldBe(0);
    }

    [Fact]
    public void Loading_and_initialising_replace_the_values_of_the_object_alone()
    {
        LayerEngine layer = Create(Map(shift: 0));
        byte[] image = Image;

        layer.Initialize(new Random(1));

        layer.Parameters.ToArray().ShouldNotBe(Values);
        Image.ShouldBe(image);
        Create(Map(shift: 0)).Parameters.ToArray().ShouldBe(Values);
    }

    [Fact]
    public void A_stream_that_is_no_memory_is_copied()
    {
        LayerEngine layer = Create(() => new MemoryStream(Block()));

        layer.Memory.ParameterBytes.ShouldBe(sizeof(float) * Values.Length);
        Forward(layer).ShouldBe(NaiveLayer.Expected(Values, Input), tolerance: 1e-6f);
        layer.Parameters.ToArray().ShouldBe(Values);
    }

    [Fact]
    public void A_missing_resource_names_the_assembly() =>
        Should.Throw<InvalidOperationException>(() => Create(() => null)).Message
            .ShouldStartWith("The assembly 'App' has no resource 'Kron.Weights'; expected the weights that its layers were compiled with.");

    [Theory]
    [InlineData(135, "has 135 bytes; expected at least 136")]
    [InlineData(0, "has 0 bytes; expected at least 136")]
    public void A_resource_that_is_too_short_is_refused(int length, string expected) =>
        Should.Throw<InvalidOperationException>(() => Create(() => new MemoryStream(Block(), 0, length))).Message.ShouldContain(expected);

    [Fact]
    public void A_resource_of_another_build_is_refused()
    {
        byte[] block = Block();
        block[0] ^= 1;

        Should.Throw<InvalidOperationException>(() => Create(() => new MemoryStream(block))).Message.ShouldContain("checksum");
    }

    [Fact]
    public void The_state_comes_after_the_parameters_and_is_the_objects_own()
    {
        var definition = new LayerDefinition
        {
            Name = "Tests.Norm",
            Attributes = "[BatchNorm2d(2, 1, 3)]",
            Inputs = 6,
            Outputs = 6,
            Groups = [],
            Kind = LayerKind.BatchNorm,
            Window = new ImageWindow(2, 1, 3, 1, 1, 1, 1, 0, 0),
            Normalization = (1e-5f, 0.1f),
        };
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8];
        var layer = new LayerEngine(definition, IO.StoredLayers.NoKernels, Weights(() => new MemoryStream(Block(values)), values));

        layer.State.ToArray().ShouldBe([5, 6, 7, 8]);
        layer.Parameters.ToArray().ShouldBe([1, 2, 3, 4]);
    }

    private static float[] Input => NaiveLayer.Values(NaiveLayer.Block * 2 * NaiveLayer.Inputs, seed: 7);

    private byte[] Image => new ReadOnlySpan<byte>(_image, 256).ToArray();

    private static LayerEngine Create(Func<Stream?> open) => new(NaiveLayer.Definition, NaiveLayer.Program, Weights(open, Values));

    private static EmbeddedWeights Weights(Func<Stream?> open, float[] values) =>
        new(open, "App", Line, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(values))));

    private static byte[] Block(float[]? values = null)
    {
        byte[] bytes = [.. (values ?? Values).SelectMany(BitConverter.GetBytes)];
        return [.. SHA256.HashData(bytes), .. new byte[Line - 32], .. bytes];
    }

    private static float[] Forward(LayerEngine layer)
    {
        float[] input = Input, output = new float[input.Length / NaiveLayer.Inputs * NaiveLayer.Outputs];
        layer.Forward(input, output);
        return output;
    }

    private Func<Stream> Map(int shift)
    {
        byte[] block = Block();
        block.CopyTo(new Span<byte>(_image + shift, block.Length));
        return () => new UnmanagedMemoryStream(_image + shift, block.Length);
    }
}
