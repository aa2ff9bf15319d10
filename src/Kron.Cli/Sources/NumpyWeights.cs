using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Kron.IO;

namespace Kron.Cli.Sources;

/// <summary>The arrays of an npz or npy file, all in memory.</summary>
internal sealed class NumpyWeights : WeightFile
{
    private readonly IReadOnlyDictionary<string, NpyArray> _arrays;

    private NumpyWeights(string path, string format, IReadOnlyDictionary<string, NpyArray> arrays, Func<string, string> typeOf)
        : base(path, format)
    {
        _arrays = arrays;
        Tensors = [.. arrays.Select(pair => Entry(pair.Key, pair.Value, typeOf(pair.Key)))];
    }

    public override IReadOnlyList<TensorEntry> Tensors { get; }

    public static NumpyWeights OpenArchive(string path)
    {
        IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(path);
        using ZipArchive archive = ZipFile.OpenRead(path);
        return new NumpyWeights(path, "npz", arrays, name =>
        {
            using Stream stream = archive.GetEntry(name + ".npy")!.Open();
            return ElementType(stream);
        });
    }

    /// <summary>Opens a file of one array, which is named after it.</summary>
    public static NumpyWeights OpenArray(string path)
    {
        var arrays = new Dictionary<string, NpyArray> { [System.IO.Path.GetFileNameWithoutExtension(path)] = Npy.Read(path) };
        return new NumpyWeights(path, "npy", arrays, _ =>
        {
            using FileStream stream = File.OpenRead(path);
            return ElementType(stream);
        });
    }

    public override void Dispose()
    {
    }

    protected override float[] ReadValues(TensorEntry tensor) => [.. _arrays[tensor.Name].Values];

    private static TensorEntry Entry(string name, NpyArray array, string type)
    {
        long size = type[^1] - '0';
        return new TensorEntry(name, [.. array.Shape.Select(extent => (long)extent)], type, size * array.Values.Length, IsReadable: true);
    }

    /// <summary>The element type, such as <c>f4</c>, in the header of an array that the library has read and so found valid.</summary>
    private static string ElementType(Stream stream)
    {
        // Magic, version, length, and the text of a dictionary: 64 KB hold it whatever the shape is.
        byte[] start = new byte[1 << 16];
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        string header = Encoding.Latin1.GetString(start, 0, count);
        int type = header.IndexOfAny(['<', '>', '|'], header.IndexOf("descr", StringComparison.Ordinal));
        return header.Substring(type + 1, 2);
    }
}
