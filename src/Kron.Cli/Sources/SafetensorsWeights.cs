using System;
using System.Collections.Generic;
using System.Linq;
using Kron.IO;

namespace Kron.Cli.Sources;

/// <summary>The tensors of a safetensors file, read on demand.</summary>
internal sealed class SafetensorsWeights : WeightFile
{
    private readonly SafetensorsFile _file;

    public SafetensorsWeights(string path)
        : base(path, "safetensors")
    {
        _file = Safetensors.Open(path);
        Tensors =
        [
            .. _file.Tensors.Values
                .OrderBy(entry => entry.Offset)
                .Select(entry => new TensorEntry(entry.Name, entry.Shape, entry.ElementType, entry.ByteLength, entry.ElementType is "F32" or "F64" or "F16" or "BF16")),
        ];
    }

    public override IReadOnlyList<TensorEntry> Tensors { get; }

    public override IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    public override float[] ReadExactly(TensorEntry tensor)
    {
        if (Integers.Size(tensor.ElementType) == 0 || tensor.Bytes > Array.MaxLength)
        {
            return Read(tensor);
        }

        byte[] bytes = new byte[tensor.Bytes];
        _file.ReadBytes(tensor.Name, bytes);
        return Integers.ToFloats(tensor.ElementType, bytes)
            ?? throw new ToolException($"tensor '{tensor.Name}' of '{Path}' is of type {tensor.ElementType} and has an integer that no 32-bit float holds");
    }

    public override void Dispose() => _file.Dispose();

    protected override float[] ReadValues(TensorEntry tensor)
    {
        float[] values = new float[tensor.Length];
        _file.Read(tensor.Name, values);
        return values;
    }
}
