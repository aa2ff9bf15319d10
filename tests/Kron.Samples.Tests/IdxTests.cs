using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Digits;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class IdxTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kron-idx-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_is_read_plain_or_packed(bool packed)
    {
        byte[][] train = [[.. Enumerable.Range(0, 6).Select(i => (byte)(10 * i))], [.. Enumerable.Range(0, 6).Select(i => (byte)(255 - i))]];
        byte[][] test = [[1, 2, 3, 4, 5, 6]];
        WriteSet("train", train, 2, 3, [7, 0], packed);
        WriteSet("t10k", test, 2, 3, [9], packed);

        (DigitImages trainImages, DigitImages testImages) = DigitImages.Read(folder);

        trainImages.Count.ShouldBe(2);
        trainImages.Label(0).ShouldBe(7);
        trainImages.Label(1).ShouldBe(0);
        testImages.Count.ShouldBe(1);
        testImages.Label(0).ShouldBe(9);
        for (int i = 0; i < train.Length; i++)
        {
            for (int p = 0; p < DigitImages.ImageSize; p++)
            {
                // 2 × 3 pixels, centred: rows 19 and 20, columns 18 to 20, the same in each channel.
                int y = (p / 40 % 40) - 19;
                int x = (p % 40) - 18;
                byte expected = y is 0 or 1 && x is >= 0 and < 3 ? train[i][(3 * y) + x] : (byte)0;
                trainImages.Pixels(i)[p].ShouldBe(expected);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Colour_images_are_read_pixel_by_pixel(bool packed)
    {
        byte[] image = [.. Enumerable.Range(1, 2 * 3 * 3).Select(i => (byte)(10 * i))];
        foreach (string part in new[] { "train", "t10k" })
        {
            Write($"{part}-images-idx4-ubyte", Bytes(0x804, [1, 2, 3, 3], image), packed);
            Write($"{part}-labels-idx1-ubyte", Bytes(0x801, [1], [4]), packed);
        }

        DigitImages train = DigitImages.Read(folder).Train;

        for (int p = 0; p < DigitImages.ImageSize; p++)
        {
            int channel = p / 1600;
            int y = (p / 40 % 40) - 19;
            int x = (p % 40) - 18;
            byte expected = y is 0 or 1 && x is >= 0 and < 3 ? image[(((3 * y) + x) * 3) + channel] : (byte)0;
            train.Pixels(0)[p].ShouldBe(expected);
        }
    }

    [Fact]
    public void Colour_images_must_have_three_channels()
    {
        Write("train-images-idx4-ubyte", Bytes(0x804, [1, 1, 1, 4], [1, 2, 3, 4]), false);
        Write("train-labels-idx1-ubyte", Bytes(0x801, [1], [4]), false);

        Should.Throw<InvalidDataException>(() => DigitImages.Read(folder)).Message.ShouldContain("expected 3 channels as the last dimension, found 4");
    }

    [Fact]
    public void Colour_images_are_not_read_for_one_channel()
    {
        Write("train-images-idx4-ubyte", Bytes(0x804, [1, 1, 1, 3], [1, 2, 3]), false);
        Write("train-labels-idx1-ubyte", Bytes(0x801, [1], [4]), false);

        Should.Throw<FileNotFoundException>(() => IdxFolder.Read(folder, 10, 1)).Message.ShouldContain("train-images-idx3-ubyte");
    }

    [Fact]
    public void A_larger_image_is_shrunk_by_the_mean_over_areas()
    {
        byte[] image = new byte[80 * 80];
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (byte)((i * 37) % 251);
        }

        byte[] input = ImageFit.ToSquare(image, 80, 80, 1, 40, 3);

        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 40; x++)
            {
                int at = (160 * y) + (2 * x);
                int sum = image[at] + image[at + 1] + image[at + 80] + image[at + 81];
                input[(40 * y) + x].ShouldBe((byte)((sum + 2) / 4));
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(28, 28)]
    [InlineData(40, 40)]
    [InlineData(41, 25)]
    [InlineData(1, 500)]
    [InlineData(47, 91)]
    public void A_constant_image_stays_constant_and_keeps_its_proportions(int height, int width)
    {
        byte[] image = new byte[height * width];
        Array.Fill(image, (byte)200);

        byte[] input = ImageFit.ToSquare(image, height, width, 1, 40, 3);

        double scale = Math.Min(1, 40.0 / Math.Max(height, width));
        int rows = (int)Math.Max(1, Math.Floor((height * scale) + 0.5));
        int columns = (int)Math.Max(1, Math.Floor((width * scale) + 0.5));
        input.Count(p => p == 200).ShouldBe(3 * rows * columns);
        input.Count(p => p == 0).ShouldBe(DigitImages.ImageSize - (3 * rows * columns));
    }

    [Fact]
    public void A_missing_folder_or_file_is_named()
    {
        string missing = Path.Combine(folder, "nowhere");
        Should.Throw<DirectoryNotFoundException>(() => DigitImages.Read(missing)).Message.ShouldContain(missing);

        WriteSet("train", [[1]], 1, 1, [1], false);
        Should.Throw<FileNotFoundException>(() => DigitImages.Read(folder)).Message.ShouldContain("t10k-images-idx3-ubyte");
    }

    [Fact]
    public void Images_and_labels_must_be_as_many()
    {
        WriteSet("train", [[1], [2]], 1, 1, [1], false);

        string message = Should.Throw<InvalidDataException>(() => DigitImages.Read(folder)).Message;
        message.ShouldContain("2 images");
        message.ShouldContain("1 labels");
    }

    [Fact]
    public void A_label_beyond_nine_is_refused()
    {
        WriteSet("train", [[1], [2]], 1, 1, [1, 10], false);

        Should.Throw<InvalidDataException>(() => DigitImages.Read(folder)).Message.ShouldContain("label 1 must be 0 … 9, found 10");
    }

    [Fact]
    public void Damage_is_reported_with_what_was_expected_and_what_was_found()
    {
        byte[] good = Bytes(0x803, [2, 2, 2], new byte[8]);

        Message([]).ShouldContain("magic number");
        Message(Bytes(0x801, [2], [1, 2])).ShouldContain("expected the IDX magic number 0x00000803");
        Message(Bytes(0xD03, [2, 2, 2], new byte[32])).ShouldContain("found 0x00000D03");
        Message(good[..^3]).ShouldContain("item 1 of 2: expected 4 byte(s), found 1");
        Message([.. good, 0]).ShouldContain("goes on after the 2 item(s) of 4 byte(s)");
        Message(Bytes(0x803, [2, 0, 2], [])).ShouldContain("dimension 1 must be 1 … 4096, found 0");
        Message(Bytes(0x803, [2, 2, 5000], [])).ShouldContain("dimension 2 must be 1 … 4096, found 5000");
        Message(Bytes(0x803, [uint.MaxValue, 2, 2], [])).ShouldContain("dimension 0");
        Message(good[..10]).ShouldContain("the size of dimension 1");

        static string Message(byte[] data) => Should.Throw<InvalidDataException>(() => IdxFile.Read(new MemoryStream(data), 3)).Message;
    }

    [Fact]
    public void A_damaged_packed_file_is_named()
    {
        WriteSet("train", [[1, 2, 3, 4]], 2, 2, [1], true);
        string path = Path.Combine(folder, "train-images-idx3-ubyte.gz");
        File.WriteAllBytes(path, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

        Should.Throw<InvalidDataException>(() => DigitImages.Read(folder)).Message.ShouldContain(path);
    }

    [Fact]
    public void Random_damage_never_ends_in_anything_but_a_clear_error()
    {
        byte[] good = Bytes(0x803, [3, 4, 5], [.. Enumerable.Range(0, 60).Select(i => (byte)i)]);
        var random = new Random(1);
        for (int round = 0; round < 3000; round++)
        {
            byte[] data = good[..(round % 3 == 0 ? random.Next(good.Length + 1) : good.Length)];
            for (int change = random.Next(4); change > 0 && data.Length > 0; change--)
            {
                data[random.Next(Math.Min(data.Length, round % 2 == 0 ? 16 : data.Length))] = (byte)random.Next(256);
            }

            try
            {
                IdxFile file = IdxFile.Read(new MemoryStream(data), 3);
                file.Items.ShouldAllBe(item => item.Length == file.ItemShape[0] * file.ItemShape[1]);
                (16 + file.Items.Sum(item => item.Length)).ShouldBe(data.Length);
            }
            catch (InvalidDataException damage)
            {
                damage.Message.ShouldNotBeEmpty();
            }
        }
    }

    private static byte[] Bytes(uint magic, uint[] extents, byte[] payload)
    {
        byte[] data = new byte[4 + (4 * extents.Length) + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(data, magic);
        for (int i = 0; i < extents.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4 + (4 * i)), extents[i]);
        }

        payload.CopyTo(data.AsSpan(4 + (4 * extents.Length)));
        return data;
    }

    private void WriteSet(string part, byte[][] images, int height, int width, byte[] labels, bool packed)
    {
        Write($"{part}-images-idx3-ubyte", Bytes(0x803, [(uint)images.Length, (uint)height, (uint)width], [.. images.SelectMany(i => i)]), packed);
        Write($"{part}-labels-idx1-ubyte", Bytes(0x801, [(uint)labels.Length], labels), packed);
    }

    private void Write(string name, byte[] data, bool packed)
    {
        string path = Path.Combine(folder, name);
        if (!packed)
        {
            File.WriteAllBytes(path, data);
            return;
        }

        using var file = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest);
        file.Write(data);
    }
}
