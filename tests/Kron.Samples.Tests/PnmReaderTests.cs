using System;
using System.IO;
using System.Linq;
using System.Text;
using Figure1.Images;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class PnmReaderTests
{
    [Fact]
    public void Each_kind_is_read()
    {
        ShouldBe(PnmReader.Read(Ascii("P2 3 2 255 0 1 2\n30 40 255")), 2, 3, [0, 1, 2, 30, 40, 255]);
        ShouldBe(PnmReader.Read(Bytes("P5 3 2 255\n", 0, 1, 2, 30, 40, 255)), 2, 3, [0, 1, 2, 30, 40, 255]);
        ShouldBe(PnmReader.Read(Ascii("P3\n2 1\n255\n1 2 3 4 5 6\n")), 1, 2, [1, 4], [2, 5], [3, 6]);
        ShouldBe(PnmReader.Read(Bytes("P6\n2 1\n255\n", 1, 2, 3, 4, 5, 6)), 1, 2, [1, 4], [2, 5], [3, 6]);
    }

    [Fact]
    public void Comments_and_any_white_space_separate_numbers() =>
        ShouldBe(PnmReader.Read(Bytes("P5#a kind 9\n\t# of 7\r\n2#\n \v1 # the maximum:\n255 ", 32, 35)), 1, 2, [32, 35]);

    [Fact]
    public void Values_are_scaled_to_bytes()
    {
        ShouldBe(PnmReader.Read(Ascii("P2 4 1 3 0 1 2 3")), 1, 4, [0, 85, 170, 255]);
        ShouldBe(PnmReader.Read(Ascii("P2 3 1 1000 0 500 1000")), 1, 3, [0, 128, 255]);
        ShouldBe(PnmReader.Read(Bytes("P5 3 1 65535\n", 0, 0, 128, 0, 255, 255)), 1, 3, [0, 128, 255]);
    }

    [Fact]
    public void Colour_that_is_grey_everywhere_becomes_one_channel() =>
        ShouldBe(PnmReader.Read(Ascii("P3 2 1 255 7 7 7 9 9 9")), 1, 2, [7, 9]);

    [Theory]
    [InlineData("P4 8 1\n1", "found P4")]
    [InlineData("P5", "found something else")]
    [InlineData("P2x3 2 255", "white space before the width")]
    [InlineData("P2 3", "before the height")]
    [InlineData("P2 0 2 255 1", "the width must be 1 … 2147483647")]
    [InlineData("P2 -3 2 255 1", "the width must be")]
    [InlineData("P2 3 99999999999 255 1", "the height must be")]
    [InlineData("P2 3 2 0 1", "the largest value must be 1 … 65535")]
    [InlineData("P5 3 2 65536 1", "the largest value must be")]
    [InlineData("P5 1 1 255", "one white-space byte after the largest value")]
    [InlineData("P5 3 2 255\n12345", "3 × 2 pixels of 1 channel(s) take at least 6 byte(s) after the header, found 5")]
    [InlineData("P5 3 1 256\n12345", "take at least 6 byte(s)")]
    [InlineData("P6 2147483647 2147483647 255\n12345", "take at least 13835058042397261827 byte(s)")]
    [InlineData("P2 2 1 9 3 10", "a sample must be 0 … 9")]
    [InlineData("P2 2 1 9 3 x", "a sample must be 0 … 9")]
    [InlineData("P5 1 1 9\nA", "a sample must be 0 … 9, found 65")]
    public void Damage_is_reported_with_what_was_expected(string file, string message) =>
        Should.Throw<InvalidDataException>(() => PnmReader.Read(Ascii(file))).Message.ShouldContain(message);

    [Fact]
    public void Random_damage_never_ends_in_anything_but_a_clear_error()
    {
        byte[][] files =
        [
            Ascii("P2\n# grey\n4 3\n15\n0 1 2 3 4 5 6 7 8 9 10 11"), Ascii("P3 2 2 1000 1 20 300 1000 5 6 7 8 9 10 11 12"),
            Bytes("P5 5 2 255\n", [.. Enumerable.Range(30, 10).Select(i => (byte)i)]), Bytes("P6 2 2 65535\n", [.. Enumerable.Range(30, 24).Select(i => (byte)i)]),
        ];
        var random = new Random(1);
        int read = 0;
        for (int round = 0; round < 8000; round++)
        {
            byte[] data = Mutation.Of(files[round % files.Length], random, file => random.Next(file.Count), (file, at) => file[at] = (byte)('0' + random.Next(10)));
            try
            {
                Picture picture = PnmReader.Read(data);
                (picture.Height * picture.Width * picture.Channels).ShouldBeLessThanOrEqualTo(data.Length);
                read++;
            }
            catch (InvalidDataException damage)
            {
                damage.Message.ShouldNotBeEmpty();
            }
        }

        read.ShouldBeInRange(500, 7500);
    }

    private static void ShouldBe(Picture picture, int height, int width, params byte[][] planes)
    {
        (picture.Height, picture.Width, picture.Channels).ShouldBe((height, width, planes.Length));
        for (int channel = 0; channel < planes.Length; channel++)
        {
            picture.Plane(channel).ToArray().ShouldBe(planes[channel]);
        }
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Bytes(string header, params byte[] samples) => [.. Ascii(header), .. samples];
}
