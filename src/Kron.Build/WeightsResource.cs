using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;

namespace Kron.Build;

/// <summary>
/// The bytes that are embedded: for each layer a line of 64 bytes that begins with the SHA-256 checksum of its values, then the
/// values, little-endian floats in canonical order without gaps, up to the next multiple of 64 bytes.
/// </summary>
/// <param name="resource">Where they are written.</param>
/// <param name="list">Takes what was written.</param>
internal sealed class WeightsResource(Stream resource, WeightsList list)
{
    public const int Line = 64;

    private const int ChunkElements = 1 << 14;

    private readonly byte[] _elements = new byte[ChunkElements * sizeof(double)];
    private readonly byte[] _floats = new byte[ChunkElements * sizeof(float)];

    /// <summary>Adds all layers of a file, or says in the list what is wrong with it: whoever names it in an attribute learns of it there.</summary>
    /// <param name="name">The file as attributes name it.</param>
    /// <param name="open">Opens it.</param>
    public void Add(string name, Func<Stream> open)
    {
        list.File(name);
        long start = resource.Position;
        try
        {
            using Stream file = open();
            SafetensorsHeader header = SafetensorsHeader.Read(file);
            List<Layer> layers = Layers(header);
            Check(start, layers);
            foreach (Layer layer in layers)
            {
                Add(file, header.DataStart, layer);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            resource.SetLength(start);
            resource.Position = start;
            list.Problem(error is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : error.Message);
        }
    }

    private static List<Layer> Layers(SafetensorsHeader header) =>
    [
        .. header.Tensors
            .Select(stored => (Name: TensorName.Parse(stored.Name), Stored: stored))
            .Where(tensor => tensor.Name is not null)
            .GroupBy(tensor => tensor.Name!.Layer, StringComparer.Ordinal)
            .OrderBy(layer => layer.Key, StringComparer.Ordinal)
            .Select(layer => new Layer(layer.Key, [.. layer
                .OrderBy(tensor => tensor.Name!.Rank)
                .ThenBy(tensor => tensor.Name!.Tensor, StringComparer.Ordinal)
                .Select(tensor => (tensor.Name!.Tensor, tensor.Stored))])),
    ];

    private static void Check(long start, List<Layer> layers)
    {
        // No file is as long as to let this overflow.
        long bytes = layers.Sum(layer => Line + Align(layer.Floats * sizeof(float)));
        long limit = int.MaxValue - start;
        if (bytes > limit)
        {
            throw new InvalidDataException(string.Format(
                CultureInfo.InvariantCulture, "its weights are {0} bytes; expected at most {1}, as all of an assembly have to be less than 2 GiB", bytes, limit));
        }
    }

    private static long Align(long bytes) => (bytes + Line - 1) / Line * Line;

    private void Add(Stream file, long dataStart, Layer layer)
    {
        long start = resource.Position;
        byte[] checksum = [];
        if (layer.IsConvertible)
        {
            using SHA256 hash = SHA256.Create();
            resource.Position = start + Line;
            foreach ((_, StoredTensor tensor) in layer.Tensors)
            {
                file.Position = dataStart + tensor.Offset;
                Copy(file, tensor, hash);
            }

            hash.TransformFinalBlock([], 0, 0);
            checksum = hash.Hash;
            long end = Align(resource.Position);
            resource.SetLength(end);
            resource.Position = start;
            resource.Write(checksum, 0, checksum.Length);
            resource.Position = end;
        }

        list.Layer(layer.Name, start + Line, string.Concat(checksum.Select(value => value.ToString("x2", CultureInfo.InvariantCulture))));
        foreach ((string name, StoredTensor tensor) in layer.Tensors)
        {
            list.Tensor(name, tensor);
        }
    }

    private void Copy(Stream file, StoredTensor tensor, SHA256 hash)
    {
        int size = ElementTypes.Size(tensor.Type);
        for (long left = tensor.Length; left > 0;)
        {
            int count = (int)Math.Min(left, ChunkElements);
            file.Fill(_elements, count * size);
            ElementTypes.Convert(tensor.Type, _elements, count, _floats);
            int bytes = count * sizeof(float);
            hash.TransformBlock(_floats, 0, bytes, _floats, 0);
            resource.Write(_floats, 0, bytes);
            left -= count;
        }
    }

    /// <summary>The tensors of one layer, in canonical order.</summary>
    /// <param name="Name">The layer's name in the model.</param>
    /// <param name="Tensors">Their own names, and where they are.</param>
    private sealed record Layer(string Name, IReadOnlyList<(string Name, StoredTensor Stored)> Tensors)
    {
        /// <summary>Whether the values are floats of some kind; others are listed, for a message, and not embedded.</summary>
        public bool IsConvertible => Tensors.All(tensor => ElementTypes.IsConvertible(tensor.Stored.Type));

        public long Floats => IsConvertible ? Tensors.Sum(tensor => tensor.Stored.Length) : 0;
    }
}
