using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

/// <summary>The build's task, which has a reader of its own, converts as the library does.</summary>
public sealed class BuildTaskTests
{
    [Fact]
    public void Both_know_the_same_types()
    {
        string[] types =
        [
            "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "U16", "I16", "F16", "BF16", "U32", "I32", "F32", "U64", "I64", "F64", "C64",
            "F4", "F6_E2M3", "I128", "f32", "",
        ];

        types.Select(Build.ElementTypes.Size).ShouldBe(types.Select(ElementTypes.Size));
        types.Select(Build.ElementTypes.IsConvertible).ShouldBe(types.Select(ElementTypes.IsConvertible));
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Every_value_of_two_bytes_is_converted_to_the_same_bits(string type)
    {
        byte[] elements = [.. Enumerable.Range(0, 1 << 16).SelectMany(value => BitConverter.GetBytes((ushort)value))];
        float[] expected = new float[1 << 16];
        ElementTypes.Convert(type, elements, expected);
        byte[] floats = new byte[sizeof(float) << 16];

        Build.ElementTypes.Convert(type, elements, 1 << 16, floats);

        floats.ShouldBe(MemoryMarshal.AsBytes<float>(expected).ToArray());
    }

    [Theory]
    [InlineData("F64")]
    [InlineData("F32")]
    public void Wider_values_are_converted_to_the_same_bits(string type)
    {
        byte[] elements = new byte[8 * 100_000];
        new Random(1).NextBytes(elements);
        float[] expected = new float[100_000];
        int size = ElementTypes.Size(type);
        ElementTypes.Convert(type, elements.AsSpan(0, expected.Length * size), expected);
        byte[] floats = new byte[sizeof(float) * expected.Length];

        Build.ElementTypes.Convert(type, elements, expected.Length, floats);

        floats.ShouldBe(MemoryMarshal.AsBytes<float>(expected).ToArray());
    }

    [Fact]
    public void Values_that_fill_several_chunks_are_embedded_whole()
    {
        float[] values = Layers.NaiveLayer.Values(50_001, seed: 3);
        using var folder = new TemporaryFolder();
        Safetensors.Write(folder["w"], [new SafetensorsTensor("weight", [50_001], values)]);
        var list = new Build.WeightsList();
        using var resource = new MemoryStream();

        new Build.WeightsResource(resource, list).Add("w", () => File.OpenRead(folder["w"]));

        resource.Length.ShouldBe(64 + (((50_001 * 4) + 63) / 64 * 64));
        byte[] bytes = resource.ToArray();
        bytes.AsSpan(64, values.Length * sizeof(float)).SequenceEqual(MemoryMarshal.AsBytes<float>(values)).ShouldBeTrue();
        bytes.AsSpan(0, 32).SequenceEqual(System.Security.Cryptography.SHA256.HashData(MemoryMarshal.AsBytes<float>(values))).ShouldBeTrue();
    }

    [Fact]
    public void A_file_that_breaks_off_while_it_is_read_leaves_nothing_behind()
    {
        byte[] good = SafetensorsBytes.Of("""{"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", new byte[8]);
        var list = new Build.WeightsList();
        using var resource = new MemoryStream();
        var weights = new Build.WeightsResource(resource, list);

        weights.Add("a", () => new ShortStream(good));
        resource.Length.ShouldBe(0);
        weights.Add("b", () => new MemoryStream(good));

        list.ToString().Split('\n').Take(4).Select(line => line.Split('\t')[0]).ShouldBe(["kron-weights", "file", "problem", "file"]);
        list.ToString().ShouldContain("problem\tit was cut while it was read");
        resource.Length.ShouldBe(128);
    }

    /// <summary>A file that another program cuts.</summary>
    private sealed class ShortStream(byte[] bytes) : MemoryStream(bytes[..^4])
    {
        public override long Length => bytes.Length;
    }
}
