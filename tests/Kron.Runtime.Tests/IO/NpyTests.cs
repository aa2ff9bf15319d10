using System;
using System.IO;
using System.Linq;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new int[0], "()", 1)]
    [InlineData(new[] { 2 }, "(2,)", 2)]
    [InlineData(new[] { 2, 1 }, "(2, 1)", 2)]
    [InlineData(new[] { 3, 0, 5 }, "(3, 0, 5)", 0)]
    public void The_bytes_are_those_of_the_format(int[] shape, string tuple, int count)
    {
        float[] values = new[] { 1f, -2.5f }[..count];
        Npy.Write(_folder["a.npy"], values, shape);

        // 128 bytes before the data, of which 10 are the magic, the version and the length 118.
        string dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}".PadRight(117) + "\n";
        byte[] data = [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0];
        byte[] file = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0, .. dictionary.Select(c => (byte)c), .. data[..(4 * count)]];
        File.ReadAllBytes(_folder["a.npy"]).ShouldBe(file);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(42)]
    [InlineData(43)]
    [InlineData(64)]
    public void The_data_begin_at_the_next_multiple_of_64(int rank)
    {
        string dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", Enumerable.Repeat(1, rank))}), }}";

        Npy.Write(_folder["a.npy"], [1], [.. Enumerable.Repeat(1, rank)]);

        long start = new FileInfo(_folder["a.npy"]).Length - sizeof(float);
        (start % 64).ShouldBe(0);
        (start - (10 + dictionary.Length + 1)).ShouldBeInRange(0, 63);
        Npy.Read(_folder["a.npy"]).Shape.Count.ShouldBe(rank);
    }

    [Fact]
    public void What_was_written_is_read_to_the_bit()
    {
        float[] values = [0, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, float.MaxValue, 1 / 3f, -1];
        Npy.Write(_folder["a.npy"], values, 2, 4);

        NpyArray read = Npy.Read(_folder["a.npy"]);

        read.Shape.ShouldBe([2, 4]);
        read.Values.Select(BitConverter.SingleToUInt32Bits).ShouldBe(values.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Large_arrays_are_read_from_files_and_from_streams_of_unknown_length()
    {
        float[] values = [.. Enumerable.Range(0, 300_007).Select(i => i * 0.5f)];
        Npy.Write(_folder["a.npy"], values, values.Length);

        Npy.Read(_folder["a.npy"]).Values.ShouldBe(values);
        Npy.Read(NpyBytes.Stream(File.ReadAllBytes(_folder["a.npy"]))).Values.ShouldBe(values);
        Npy.Read(new ForwardStream(File.ReadAllBytes(_folder["a.npy"]))).Values.ShouldBe(values);
    }

    [Theory]
    [InlineData("f2", new byte[] { 0x3E, 0, 0xC0, 0 }, 1.5f, -2f)]
    [InlineData("f4", new byte[] { 0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0 }, 1.5f, -2f)]
    [InlineData("f8", new byte[] { 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0 }, 1.5f, -2f)]
    [InlineData("i1", new byte[] { 0x7F, 0xFE }, 127f, -2f)]
    [InlineData("i2", new byte[] { 1, 2, 0xFF, 0xFE }, 258f, -2f)]
    [InlineData("i4", new byte[] { 0, 1, 2, 3, 0xFF, 0xFF, 0xFF, 0xFE }, 66051f, -2f)]
    [InlineData("i8", new byte[] { 0, 0, 1, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE }, 1099511627776f, -2f)]
    [InlineData("u1", new byte[] { 1, 0xFE }, 1f, 254f)]
    [InlineData("u2", new byte[] { 1, 2, 0xFF, 0xFE }, 258f, 65534f)]
    [InlineData("u4", new byte[] { 0, 1, 2, 3, 0xFF, 0xFF, 0xFF, 0 }, 66051f, 4294967040f)]
    [InlineData("u8", new byte[] { 0, 0, 1, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0 }, 1099511627776f, 9223372036854775808f)]
    [InlineData("b1", new byte[] { 0, 2 }, 0f, 1f)]
    public void Every_type_is_read_in_both_byte_orders(string type, byte[] bigEndian, float first, float second)
    {
        int size = bigEndian.Length / 2;
        byte[] littleEndian = [.. bigEndian[..size].Reverse(), .. bigEndian[size..].Reverse()];

        Npy.Read(NpyBytes.Stream(NpyBytes.Of(">" + type, "False", "(2,)", bigEndian))).Values.ShouldBe([first, second]);
        Npy.Read(NpyBytes.Stream(NpyBytes.Of("<" + type, "False", "(2,)", littleEndian))).Values.ShouldBe([first, second]);
        if (size == 1)
        {
            Npy.Read(NpyBytes.Stream(NpyBytes.Of("|" + type, "False", "(2,)", littleEndian))).Values.ShouldBe([first, second]);
        }
    }

    [Fact]
    public void Fortran_order_is_reordered()
    {
        byte[] data = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];

        NpyArray cube = Npy.Read(NpyBytes.Stream(NpyBytes.Of("|u1", "True", "(2, 3, 4)", data)));

        cube.Shape.ShouldBe([2, 3, 4]);
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                for (int k = 0; k < 4; k++)
                {
                    cube.Values[(((i * 3) + j) * 4) + k].ShouldBe(i + (2 * j) + (6 * k));
                }
            }
        }
    }

    [Theory]
    [InlineData("(3,)", 3)]
    [InlineData("()", 1)]
    [InlineData("(0, 3)", 0)]
    public void Fortran_order_of_less_than_two_extents_is_that_of_c(string shape, int count)
    {
        byte[] data = [.. Enumerable.Range(5, count).Select(i => (byte)i)];

        Npy.Read(NpyBytes.Stream(NpyBytes.Of("|u1", "True", shape, data))).Values.ShouldBe(data.Select(value => (float)value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_version_is_read(byte major)
    {
        byte[] file = NpyBytes.Of(major, "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 2), }\n", 3, 4);

        Npy.Read(NpyBytes.Stream(file)).Values.ShouldBe([3f, 4f]);
    }

    [Theory]
    [InlineData("{'descr':'|i1','fortran_order':False,'shape':(1,2)}")]
    [InlineData(" { \"shape\" : ( 1L , 2L , ) , 'descr' : \"|i1\" ,\t'fortran_order' : False }  \r\n\f")]
    public void Any_spacing_quotes_and_order_of_keys_are_valid(string dictionary)
    {
        NpyArray array = Npy.Read(NpyBytes.Stream(NpyBytes.Of(dictionary, 3, 4)));

        array.Shape.ShouldBe([1, 2]);
        array.Values.ShouldBe([3f, 4f]);
    }

    [Fact]
    public void A_stream_is_read_from_its_position_and_left_open()
    {
        using MemoryStream stream = NpyBytes.Stream([1, 2, 3, .. NpyBytes.Of("|i1", "False", "(1,)", 9)]);
        stream.Position = 3;

        Npy.Read(stream).Values.ShouldBe([9f]);

        stream.Position.ShouldBe(stream.Length);
    }

    [Theory]
    [InlineData(new[] { 3 }, "2 values; expected the product of the shape (3,)")]
    [InlineData(new int[0], "2 values; expected the product of the shape ()")]
    [InlineData(new[] { -1, -2 }, "the shape (-1, -2)")]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue }, "2 values")]
    public void A_shape_that_does_not_fit_throws_before_a_file_is_written(int[] shape, string expected)
    {
        Should.Throw<ArgumentException>(() => Npy.Write(_folder["a.npy"], [1, 2], shape)).Message.ShouldContain(expected);
        Should.Throw<ArgumentException>(() => new NpyArray([1, 2], shape)).Message.ShouldContain(expected);
        Should.Throw<ArgumentException>(() => Npy.Write(_folder["a.npy"], [1], [.. Enumerable.Repeat(1, 65)])).Message.ShouldContain("at most 64");

        _folder.Names.ShouldBeEmpty();
    }
}
