using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        string path = _folder["a.safetensors"];
        Safetensors.Write(
            path,
            [new SafetensorsTensor("w", [2, 1], new float[] { 1, -2.5f }), new SafetensorsTensor("β", [], new float[] { 3 })],
            new Dictionary<string, string> { ["z"] = "last", ["a"] = "[\"first\"]" });

        const string Header =
            "{\"__metadata__\":{\"a\":\"[\\\"first\\\"]\",\"z\":\"last\"}," +
            "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}," +
            "\"β\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
        int padding = (8 - (Encoding.UTF8.GetByteCount(Header) % 8)) % 8;
        File.ReadAllBytes(path).ShouldBe(SafetensorsBytes.Of(Header + new string(' ', padding), SafetensorsBytes.Floats(1, -2.5f, 3)));
        padding.ShouldNotBe(0);
    }

    [Fact]
    public void What_was_written_is_read_to_the_bit()
    {
        float[] values = [0, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, float.MaxValue, 1 / 3f];
        float[] large = [.. Enumerable.Range(0, 100_000).Select(i => i * 0.5f)];
        string path = _folder["a.safetensors"];
        Safetensors.Write(path, [new("v", [7], values), new("none", [3, 0], Array.Empty<float>()), new("large", [100, 1000], large)]);

        using SafetensorsFile file = Safetensors.Open(path);
        float[] read = new float[7];
        file.Read("v", read);
        float[] readLarge = new float[large.Length];
        file.Read("large", readLarge);
        file.Read("none", []);

        read.Select(BitConverter.SingleToUInt32Bits).ShouldBe(values.Select(BitConverter.SingleToUInt32Bits));
        readLarge.ShouldBe(large);
        file.Tensors["none"].Shape.ShouldBe([3L, 0L]);
        file.Metadata.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("F32", new byte[] { 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0 })]
    [InlineData("BF16", new byte[] { 0xC0, 0x3F, 0, 0xC0 })]
    [InlineData("F16", new byte[] { 0, 0x3E, 0, 0xC0 })]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0 })]
    public void Floating_point_types_are_converted(string type, byte[] data)
    {
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(
            $$$"""{"x":{"dtype":"{{{type}}}","shape":[2],"data_offsets":[0,{{{data.Length}}}]}}""", data));
        float[] values = new float[2];
        byte[] bytes = new byte[data.Length];

        file.Read("x", values);
        file.ReadBytes("x", bytes);

        values.ShouldBe([1.5f, -2f]);
        bytes.ShouldBe(data);
    }

    [Fact]
    public void Every_half_precision_number_is_converted_exactly()
    {
        byte[] data = [.. Enumerable.Range(0, 65536).SelectMany(i => BitConverter.GetBytes((ushort)i))];
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of("""{"x":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}""", data));
        float[] values = new float[65536];

        // Without the last, so that some are beyond the last whole vector.
        file.Read("x", 0, values.AsSpan(0, 65535));

        for (int i = 0; i < 65535; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf((ushort)i);
            (float.IsNaN(expected) ? float.IsNaN(values[i]) : values[i].Equals(expected) && float.IsNegative(values[i]) == float.IsNegative(expected))
                .ShouldBeTrue($"{i:X4}");
        }
    }

    [Fact]
    public void A_wrong_request_throws_and_leaves_the_destination()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(
            """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"i":{"dtype":"I32","shape":[1],"data_offsets":[8,12]},"f":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[12,13]}}""",
            new byte[13]));
        float[] values = [7, 7, 7];

        Should.Throw<ArgumentException>(() => file.Read("x", values)).Message.ShouldContain("3 elements; expected 2");
        Should.Throw<ArgumentException>(() => file.ReadBytes("x", new byte[7])).Message.ShouldContain("7 bytes; expected 8");
        Should.Throw<InvalidDataException>(() => file.Read("y", values)).Message.ShouldContain("no tensor 'y'");
        Should.Throw<InvalidDataException>(() => file.Read("i", values.AsSpan(0, 1))).Message.ShouldContain("'i' is of type I32; expected F32, F64, F16 or BF16");
        Should.Throw<InvalidDataException>(() => file.Read("f", 0, values.AsSpan(0, 1))).Message.ShouldContain("'f' is of type F8_E4M3; expected F32, F64, F16 or BF16");
        values.ShouldBe([7, 7, 7]);
    }

    [Fact]
    public void A_failing_write_leaves_the_former_file_and_nothing_else()
    {
        string path = _folder["a.safetensors"];
        Safetensors.Write(path, [new("v", [1], new float[] { 1 })]);
        byte[] before = File.ReadAllBytes(path);

        var failing = new SafetensorsTensor("w", [1], () => throw new IOException("no more"));

        Should.Throw<IOException>(() => Safetensors.Write(path, [new("v", [1], new float[] { 2 }), failing])).Message.ShouldBe("no more");

        File.ReadAllBytes(path).ShouldBe(before);
        _folder.Names.ShouldBe(["a.safetensors"]);
    }

    [Fact]
    public void A_source_is_asked_once()
    {
        int asked = 0;

        Safetensors.Write(_folder["a.safetensors"], [new("v", [2], () => new float[] { ++asked, 0 })]);

        asked.ShouldBe(1);
    }

    [Fact]
    public void A_writer_stopped_at_any_moment_leaves_the_former_file()
    {
        string path = _folder["a.safetensors"];
        Safetensors.Write(path, [new("v", [1], new float[] { 1 })]);
        byte[] before = File.ReadAllBytes(path);
        int moments = 0;

        // What the path shows while the new content is being written beside it is what a process that is killed then leaves there.
        ReadOnlySpan<float> Observe()
        {
            moments += _folder.Names.Count - 1;
            File.ReadAllBytes(path).ShouldBe(before);
            return new float[100_000];
        }

        Safetensors.Write(path, [new("v", [100_000], Observe), new("w", [100_000], Observe)]);

        moments.ShouldBe(2);
        _folder.Names.ShouldBe(["a.safetensors"]);
        File.ReadAllBytes(path).Length.ShouldBeGreaterThan(800_000);
    }

    [Theory]
    [InlineData("__metadata__", 2, "reserved")]
    [InlineData("v", 2, "occurs twice")]
    [InlineData("w", 3, "has 2 values")]
    [InlineData("w", -1, "has the shape [-1]; expected extents of at least 0")]
    public void Tensors_that_make_no_file_throw_and_none_is_left(string name, int extent, string expected)
    {
        SafetensorsTensor[] tensors = [new("v", [1], new float[1]), new(name, [extent], new float[2])];

        Should.Throw<ArgumentException>(() => Safetensors.Write(_folder["a.safetensors"], tensors)).Message.ShouldContain(expected);

        _folder.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Trailing_spaces_and_any_order_of_keys_are_valid()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(
            """{"b":{"data_offsets":[4,8],"shape":[],"dtype":"F32"}, "a":{"shape":[1,1],"dtype":"F32","data_offsets":[0,4]},"__metadata__":{"k":"\u00e9"}}   """,
            SafetensorsBytes.Floats(1, 2)));
        float[] value = new float[1];

        file.Read("b", value);

        value.ShouldBe([2f]);
        file.Metadata["k"].ShouldBe("é");
    }
}
