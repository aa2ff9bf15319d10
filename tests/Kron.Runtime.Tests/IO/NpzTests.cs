using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class NpzTests : IDisposable
{
    // w = [[1, 2, 3], [4, 5, 6]] as <f4 and b = [-7, 8] as <i8, written by Python's zipfile with zip64 fields, as by savez.
    internal const string Stored =
        "UEsDBC0AAAAAAAAAIQB8nN6i//////////8FABQAdy5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAUEsDBC0AAAAAAAAAIQCLlUsS//////////8FABQAYi5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAK+f////////8IAAAAAAAAAFBLAQItAy0AAAAAAAAAIQB8nN6imAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB3Lm5weVBLAQItAy0AAAAAAAAAIQCLlUsSkAAAAJAAAAAFAAAAAAAAAAAAAACAAc8AAABiLm5weVBLBQYAAAAAAgACAGYAAACWAQAAAAA=";

    // The same, deflated, as by savez_compressed.
    internal const string Deflated =
        "UEsDBC0AAAAIAAAAIQB8nN6i//////////8FABQAdy5ucHkBABAAmAAAAAAAAABYAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgaGBnsGBgYHIALiBiBeAMQHHABQSwMELQAAAAgAAAAhAIuVSxL//////////wUAFABiLm5weQEAEACQAAAAAAAAAEsAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQArp//IYCDAQIAUEsBAi0DLQAAAAgAAAAhAHyc3qJYAAAAmAAAAAUAAAAAAAAAAAAAAIABAAAAAHcubnB5UEsBAi0DLQAAAAgAAAAhAIuVSxJLAAAAkAAAAAUAAAAAAAAAAAAAAIABjwAAAGIubnB5UEsFBgAAAAACAAIAZgAAABEBAAAAAA==";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Stored)]
    [InlineData(Deflated)]
    public void Stored_and_deflated_archives_of_another_writer_are_read(string base64)
    {
        byte[] file = Convert.FromBase64String(base64);
        foreach (Stream stream in (Stream[])[NpyBytes.Stream(file), new ForwardStream(file)])
        {
            IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(stream);

            arrays.Keys.ShouldBe(["w", "b"]);
            arrays["w"].Shape.ShouldBe([2, 3]);
            arrays["w"].Values.ShouldBe([1f, 2f, 3f, 4f, 5f, 6f]);
            arrays["b"].Shape.ShouldBe([2]);
            arrays["b"].Values.ShouldBe([-7f, 8f]);
        }
    }

    [Fact]
    public void What_was_written_is_read()
    {
        float[] large = [.. Enumerable.Range(0, 100_000).Select(i => i * 0.5f)];
        Npz.Write(_folder["a.npz"], Arrays(("w", new NpyArray(large, 100, 1000)), ("β/0", new NpyArray([3])), ("none", new NpyArray([], 0))));

        IReadOnlyDictionary<string, NpyArray> read = Npz.Read(_folder["a.npz"]);

        read.Keys.ShouldBe(["w", "β/0", "none"]);
        read["w"].Shape.ShouldBe([100, 1000]);
        read["w"].Values.ShouldBe(large);
        read["β/0"].Shape.ShouldBeEmpty();
        read["β/0"].Values.ShouldBe([3f]);
        read["none"].Values.ShouldBeEmpty();
    }

    [Fact]
    public void Entries_are_stored_npy_files_of_a_fixed_time()
    {
        Npz.Write(_folder["a.npz"], Arrays(("w", new NpyArray([1, 2], 2))));
        Npz.Write(_folder["b.npz"], Npz.Read(_folder["a.npz"]));
        Npy.Write(_folder["w.npy"], [1, 2], 2);

        using ZipArchive archive = ZipFile.OpenRead(_folder["a.npz"]);
        ZipArchiveEntry entry = archive.Entries.ShouldHaveSingleItem();
        using Stream content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);

        entry.FullName.ShouldBe("w.npy");
        entry.CompressedLength.ShouldBe(entry.Length);
        entry.LastWriteTime.DateTime.ShouldBe(new DateTime(1980, 1, 1));
        bytes.ToArray().ShouldBe(File.ReadAllBytes(_folder["w.npy"]));
        File.ReadAllBytes(_folder["b.npz"]).ShouldBe(File.ReadAllBytes(_folder["a.npz"]));
    }

    [Fact]
    public void Names_that_make_no_file_throw_before_one_is_written()
    {
        var array = new NpyArray([1]);

        Should.Throw<ArgumentException>(() => Npz.Write(_folder["a.npz"], Arrays(("x", array), ("x", array)))).Message.ShouldContain("'x' is empty or occurs twice");
        Should.Throw<ArgumentException>(() => Npz.Write(_folder["a.npz"], Arrays(("", array)))).Message.ShouldContain("'' is empty");
        Should.Throw<ArgumentException>(() => Npz.Write(_folder["a.npz"], Arrays(("x", null!)))).Message.ShouldContain("'x' is null");

        _folder.Names.ShouldBeEmpty();
    }

    private static KeyValuePair<string, NpyArray>[] Arrays(params (string Name, NpyArray Array)[] arrays) =>
        [.. arrays.Select(array => KeyValuePair.Create(array.Name, array.Array))];
}
