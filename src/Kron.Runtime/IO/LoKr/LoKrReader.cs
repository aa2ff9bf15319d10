using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kron.IO;

/// <summary>Finds the adapters among the tensors of a file from an untrusted source, checks and reads them.</summary>
/// <remarks>
/// A tensor's name is the layer's, a dot and a field such as <c>lokr_w1</c>; PEFT puts <c>base_model.model.</c> before it and, in a
/// dump of a model in training, the adapter's own name behind it.
/// </remarks>
internal sealed class LoKrReader
{
    private const string PeftPrefix = "base_model.model.";
    private const string FieldPrefix = "lokr_";

    private static readonly string[] Fields = ["lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2"];

    private readonly SafetensorsFile _file;
    private readonly string _source;
    private readonly PeftConfig? _peft;

    private LoKrReader(SafetensorsFile file, string source, PeftConfig? peft)
    {
        _file = file;
        _source = source;
        _peft = peft;
    }

    /// <summary>Whether a tensor is one of an adapter that PEFT wrote.</summary>
    public static bool IsPeft(string name) => name.StartsWith(PeftPrefix, StringComparison.Ordinal) && Field(name) is not null;

    /// <summary>Reads all adapters.</summary>
    /// <param name="file">The file; not needed afterwards.</param>
    /// <param name="source">Names it in messages.</param>
    /// <param name="peft">What scales the adapters of PEFT; null for those of LyCORIS.</param>
    /// <exception cref="InvalidDataException">Anything is wrong with them.</exception>
    public static LoKrFile Read(SafetensorsFile file, string source, PeftConfig? peft) => new LoKrReader(file, source, peft).Read();

    private LoKrFile Read()
    {
        // By layer, in the order of the file, the tensors by field.
        var layers = new List<(string Layer, Dictionary<string, SafetensorsEntry> Tensors)>();
        var byLayer = new Dictionary<string, Dictionary<string, SafetensorsEntry>>(StringComparer.Ordinal);
        string? adapter = null;
        foreach (SafetensorsEntry tensor in _file.Tensors.Values)
        {
            if (Field(tensor.Name) is not var (layer, field, name))
            {
                continue;
            }

            if (!Fields.Contains(field))
            {
                throw Invalid($"tensor '{tensor.Name}' is none of a LoKr adapter; expected {string.Join(", ", Fields)}");
            }

            if (name != (adapter ??= name))
            {
                throw Invalid($"tensor '{tensor.Name}' is of an adapter '{name}', others of an adapter '{adapter}'; expected one adapter");
            }

            if (!byLayer.TryGetValue(layer, out Dictionary<string, SafetensorsEntry>? tensors))
            {
                tensors = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
                byLayer.Add(layer, tensors);
                layers.Add((layer, tensors));
            }

            tensors.Add(field, tensor);
        }

        if (layers.Count == 0)
        {
            throw Invalid($"it has no LoKr adapter; expected tensors such as 'layer.lokr_w1', found {Listing.Names([.. _file.Tensors.Keys])}");
        }

        var skipped = new List<string>();
        foreach (SafetensorsEntry tensor in _file.Tensors.Values)
        {
            if (Field(tensor.Name) is null && !AddFurther(tensor, byLayer))
            {
                skipped.Add(tensor.Name);
            }
        }

        return new LoKrFile([.. layers.Select(entry => ReadAdapter(entry.Layer, entry.Tensors))], skipped);
    }

