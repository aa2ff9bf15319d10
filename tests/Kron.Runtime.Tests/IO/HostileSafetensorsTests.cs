using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Kron.CompilerServices;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class HostileSafetensorsTests
{
    [Theory]
    [InlineData("", "begin with '{'")]
    [InlineData(" {}", "begin with '{'")]
    [InlineData("[]", "begin with '{'")]
    [InlineData("{", "JSON")]
    [InlineData("{}x", "JSON")]
    [InlineData("{}{}", "JSON")]
    [InlineData("{\"x\":1}", "'x' is not an object")]
    [InlineData("{\"x\":[[[[[[1]]]]]]}", "'x' is not an object")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[[[1]]],\"data_offsets\":[0,4]}}", "JSON")]
    [InlineData("{\"x\":{}}", "lacks dtype")]
    [InlineData("{\"x\":{\"dtype\":\"F32\"}}", "lacks shape")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", "lacks data_offsets")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", "'more'")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "repeated field 'dtype'")]
    [InlineData("{\"x\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}", "'dtype'")]
    [InlineData("{\"x\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}", "unknown dtype 'F31'")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", "not an array")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "non-negative")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "non-negative")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", "non-negative")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", "non-negative")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}", "exceeds")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9223372036854775807,9223372036854775807],\"data_offsets\":[0,4]}}", "exceeds")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "4 bytes; expected 8")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "begin ≤ end")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", "[begin, end]")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "expected 0, where the header ends")]
    [InlineData("{}", "4 bytes of data; expected 0")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "4 bytes of data; expected 8")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"y\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[2,4]}}", "expected 4, where tensor 'x' ends")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "'x' occurs twice")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "not a string")]
    [InlineData("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "'a' occurs twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", "occurs twice")]
    [InlineData("{\"__metadata__\":{\"a\":\"\\ud800\"}}", "not valid text")]
    public void A_malformed_header_says_what_is_wrong(string header, string expected)
    {
        string message = Should.Throw<InvalidDataException>(() => SafetensorsBytes.Open(SafetensorsBytes.Of(header, new byte[4]))).Message;

        message.ShouldContain("file.safetensors");
        message.ShouldContain(expected);
    }

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        byte[] header = [.. "{\"__metadata__\":{\"a\":\""u8, 0xFF, 0xC0, .. "\"}}"u8];

        Should.Throw<InvalidDataException>(() => SafetensorsBytes.Open(SafetensorsBytes.Of(header)));
    }

    [Theory]
    [InlineData(new byte[0], "0 bytes")]
    [InlineData(new byte[] { 1, 2, 3 }, "3 bytes")]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}' }, "claims 9 bytes; expected at most 2")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, (byte)'{', (byte)'}' }, "claims 18446744073709551615 bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 128, (byte)'{', (byte)'}' }, "claims 9223372036854775808 bytes")]
    public void A_false_header_length_is_refused(byte[] file, string expected) =>
        Should.Throw<InvalidDataException>(() => SafetensorsBytes.Open(file)).Message.ShouldContain(expected);

    [Fact]
    public void A_header_beyond_the_limit_is_refused_before_memory_is_taken()
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, SafetensorsFile.MaxHeaderBytes + 1L);
        using var bytes = new ArrayBytes(length, SafetensorsFile.MaxHeaderBytes * 2L);

        Should.Throw<InvalidDataException>(() => SafetensorsFile.Open(bytes, "long")).Message.ShouldContain("at most 100000000");
    }

    [Fact]
    public void Mutated_files_load_or_throw_and_a_failure_changes_nothing()
    {
        const int Files = 20_000;
        using var folder = new TemporaryFolder();
        KeyValuePair<string, ILayer>[] saved = Model(seed: 1);
        ModelFile.Save(folder["model.safetensors"], saved);
        byte[] original = File.ReadAllBytes(folder["model.safetensors"]);
        KeyValuePair<string, ILayer>[] model = Model(seed: 2);
        float[] before = Parameters(model);
        var random = new Random(20_240_607);
        int loaded = 0;
        int refused = 0;
        for (int i = 0; i < Files; i++)
        {
            byte[] file = Mutate(original, random);
            try
            {
                using SafetensorsFile open = SafetensorsFile.Open(new ArrayBytes(file), "fuzz");
                ModelFile.Load(open, "fuzz", model);
                loaded++;
                before = Parameters(model);
            }
            catch (InvalidDataException error)
            {
                refused++;
                error.Message.ShouldStartWith("'fuzz'");
                Parameters(model).AsSpan().SequenceEqual(before).ShouldBeTrue();
            }
        }

        // Both ends must be reached, or the mutations test nothing.
        loaded.ShouldBeGreaterThan(Files / 20);
        refused.ShouldBeGreaterThan(Files / 4);
    }

    private static KeyValuePair<string, ILayer>[] Model(int seed) =>
    [
        new("fc1", StoredLayers.Kronecker(seed)),
        new("fc2", Layers.NaiveLayer.Create(seed)),
        new("norm", new NamedStateful()),
    ];

    // Compared by bits: mutated data may well be NaN.
    private static float[] Parameters(KeyValuePair<string, ILayer>[] model)
    {
        IEnumerable<float> all = model.SelectMany(entry => (float[])[.. entry.Value.Parameters, .. entry.Value.State]);
        return [.. all.Select(value => float.IsNaN(value) ? -12345f : value)];
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        int headerEnd = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(original);
        return Mutation.Of(
            original,
            random,

            // Mostly in the header, where the structure is.
            file => random.Next(3) == 0 ? random.Next(file.Count) : random.Next(Math.Min(file.Count, headerEnd)),
            (file, at) => file.InsertRange(at, Enumerable.Range(0, random.Next(1, 20)).Select(_ => (byte)random.Next(256))),
            (file, at) => file.RemoveRange(at, file.Count - at),
            (file, at) => file[at] = "{}[]\",:0123456789-.eE \\"u8[random.Next(23)],
            (file, _) => ReplaceNumber(file, random),
            (file, _) =>
            {
                if (file.Count > headerEnd)
                {
                    file[random.Next(headerEnd, file.Count)] = (byte)random.Next(256);
                }
            });
    }

    // Keeps the header's length right, so that the change gets past the first check.
    private static void ReplaceNumber(List<byte> file, Random random)
    {
        if (file.Count < 8)
        {
            return;
        }

        byte[] bytes = [.. file];
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > (ulong)(bytes.Length - 8))
        {
            return;
        }

        string header = Encoding.Latin1.GetString(bytes, 8, (int)length);
        int[] digits = [.. Enumerable.Range(0, header.Length).Where(i => char.IsAsciiDigit(header[i]))];
        if (digits.Length == 0)
        {
            return;
        }

        string[] numbers = ["0", "1", "4", "9223372036854775807", "-1", "1e9", "99999999999999999999999", "2147483648", "null"];
        int at = digits[random.Next(digits.Length)];
        header = header[..at] + numbers[random.Next(numbers.Length)] + header[(at + 1)..];
        byte[] changed = SafetensorsBytes.Of(Encoding.Latin1.GetBytes(header), bytes[(8 + (int)length)..]);
        file.Clear();
        file.AddRange(changed);
    }
}
