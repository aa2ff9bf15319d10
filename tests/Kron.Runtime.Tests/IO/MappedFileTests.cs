using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class MappedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LargeFileFact]
    public void Tensors_beyond_2_and_4_GiB_are_read_in_parts_and_whole()
    {
        const long Elements = 3L << 30;
        const long End = 2 * Elements;
        string path = _folder["large.safetensors"];
        byte[] start = SafetensorsBytes.Of(FormattableString.Invariant(
            $$$"""{"large":{"dtype":"BF16","shape":[3,1073741824],"data_offsets":[0,{{{End}}}]},"last":{"dtype":"F32","shape":[2],"data_offsets":[{{{End}}},{{{End + 8}}}]}}"""));
        using (var stream = new FileStream(path, FileMode.CreateNew))
        {
            stream.SetLength(start.Length + End + 8);
            stream.Write(start);
            foreach (long element in (long[])[0, 1L << 30, (1L << 31) + 1, Elements - 1])
            {
                stream.Position = start.Length + (2 * element);
                stream.Write([0x80, 0x3F]);
            }

            stream.Position = start.Length + End;
            stream.Write(SafetensorsBytes.Floats(2.5f, -3));
        }

        using SafetensorsFile file = Safetensors.Open(path);
        float[] part = new float[4];
        float[] last = new float[2];
        byte[] bytes = new byte[2];

        file.Tensors["large"].Length.ShouldBe(Elements);
        file.Read("large", 0, part);
        part.ShouldBe([1, 0, 0, 0]);
        file.Read("large", (1L << 30) - 1, part);
        part.ShouldBe([0, 1, 0, 0]);
        file.Read("large", (1L << 31) - 1, part);
        part.ShouldBe([0, 0, 1, 0]);
        file.Read("large", Elements - 4, part);
        part.ShouldBe([0, 0, 0, 1]);
        file.ReadBytes("large", End - 2, bytes);
        bytes.ShouldBe([0x80, 0x3F]);
        file.Read("last", last);
        last.ShouldBe([2.5f, -3]);
        Should.Throw<ArgumentException>(() => file.Read("large", Elements - 3, part)).Message.ShouldContain("4 elements from 3221225469 on are beyond tensor 'large', which has 3221225472");
        Should.Throw<ArgumentException>(() => file.Read("large", part)).Message.ShouldContain("4 elements; expected 3221225472");
    }

    [Fact]
    public void Parts_beyond_a_tensor_throw_and_leave_the_destination()
    {
        Safetensors.Write(_folder["a.safetensors"], [new("v", [3], new float[] { 1, 2, 3 }), new("w", [1], new float[] { 4 })]);
        using SafetensorsFile file = Safetensors.Open(_folder["a.safetensors"]);
        float[] values = [7, 7];

        foreach (long first in (long[])[-1, 2, 3, long.MinValue, long.MaxValue])
        {
            Should.Throw<ArgumentException>(() => file.Read("v", first, values)).ParamName.ShouldBe("firstElement");
            Should.Throw<ArgumentException>(() => file.ReadBytes("v", first * 4, new byte[13])).ParamName.ShouldBe("firstByte");
        }

        values.ShouldBe([7, 7]);
        file.Read("v", 1, values);
        values.ShouldBe([2, 3]);
        file.Read("v", 3, []);
    }

    [Fact]
    public void Many_threads_read_one_file_at_once()
    {
        float[] values = [.. Enumerable.Range(0, 300_000).Select(i => (float)i)];
        Safetensors.Write(_folder["a.safetensors"], [new("v", [values.Length], values)]);
        using SafetensorsFile file = Safetensors.Open(_folder["a.safetensors"]);

        Parallel.For(0, 64, i =>
        {
            float[] read = new float[values.Length - i];
            file.Read("v", i, read);
            read.AsSpan().SequenceEqual(values.AsSpan(i)).ShouldBeTrue();
        });
    }

    [Fact]
    public void A_file_cut_while_it_is_open_is_an_io_error_and_not_the_end_of_the_process()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // which refuses to cut it
        }

        string path = _folder["a.safetensors"];
        Safetensors.Write(path, [new("v", [100_000], new float[100_000])]);
        using SafetensorsFile file = Safetensors.Open(path);
        using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(100);
        }

        Should.Throw<IOException>(() => file.Read("v", new float[100_000])).Message.ShouldContain("was cut to 100 bytes while it was open; expected ");
        Should.Throw<IOException>(() => file.ReadBytes("v", 0, new byte[1])).Message.ShouldContain("'" + path + "'");
    }

    [Fact]
    public void A_closed_file_is_not_read()
    {
        Safetensors.Write(_folder["a.safetensors"], [new("v", [1], new float[1])]);
        SafetensorsFile file = Safetensors.Open(_folder["a.safetensors"]);
        file.Dispose();
        file.Dispose();

        Should.Throw<ObjectDisposedException>(() => file.Read("v", new float[1]));
    }

    [Fact]
    public void A_file_too_short_to_be_one_is_refused_and_closed()
    {
        foreach (int length in (int[])[0, 1, 7])
        {
            File.WriteAllBytes(_folder["short"], new byte[length]);
            Should.Throw<InvalidDataException>(() => Safetensors.Open(_folder["short"])).Message.ShouldContain($"it has {length} bytes; expected at least 8");
        }

        byte[] claims = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(claims, 9);
        File.WriteAllBytes(_folder["short"], claims);
        Should.Throw<InvalidDataException>(() => Safetensors.Open(_folder["short"])).Message.ShouldContain("claims 9 bytes; expected at most 8");
        new FileStream(_folder["short"], FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
    }
}
