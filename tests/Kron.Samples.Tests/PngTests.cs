using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using BigGustave;
using Figure1.Images;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class PngTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Another_library_reads_what_was_written(int channels)
    {
        Picture picture = Textured(19, 31, channels);

        Png found = Png.Open(PngWriter.Write(picture));

        (found.Width, found.Height, found.Header.BitDepth).ShouldBe((31, 19, (byte)8));
        for (int pixel = 0; pixel < 19 * 31; pixel++)
        {
            Pixel colour = found.GetPixel(pixel % 31, pixel / 31);
            (colour.R, colour.G, colour.B).ShouldBe((picture.Plane(0)[pixel], picture.Plane(channels / 2)[pixel], picture.Plane(channels - 1)[pixel]));
        }
    }

    [Fact]
    public void What_another_library_wrote_is_read_and_laid_over_white()
    {
        var random = new Random(2);
        PngBuilder builder = PngBuilder.Create(9, 7, hasAlphaChannel: true);
        byte[] samples = new byte[4 * 63];
        random.NextBytes(samples);
        for (int i = 0; i < 63; i++)
        {
            builder.SetPixel(new Pixel(samples[4 * i], samples[(4 * i) + 1], samples[(4 * i) + 2], samples[(4 * i) + 3], false), i % 9, i / 9);
        }

        Picture picture = PngReader.Read(builder.Save());

        for (int i = 0; i < 63 * 3; i++)
        {
            double opacity = samples[(i / 3 * 4) + 3] / 255.0;
            double expected = (samples[(i / 3 * 4) + (i % 3)] * opacity) + (255 * (1 - opacity));
            ((double)picture.Plane(i % 3)[i / 3]).ShouldBe(expected, 0.501);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_was_written_with_any_filter_is_read_back(int channels)
    {
        Picture picture = Textured(40, 33, channels);

        Picture found = PngReader.Read(PngWriter.Write(picture));

        found.Channels.ShouldBe(channels);
        for (int channel = 0; channel < channels; channel++)
        {
            found.Plane(channel).SequenceEqual(picture.Plane(channel)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Every_filter_is_undone()
    {
        // By hand, from the standard: none, sub, up, average, Paeth, on rows of three bytes.
        byte[] file = File(3, 5, 8, 0, [0, 10, 20, 30, 1, 5, 5, 5, 2, 1, 1, 1, 3, 2, 2, 2, 4, 1, 1, 1]);

        PngReader.Read(file).Plane(0).ToArray().ShouldBe([10, 20, 30, 5, 10, 15, 6, 11, 16, 5, 10, 15, 6, 11, 16]);
    }

    [Theory]
    [InlineData(1, new byte[] { 0, 0b1010_0000 }, new byte[] { 255, 0, 255 })]
    [InlineData(2, new byte[] { 0, 0b1101_1000 }, new byte[] { 255, 85, 170 })]
    [InlineData(4, new byte[] { 0, 0x0F, 0x70 }, new byte[] { 0, 255, 119 })]
    [InlineData(16, new byte[] { 0, 1, 255, 200, 0, 255, 255 }, new byte[] { 1, 200, 255 })]
    public void Grey_of_each_depth_is_read(int depth, byte[] row, byte[] expected) =>
        PngReader.Read(File(3, 1, depth, 0, row)).Plane(0).ToArray().ShouldBe(expected);

    [Theory]
    [InlineData(1, new byte[] { 0, 0b0100_0000 })]
    [InlineData(2, new byte[] { 0, 0b0001_0000 })]
    [InlineData(4, new byte[] { 0, 0x01, 0x00 })]
    [InlineData(8, new byte[] { 0, 0, 1, 0 })]
    public void A_palette_of_each_depth_is_read(int depth, byte[] row)
    {
        Picture picture = PngReader.Read(File(3, 1, depth, 3, row, ("PLTE", [1, 2, 3, 100, 50, 0]), ("tRNS", [255, 51])));

        picture.Plane(0).ToArray().ShouldBe([1, 224, 1]);
        picture.Plane(1).ToArray().ShouldBe([2, 214, 2]);
        picture.Plane(2).ToArray().ShouldBe([3, 204, 3]);
    }

    [Fact]
    public void Damage_is_reported_with_what_was_expected()
    {
        byte[] good = File(3, 2, 8, 0, new byte[8]);
        byte[] flipped = [.. good];
        flipped[20] ^= 1;

        Message([]).ShouldContain("the signature of a PNG file");
        Message(good[..30]).ShouldContain("the file is cut short");
        Message(flipped).ShouldContain("the chunk IHDR is damaged: its CRC is wrong");
        Message(File(3, 2, 8, 0, new byte[7])).ShouldContain("the pixels end in row 1 of 2");
        Message(File(0, 2, 8, 0, [])).ShouldContain("found 0 × 2");
        Message(File(1 << 20, 1 << 20, 8, 0, [])).ShouldContain("found 1048576 × 1048576");
        Message(File(8000, 8000, 8, 0, [0])).ShouldContain("8000 × 8000 pixels need 64008000 bytes, more than");
        Message(File(3, 2, 3, 0, new byte[8])).ShouldContain("colour type 0 at 3 bit(s)");
        Message(File(3, 2, 8, 5, new byte[8])).ShouldContain("colour type 5");
        Message(File(1, 1, 8, 0, [5, 0])).ShouldContain("a row's filter must be 0 … 4, found 5");
        Message(File(1, 1, 8, 3, [0, 2], ("PLTE", new byte[6]))).ShouldContain("a pixel is of colour 2, but the palette has 2");
        Message(File(1, 1, 8, 3, [0, 0])).ShouldContain("the palette has 0");
        Message(File(1, 1, 8, 0, [0, 0], ("ABCD", []))).ShouldContain("the chunk ABCD is not known");
        Message(File(1, 1, 8, 0, [0, 0], ("IHDR", new byte[13]))).ShouldContain("one header IHDR of 13 bytes at the start");
        byte[] unpackable = [.. File(3, 2, 8, 0, [])[..33], .. Chunk("IDAT", [1, 2, 3, 4]), .. Chunk("IEND", [])];
        Message(unpackable).ShouldContain("the packed pixels are damaged");
        byte[] interlaced = [.. good];
        interlaced[28] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(interlaced.AsSpan(29), PngFormat.Crc(interlaced.AsSpan(12, 17)));
        Message(interlaced).ShouldContain("interlaced");

        static string Message(byte[] file) => Should.Throw<InvalidDataException>(() => PngReader.Read(file)).Message;
    }

    [Fact]
    public void Random_damage_never_ends_in_anything_but_a_clear_error()
    {
        var random = new Random(1);
        byte[] whole = PngWriter.Write(Textured(6, 7, 3));
        int read = 0;
        for (int round = 0; round < 6000; round++)
        {
            byte[] file = whole;
            if (round % 2 == 0)
            {
                // Chunks in order, but header, palette and pixels at random.
                byte[] pixels = new byte[random.Next(90)], palette = new byte[random.Next(20)];
                random.NextBytes(pixels);
                random.NextBytes(palette);
                for (int i = 0; i < pixels.Length; i += random.Next(1, 12))
                {
                    pixels[i] = (byte)random.Next(5);
                }

                file = File(random.Next(-1, 8), random.Next(1, 8), 1 << random.Next(5), random.Next(7), pixels, ("PLTE", palette));
            }

            if (round % 8 == 4)
            {
                // The packed pixels damaged, but with the right CRC.
                byte[] packed = Mutation.Of(Packed(new byte[4 * 13]), random, bytes => random.Next(bytes.Count));
                file = [.. File(4, 4, 8, 2, [])[..33], .. Chunk("IDAT", packed), .. Chunk("IEND", [])];
            }
            else if (round % 8 != 0)
            {
                file = Mutation.Of(file, random, bytes => random.Next(bytes.Count));
            }

            try
            {
                PngReader.Read(file);
                read++;
            }
            catch (InvalidDataException damage)
            {
                damage.Message.ShouldNotBeEmpty();
            }
        }

        read.ShouldBeInRange(20, 3000);
    }

    private static Picture Textured(int height, int width, int channels)
    {
        var random = new Random(4);
        return new Picture(height, width, [.. Enumerable.Range(0, channels).Select(channel =>
            Enumerable.Range(0, height * width).Select(i => (byte)((i / width * (3 + channel)) + (i % width * 5) + random.Next(1 + (i / width)))).ToArray())]);
    }

    /// <summary>A file with the given rows, each after its filter's number, and further chunks before them.</summary>
    private static byte[] File(int width, int height, int depth, int type, byte[] rows, params (string Type, byte[] Content)[] chunks)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)depth, (byte)type);
        return [.. PngFormat.Signature, .. Chunk("IHDR", header), .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Content)), .. Chunk("IDAT", Packed(rows)), .. Chunk("IEND", [])];
    }

    private static byte[] Packed(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(rows);
        }

        return packed.ToArray();
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
        byte[] length = new byte[4], crc = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, PngFormat.Crc(body));
        return [.. length, .. body, .. crc];
    }
}
