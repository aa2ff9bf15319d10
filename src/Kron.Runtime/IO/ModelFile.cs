using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kron.IO;

/// <summary>Saves and loads the parameters and the state of layers, one or a whole model, as safetensors files.</summary>
/// <remarks>
/// A layer's tensors have the names of <see cref="INamedParameters"/>: <c>A.0</c>, <c>B.0</c>, …, <c>V</c> and <c>H</c>, <c>alpha</c> or
/// <c>weight</c>, and <c>bias</c>; batch normalisation has <c>running_mean</c> and <c>running_var</c> besides, pools have none; a layer without names is stored flat as <c>parameters</c> and <c>state</c>. In a model each is prefixed with the
/// layer's name and a dot. The metadata <c>attributes</c> (with the same prefix) holds the text that declares the layer; it is
/// there for readers, loading goes by names and shapes.
/// </remarks>
public static class ModelFile
{
    internal const string AttributesKey = "attributes";

    /// <summary>Saves one layer. The same layer always gives the same bytes.</summary>
    /// <param name="path">The file; one that exists is replaced, whole or not at all.</param>
    /// <param name="layer">The layer.</param>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public static void Save(string path, ILayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Write(path, [("", layer)]);
    }

    /// <summary>Saves a model. The same model always gives the same bytes.</summary>
    /// <param name="path">The file; one that exists is replaced, whole or not at all.</param>
    /// <param name="layers">The layers by name; names are not empty and occur once.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice, or two tensors get one name; nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, ILayer>> layers) => Write(path, Prefixed(layers));

    /// <summary>Loads one layer and commits it.</summary>
    /// <param name="path">A file that <see cref="Save(string, ILayer)"/> wrote, or any with the same tensors as F32, F64, F16 or BF16.</param>
    /// <param name="layer">Receives the values.</param>
    /// <exception cref="InvalidDataException">
    /// The file is malformed, or a tensor is missing, superfluous, or of another shape or a type that cannot be converted; the
    /// message names file, tensor, expected and actual. The layer is untouched.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read; the layer is untouched.</exception>
    public static void Load(string path, ILayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        using SafetensorsFile file = Safetensors.Open(path);
        Read(file, path, [("", layer)]);
    }

    /// <summary>Loads a model and commits its layers.</summary>
    /// <param name="path">A file that <see cref="Save(string, IEnumerable{KeyValuePair{string, ILayer}})"/> wrote, or any with the same tensors as F32, F64, F16 or BF16.</param>
    /// <param name="layers">The layers by name; they receive the values.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice.</exception>
    /// <exception cref="InvalidDataException">As for one layer; all layers are untouched.</exception>
    /// <exception cref="IOException">The file cannot be read; all layers are untouched.</exception>
    public static void Load(string path, IEnumerable<KeyValuePair<string, ILayer>> layers)
    {
        List<(string, ILayer)> prefixed = Prefixed(layers);
        using SafetensorsFile file = Safetensors.Open(path);
        Read(file, path, prefixed);
    }

    /// <summary>Loads a model from an open file.</summary>
    internal static void Load(SafetensorsFile file, string source, IEnumerable<KeyValuePair<string, ILayer>> layers) =>
        Read(file, source, Prefixed(layers));

    private static List<(string Prefix, ILayer Layer)> Prefixed(IEnumerable<KeyValuePair<string, ILayer>> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var prefixed = new List<(string, ILayer)>();
        foreach ((string name, ILayer layer) in layers)
        {
            if (string.IsNullOrEmpty(name) || layer is null || !names.Add(name))
            {
                throw new ArgumentException($"The layer '{name}' is null, has an empty name, or a name that occurs twice.", nameof(layers));
            }

            prefixed.Add((name + ".", layer));
        }

        return prefixed;
    }

    private static void Write(string path, List<(string Prefix, ILayer Layer)> layers)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string prefix, ILayer layer) in layers)
        {
            if (layer is INamedParameters { Attributes: { Length: > 0 } attributes })
            {
                metadata.Add(prefix + AttributesKey, attributes);
            }
        }

        IEnumerable<SafetensorsTensor> tensors = layers
            .SelectMany(entry => StoredTensor.Of(entry.Prefix, entry.Layer))
            .Select(stored => new SafetensorsTensor(stored.Name, stored.Tensor.Shape, () => stored.Values));
        Safetensors.Write(path, tensors, metadata);
    }

    private static void Read(SafetensorsFile file, string source, List<(string Prefix, ILayer Layer)> layers)
    {
        StoredTensor[] tensors = [.. layers.SelectMany(entry => StoredTensor.Of(entry.Prefix, entry.Layer))];
        Check(file, source, tensors);

        // All is read before anything is written, so that a failing read leaves every layer as it was.
        float[][] values = [.. tensors.Select(tensor => new float[tensor.Tensor.Length])];
        for (int i = 0; i < tensors.Length; i++)
        {
            file.Read(tensors[i].Name, values[i]);
        }

        for (int i = 0; i < tensors.Length; i++)
        {
            values[i].CopyTo(tensors[i].Values);
        }

        foreach ((_, ILayer layer) in layers)
        {
            layer.Commit();
        }
    }

    private static void Check(SafetensorsFile file, string source, StoredTensor[] tensors)
    {
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors)
        {
            if (!expected.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors of the layers have the name '{tensor.Name}'.");
            }

            IReadOnlyList<int> shape = tensor.Tensor.Shape;
            if (!file.Tensors.TryGetValue(tensor.Name, out SafetensorsEntry? entry))
            {
                throw new InvalidDataException(
                    $"'{source}': tensor '{tensor.Name}' is missing; expected shape [{Listing.Extents(shape)}], found {Listing.Names([.. file.Tensors.Keys])}.");
            }

            if (!entry.Shape.SequenceEqual(shape.Select(extent => (long)extent)))
            {
                throw new InvalidDataException(
                    $"'{source}': tensor '{tensor.Name}' has shape [{Listing.Extents(entry.Shape)}]; expected [{Listing.Extents(shape)}].");
            }

            if (!ElementTypes.IsConvertible(entry.ElementType))
            {
                throw new InvalidDataException(
                    $"'{source}': tensor '{tensor.Name}' is of type {entry.ElementType}; expected F32, F64, F16 or BF16.");
            }
        }

        if (file.Tensors.Keys.FirstOrDefault(name => !expected.Contains(name)) is { } extra)
        {
            throw new InvalidDataException(
                $"'{source}': unexpected tensor '{extra}' of shape [{Listing.Extents(file.Tensors[extra].Shape)}]; expected only {Listing.Names(expected)}.");
        }
    }
}
