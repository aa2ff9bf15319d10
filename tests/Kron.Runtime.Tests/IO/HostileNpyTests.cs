using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class HostileNpyTests
{
    private const string Good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n";

    [Theory]
    [InlineData("", "has its end at byte 0, in the dictionary; expected '{'")]
    [InlineData("[]", "has '[' at byte 0")]
    [InlineData("{", "expected a string")]
    [InlineData("{}", "lacks descr")]
    [InlineData("{'descr': '<f4'}", "lacks fortran_order")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "lacks shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "expected '}'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "has 'x' at byte 56, in the dictionary; expected the end")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}", "unexpected or repeated key 'more'")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "repeated key 'descr'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'fortran_order': False, 'shape': (1,)}", "repeated key 'fortran_order'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}", "repeated key 'shape'")]
    [InlineData("{'descr' '<f4'}", "in the key 'descr'; expected ':'")]
    [InlineData("{'descr: '<f4'}", "expected ':'")]
    [InlineData("{'descr", "ends within the string of a key")]
    [InlineData("{descr: '<f4'}", "has 'd' at byte 1, in a key; expected a string")]
    [InlineData("{,}", "has ',' at byte 1, in a key")]
    [InlineData("{'descr': '<f4',, }", "in a key")]
    [InlineData("{'descr': 4}", "in descr; expected a string")]
    [InlineData("{'descr': '|O'}", "'|O': pickled objects are not read")]
    [InlineData("{'descr': 'O'}", "pickled objects are not read")]
    [InlineData("{'descr': [('a', '<f4')]}", "structured")]
    [InlineData("{'descr': '<f3'}", "'<f3'; expected one of b1,")]
    [InlineData("{'descr': '<c8'}", "'<c8'")]
    [InlineData("{'descr': '|f4'}", "'|f4'")]
    [InlineData("{'descr': '=f4'}", "'=f4'")]
    [InlineData("{'descr': '<f16'}", "'<f16'")]
    [InlineData("{'descr': '|S3'}", "'|S3'")]
    [InlineData("{'descr': '<U3'}", "'<U3'")]
    [InlineData("{'descr': '<M8[ns]'}", "'<M8[ns]'")]
    [InlineData("{'descr': ''}", "dtype is ''")]
    [InlineData("{'fortran_order': 0}", "has '0' at byte 18, in fortran_order; expected True or False")]
    [InlineData("{'fortran_order': false}", "expected True or False")]
    [InlineData("{'fortran_order': Falsey}", "has 'y'")]
    [InlineData("{'shape': 1}", "in shape; expected '('")]
    [InlineData("{'shape': [1]}", "in shape; expected '('")]
    [InlineData("{'shape': (1)}", "the number (1); expected the tuple (1,)")]
    [InlineData("{'shape': (,)}", "expected a number")]
    [InlineData("{'shape': (1,,2)}", "expected a number")]
    [InlineData("{'shape': (1 2)}", "expected ')'")]
    [InlineData("{'shape': (1.5,)}", "has '.'")]
    [InlineData("{'shape': (1LL,)}", "has 'L'")]
    [InlineData("{'shape': (None,)}", "has 'N'")]
    [InlineData("{'shape': ((1,),)}", "has '('")]
    [InlineData("{'shape': (-1,)}", "negative")]
    [InlineData("{'shape': (2147483648,)}", "2147483648; expected at most 2147483647")]
    [InlineData("{'shape': (99999999999999999999999999999999999999999999999999,)}", "9…; expected at most")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536)}", "exceeds any array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647, 2147483647, 2147483647)}", "exceeds any array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "4 bytes of data; expected 8 for f4 of shape (2,)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483591,)}", "4 bytes of data; expected 8589934364")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}", "4 bytes of data; expected 0")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", "4 bytes of data; expected 3")]
    public void A_malformed_header_says_what_is_wrong(string dictionary, string expected)
    {
        string message = Refused(NpyBytes.Of(dictionary, new byte[4]));

        message.ShouldStartWith("'stream' is not a valid npy file: ");
        message.ShouldContain(expected);
    }

    [Fact]
    public void The_first_fault_of_a_whole_header_is_named()
    {
        string many = "(" + string.Concat(Enumerable.Repeat("1,", 65)) + ")";

        Refused(NpyBytes.Of("<f4", "False", many, new byte[4])).ShouldContain("more than 64 dimensions");
        Refused(NpyBytes.Of("{'" + new string('x', 1000) + "': 1}")).ShouldContain(new string('x', 40) + "…'");
        Refused(NpyBytes.Of("\u0001")).ShouldContain("byte 0x01");
    }

    [Fact]
    public void A_false_start_is_refused()
    {
        byte[] file = NpyBytes.Of(Good, new byte[4]);
        Npy.Read(NpyBytes.Stream(file)).Values.ShouldBe([0f]);

        Refused([]).ShouldContain("begins with []; expected [934E554D5059]");
        Refused([1, 2, 3]).ShouldContain("begins with [010203]");
        Refused([.. "PK\u0003\u0004 and more"u8]).ShouldContain("begins with [504B03042061]");
        Refused(NpyBytes.Of(4, Good, new byte[4])).ShouldContain("version is 4.0; expected 1.0, 2.0 or 3.0");
        Refused(NpyBytes.Of(0, Good, new byte[4])).ShouldContain("version is 0.0");
        Refused([.. file[..7], 1, .. file[8..]]).ShouldContain("version is 1.1");
        Refused(file[..7]).ShouldContain("ends 1 bytes too early");
        Refused(file[..9]).ShouldContain("ends 1 bytes too early");
        Refused(file[..20]).ShouldContain("header ends 48 bytes too early");
        Refused([.. file[..6], 2, 0, 255, 255, 255, 255, .. file[10..]]).ShouldContain("claims 4294967295 bytes; expected at most 65535");
    }

    [Theory]
    [InlineData(0, "0 bytes of data; expected 4")]
    [InlineData(3, "3 bytes of data; expected 4")]
    [InlineData(5, "5 bytes of data; expected 4")]
    public void A_false_length_of_the_data_is_refused(int length, string expected)
    {
        byte[] file = NpyBytes.Of(Good, new byte[length]);

        Refused(file).ShouldContain(expected);
        Should.Throw<InvalidDataException>(() => Npy.Read(new ForwardStream(file))).Message
            .ShouldContain(length > 4 ? "more bytes of data; expected 4" : expected);
    }

    [Fact]
    public void A_header_alone_takes_no_memory()
    {
        byte[] file = NpyBytes.Of("<f8", "False", "(2000000000,)", new byte[80]);
        using var claims = new LongStream(file, file.Length - 80 + 16_000_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<InvalidDataException>(() => Npy.Read(claims)).Message.ShouldContain("80 bytes of data; expected 16000000000");
        Should.Throw<InvalidDataException>(() => Npy.Read(new ForwardStream(file)));
        Should.Throw<InvalidDataException>(() => Npz.Read(NpyBytes.Stream(NpyBytes.Zip(("x.npy", file)))));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4_000_000);
    }

    [Fact]
    public void More_data_than_the_header_says_are_not_inflated()
    {
        byte[] bomb = NpyBytes.Zip(("x.npy", NpyBytes.Of(Good, new byte[100_000_000])));
        bomb.Length.ShouldBeLessThan(1_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();

        RefusedArchive(bomb).ShouldBe("'stream: x.npy' is not a valid npy file: it has more bytes of data; expected 4 for f4 of shape (1,).");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4_000_000);
    }

    [Fact]
    public void Archives_that_are_none_of_arrays_are_refused()
    {
        byte[] good = NpyBytes.Of(Good, new byte[4]);

        RefusedArchive(good).ShouldStartWith("'stream' is not a valid npz file: ");
        RefusedArchive([]).ShouldStartWith("'stream' is not a valid npz file: ");
        RefusedArchive(NpyBytes.Zip(("x.npy", good), ("x.npy", good))).ShouldContain("'x.npy' occurs twice");
        RefusedArchive(NpyBytes.Zip(("x.txt", good))).ShouldContain("'x.txt' is no array; expected names that end in .npy");
        RefusedArchive(NpyBytes.Zip(("folder/", []))).ShouldContain("'folder/' is no array");
        RefusedArchive(NpyBytes.Zip(("x.npy", [.. "nothing"u8]))).ShouldStartWith("'stream: x.npy' is not a valid npy file: it begins with");
    }

    // Offsets in the central directory's header, which begins with PK\1\2: checksum 16, compressed size 20, size 24.
    [Theory]
    [InlineData(16, 1u, "has the checksum")]
    [InlineData(20, 1000u, "claim 1000 bytes; expected at most")]
    [InlineData(20, 20u, "stream")]
    [InlineData(24, 1000u, "stream")]
    [InlineData(24, 20u, "stream")]
    public void An_entry_that_is_not_as_the_archive_says_is_refused(int field, uint value, string expected)
    {
        foreach (CompressionLevel level in (CompressionLevel[])[CompressionLevel.NoCompression, CompressionLevel.Optimal])
        {
            byte[] file = NpyBytes.Zip(level, ("x.npy", NpyBytes.Of(Good, new byte[4])));
            int directory = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(directory + field), value);

            RefusedArchive(file).ShouldContain(expected);
        }
    }

    // Offsets as above.
    [Theory]
    [InlineData(10)]
    [InlineData(100_000_000)]
    public void An_entry_that_inflates_to_more_than_the_archive_says_ends_there(int more)
    {
        byte[] whole = NpyBytes.Of(Good, 0, 0, 0x80, 0x3F);
        byte[] file = NpyBytes.Zip(("x.npy", [.. whole, .. new byte[more]]));
        byte[] honest = NpyBytes.Zip(("x.npy", whole));
        int directory = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
        int honestDirectory = honest.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(directory + 24), whole.Length);
        RefusedArchive(file).ShouldContain("has the checksum");

        honest.AsSpan(honestDirectory + 16, 4).CopyTo(file.AsSpan(directory + 16));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Npz.Read(NpyBytes.Stream(file))["x"].Values.ShouldBe([1f]);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void Entries_that_share_their_bytes_are_refused()
    {
        byte[] content = NpyBytes.Of("|u1", "False", "(4000,)", new byte[4000]);
        byte[] file = NpyBytes.Zip(CompressionLevel.NoCompression, ("a.npy", content), ("b.npy", content));
        int first = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
        int end = file.AsSpan().LastIndexOf("PK\u0005\u0006"u8);

        // The second entry's data are gone; its place in the directory leads to the first's.
        int cut = file.AsSpan(4).IndexOf("PK\u0003\u0004"u8) + 4;
        byte[] shared = [.. file[..cut], .. file[first..]];
        int second = shared.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(shared.AsSpan(second + 42), 0);
        BinaryPrimitives.WriteInt32LittleEndian(shared.AsSpan(end - (first - cut) + 16), cut);

        RefusedArchive(shared).ShouldContain("up to 'b.npy' claim");
    }

    private static string Refused(byte[] file) => Should.Throw<InvalidDataException>(() => Npy.Read(NpyBytes.Stream(file))).Message;

    private static string RefusedArchive(byte[] file) => Should.Throw<InvalidDataException>(() => Npz.Read(NpyBytes.Stream(file))).Message;

    /// <summary>A stream that claims to be long and holds only its first bytes.</summary>
    private sealed class LongStream(byte[] start, long length) : MemoryStream(start, writable: false)
    {
        public override long Length => length;
    }
}
