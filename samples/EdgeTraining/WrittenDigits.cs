using System;
using System.Buffers.Binary;
using System.IO;
using Edge;
using Kron.Samples;

namespace EdgeTraining;

/// <summary>Images of written digits with their labels.</summary>
internal sealed class WrittenDigits : ImageSet
{
    private const uint Magic = 0x00000803;

    private WrittenDigits(byte[][] images, byte[] labels)
        : base(1, DigitModel.Side, images, labels)
    {
    }

    /// <summary>Renders the first images of a seed.</summary>
    public static WrittenDigits Render(ulong seed, int count)
    {
        (byte[][] images, byte[] labels) = Render(() => new WrittenDigitRenderer(seed), 0, count, Environment.ProcessorCount);
        return new WrittenDigits(images, labels);
    }

    /// <inheritdoc/>
    public override void CopyTo(int index, Span<float> input) => DigitModel.Convert(Pixels(index), input);

    /// <summary>Writes the images as an IDX file.</summary>
    public void Save(string path)
    {
        using FileStream file = File.Create(path);
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(header, Magic);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Count);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], Side);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], Side);
        file.Write(header);
        for (int i = 0; i < Count; i++)
        {
            file.Write(Pixels(i));
        }
    }
}
