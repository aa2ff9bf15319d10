using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Kron.Build;
using Kron.Generator.Tests.Support;

namespace Kron.Generator.Tests.Weights;

/// <summary>What the build's task makes of some files.</summary>
/// <param name="List">The list that the generator reads.</param>
/// <param name="Resource">The resource that the assembly embeds.</param>
internal sealed record BuiltWeights(string List, byte[] Resource)
{
    /// <summary>One small target, and the list.</summary>
    public HarnessOptions Options => HarnessOptions.ScalarOnly with { WeightsList = List };

    public static BuiltWeights Of(params (string Name, byte[]? Content)[] files)
    {
        var list = new WeightsList();
        using var stream = new MemoryStream();
        var resource = new WeightsResource(stream, list);
        foreach ((string name, byte[]? content) in files)
        {
            resource.Add(name, () => content is null ? throw new FileNotFoundException() : new MemoryStream(content));
        }

        return new BuiltWeights(list.ToString(), stream.ToArray());
    }

    /// <summary>A file with tensors in the order given.</summary>
    public static byte[] File(params (string Name, int[] Shape, float[] Values)[] tensors)
    {
        var header = new Dictionary<string, object>();
        List<byte> data = [];
        foreach ((string name, int[] shape, float[] values) in tensors)
        {
            int begin = data.Count;
            data.AddRange(values.SelectMany(BitConverter.GetBytes));
            header.Add(name, new { dtype = "F32", shape, data_offsets = new[] { begin, data.Count } });
        }

        return Join(JsonSerializer.Serialize(header), [.. data]);
    }

    /// <summary>A file whose tensors are all zero.</summary>
    public static byte[] Zeros(params (string Name, int[] Shape)[] tensors) =>
        File([.. tensors.Select(tensor => (tensor.Name, tensor.Shape, new float[tensor.Shape.Aggregate(1, (product, extent) => product * extent)]))]);

    public static byte[] Join(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }
}