    // Layer, field and the adapter's name (mostly empty) of a tensor's name; null for what is no tensor of LoKr.
    private static (string Layer, string Field, string Adapter)? Field(string name)
    {
        int at = name.LastIndexOf("." + FieldPrefix, StringComparison.Ordinal);
        if (at < 0 && !name.StartsWith(FieldPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        string field = name[(at + 1)..];
        int dot = field.IndexOf('.', StringComparison.Ordinal);
        return (name[..Math.Max(at, 0)], dot < 0 ? field : field[..dot], dot < 0 ? "" : field[(dot + 1)..]);
    }

    // The tensors that adapters of any kind may have.
    private bool AddFurther(SafetensorsEntry tensor, Dictionary<string, Dictionary<string, SafetensorsEntry>> byLayer)
    {
        int dot = tensor.Name.LastIndexOf('.');
        string field = tensor.Name[(dot + 1)..];
        if (!byLayer.TryGetValue(tensor.Name[..Math.Max(dot, 0)], out Dictionary<string, SafetensorsEntry>? tensors))
        {
            return false;
        }

        switch (field)
        {
            case "alpha" when _peft is null:
                tensors.Add(field, tensor);
                return true;
            case "alpha":
                throw Invalid($"tensor '{tensor.Name}' scales the adapter, and so does '{_peft.Source}'; expected one of them");
            case "dora_scale":
                throw Invalid($"tensor '{tensor.Name}' makes the adapter one of DoRA, whose update depends on the weight that it was trained on; expected a plain LoKr adapter");
            case "scalar":
                throw Invalid($"unexpected tensor '{tensor.Name}'; LyCORIS multiplies it into lokr_w1 before it writes");
            default:
                return false;
        }
    }

    private LoKrAdapter ReadAdapter(string layer, Dictionary<string, SafetensorsEntry> tensors)
    {
        LoKrFactor w1 = ReadFactor(layer, "lokr_w1", tensors, isMatrix: true);
        LoKrFactor w2 = ReadFactor(layer, "lokr_w2", tensors, isMatrix: false);
        if (w1.Rank > 0 && w2.Rank > 0 && w1.Rank != w2.Rank)
        {
            throw Invalid(FormattableString.Invariant($"'{layer}' has the rank {w1.Rank} in lokr_w1_b and {w2.Rank} in lokr_w2_b; expected one rank"));
        }

        if ((long)w1.Rows * w2.Rows > int.MaxValue || (long)w1.Columns * w2.Columns > int.MaxValue)
        {
            throw Invalid(FormattableString.Invariant(
                $"'{layer}' has the factors [{w1.Rows}, {w1.Columns}] and [{w2.Rows}, {w2.Columns}]; expected at most {int.MaxValue} outputs and inputs"));
        }

        int rank = Math.Max(w1.Rank, w2.Rank);
        if (_peft is null)
        {
            double alpha = tensors.TryGetValue("alpha", out SafetensorsEntry? entry) && rank > 0 ? ReadAlpha(entry) : 0;
            return new LoKrAdapter(layer, w1, w2, alpha == 0 ? 1 : alpha / rank);
        }

        // PEFT matches the patterns, and names the layers, without its prefix.
        string name = layer.StartsWith(PeftPrefix, StringComparison.Ordinal) ? layer[PeftPrefix.Length..] : layer;
        double expected = _peft.RankOf(name);
        if (rank > 0 && rank != expected)
        {
            throw Invalid(FormattableString.Invariant($"'{layer}' has the rank {rank}; expected {expected}, as '{_peft.Source}' says"));
        }

        return new LoKrAdapter(name, w1, w2, _peft.AlphaOf(name) / expected);
    }

    private LoKrFactor ReadFactor(string layer, string field, Dictionary<string, SafetensorsEntry> tensors, bool isMatrix)
    {
        tensors.TryGetValue(field, out SafetensorsEntry? full);
        tensors.TryGetValue(field + "_a", out SafetensorsEntry? left);
        tensors.TryGetValue(field + "_b", out SafetensorsEntry? right);
        SafetensorsEntry? core = isMatrix ? null : tensors.GetValueOrDefault("lokr_t2");
        if (full is null ? left is null || right is null : left is not null || right is not null || core is not null)
        {
            throw Invalid($"'{layer}' has {string.Join(", ", tensors.Keys)}; expected either {field} or both of {field}_a and {field}_b");
        }

        int[] shape;
        if (full is not null)
        {
            shape = CheckShape(full, isMatrix, isMatrix ? "[rows, columns]" : "[rows, columns] and a kernel");
            if (_peft is not null && shape.Length == 3)
            {
                throw Invalid($"tensor '{full.Name}' is of a Conv1d; PEFT multiplies it out in another order, which is no Kronecker product of the adapted weight");
            }

            return new FullFactor(shape[0], shape[1], CheckKernel(full, shape[1], shape[2..]), ReadFloats(full));
        }

        int[] leftShape = CheckShape(left!, isMatrix: true, "[rows, rank], or [rank, rows] beside lokr_t2");
        shape = CheckShape(right!, isMatrix || core is not null, "[rank, columns]");
        int rank = shape[0];
        if (leftShape[core is null ? 1 : 0] != rank)
        {
            throw Invalid($"tensors '{left!.Name}' and '{right!.Name}' have the shapes [{Listing.Extents(leftShape)}] and [{Listing.Extents(shape)}]; expected the same rank");
        }

        if (core is null)
        {
            return new ProductFactor(leftShape[0], shape[1], CheckKernel(right!, shape[1], shape[2..]), rank, ReadFloats(left!), ReadFloats(right!));
        }

        int[] coreShape = CheckShape(core, isMatrix: false, "[rank, rank] and a kernel");
        if (coreShape[0] != rank || coreShape[1] != rank)
        {
            throw Invalid(FormattableString.Invariant(
                $"tensor '{core.Name}' has the shape [{Listing.Extents(coreShape)}]; expected [{rank}, {rank}] and a kernel"));
        }

        return new TuckerFactor(leftShape[1], shape[1], CheckKernel(core, shape[1], coreShape[2..]), rank, ReadFloats(core), ReadFloats(left!), ReadFloats(right!));
    }

    // Two extents, and up to three more where a kernel may follow; none of them zero.
    private int[] CheckShape(SafetensorsEntry tensor, bool isMatrix, string expected)
    {
        if (tensor.Shape.Count < 2 || tensor.Shape.Count > (isMatrix ? 2 : 5) || tensor.Shape.Any(extent => extent is < 1 or > int.MaxValue) || tensor.Length > Array.MaxLength)
        {
            throw Invalid($"tensor '{tensor.Name}' has the shape [{Listing.Extents(tensor.Shape)}]; expected {expected}, none of them 0 and all of them within an array");
        }

        return [.. tensor.Shape.Select(extent => (int)extent)];
    }

    private int[] CheckKernel(SafetensorsEntry tensor, int channels, int[] kernel)
    {
        long columns = channels;
        foreach (int extent in kernel)
        {
            columns *= extent;
            if (columns > int.MaxValue)
            {
                throw Invalid(FormattableString.Invariant(
                    $"tensor '{tensor.Name}' of shape [{Listing.Extents(tensor.Shape)}] makes {columns} columns or more; expected at most {int.MaxValue}"));
            }
        }

        return kernel;
    }

    private double ReadAlpha(SafetensorsEntry tensor)
    {
        if (tensor.Length != 1)
        {
            throw Invalid($"tensor '{tensor.Name}' has the shape [{Listing.Extents(tensor.Shape)}]; expected a single number");
        }

        // Older files have it as a whole number.
        float alpha = tensor.ElementType == "I64" ? ReadInt64(tensor) : ReadFloats(tensor)[0];
        return float.IsFinite(alpha)
            ? alpha
            : throw Invalid(FormattableString.Invariant($"tensor '{tensor.Name}' is {alpha}; expected a finite number"));
    }

    private long ReadInt64(SafetensorsEntry tensor)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        _file.ReadBytes(tensor.Name, bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private float[] ReadFloats(SafetensorsEntry tensor)
    {
        float[] values = new float[tensor.Length];
        _file.Read(tensor.Name, values);
        return values;
    }

    private InvalidDataException Invalid(string reason) => new($"'{_source}': {reason}.");
}
