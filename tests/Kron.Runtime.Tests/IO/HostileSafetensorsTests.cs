using System.Buffers.Binary;
using System.IO;
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
}
