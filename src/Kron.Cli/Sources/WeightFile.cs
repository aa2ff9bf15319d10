using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>A file of tensors in any format that the library reads: one way to list them and to read one.</summary>
internal abstract class WeightFile(string path, string format) : IDisposable
{
    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();

    public string Path => path;

    /// <summary><c>safetensors</c>, <c>npz</c> or <c>npy</c>.</summary>
    public string Format => format;

    /// <summary>The tensors in the order of the file.</summary>
    public abstract IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>Free-form texts.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata => NoMetadata;

    /// <summary>Opens a file; what is not .npz or .npy must be safetensors.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is malformed, or of a format that is not read; the message says how to convert a PyTorch file.</exception>
    public static WeightFile Open(string path)
    {
        CheckExists(path);
        return System.IO.Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".NPZ" => NumpyWeights.OpenArchive(path),
            ".NPY" => NumpyWeights.OpenArray(path),
            _ => new SafetensorsWeights(path),
        };
    }

    /// <summary>Checks that a file is there.</summary>
    /// <exception cref="ToolException">It is not.</exception>
    public static void CheckExists(string path)
    {
        if (!File.Exists(path))
        {
            throw new ToolException(Directory.Exists(path) ? $"'{path}' is a folder; expected a file of tensors" : $"there is no file '{path}'");
        }
    }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="ToolException">There is none; the message lists those with the nearest names.</exception>
    public TensorEntry Find(string name)
    {
        if (Tensors.FirstOrDefault(tensor => tensor.Name == name) is { } found)
        {
            return found;
        }

        IReadOnlyList<string> near = TensorNames.Near(name, Tensors.Select(tensor => tensor.Name));
        throw new ToolException($"'{Path}' has no tensor '{name}'" + near.Count switch
        {
            0 => "; it is empty",
            _ when near.Count == Tensors.Count => $"; it has {string.Join(", ", near)}",
            _ => $"; the nearest names are {string.Join(", ", near)}",
        });
    }

    /// <summary>Reads a tensor as floats.</summary>
    /// <exception cref="ToolException">It is of a type without a float form, or too large.</exception>
    public float[] Read(TensorEntry tensor)
    {
        if (!tensor.IsReadable)
        {
            throw new ToolException($"tensor '{tensor.Name}' of '{Path}' is of type {tensor.ElementType}; expected floating-point numbers");
        }

        return tensor.Length <= Array.MaxLength
            ? ReadValues(tensor)
            : throw new ToolException(FormattableString.Invariant(
                $"tensor '{tensor.Name}' of '{Path}' has {tensor.Length:N0} elements; expected at most {Array.MaxLength:N0}"));
    }

    /// <summary>Reads a tensor of floats, or of integers that floats hold exactly. The caller may change the values.</summary>
    /// <exception cref="ToolException">It is of another type, too large, or has an integer that no float holds.</exception>
    public virtual float[] ReadExactly(TensorEntry tensor) => Read(tensor);

    public abstract void Dispose();

    protected abstract float[] ReadValues(TensorEntry tensor);
}
