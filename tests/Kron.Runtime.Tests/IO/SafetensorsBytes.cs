using System;
using System.Buffers.Binary;
using System.Linq;
using System.Text;
using Kron.IO;

namespace Kron.Runtime.Tests.IO;

/// <summary>Files put together by hand from the format's description: a length, a JSON header, the data.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, params byte[] data) => Of(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Of(byte[] header, params byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. data];
    }

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public static SafetensorsFile Open(byte[] file) => SafetensorsFile.Open(new ArrayBytes(file), "file.safetensors");
}
