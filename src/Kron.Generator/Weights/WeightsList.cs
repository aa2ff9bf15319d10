using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Kron.Generator.Support;

namespace Kron.Generator.Weights;

/// <summary>The files whose weights the build embeds, as its task lists them in a text among the compiler's additional files.</summary>
/// <param name="Files">Each file, whether it could be read or not.</param>
internal sealed record WeightsList(EquatableArray<WeightsFile> Files)
{
    /// <summary>The name of the text.</summary>
    public const string FileName = "Kron.Weights.txt";

    public static readonly WeightsList Empty = new(new EquatableArray<WeightsFile>([]));

    public static bool IsList(string path) => path.Split('/', '\\').Last() == FileName;

    /// <summary>Reads the text; lines that are not of its form are passed over.</summary>
    public static WeightsList Parse(string text)
    {
        List<WeightsFile> files = [];
        List<WeightsLayer> layers = [];
        List<WeightsTensor> tensors = [];
        WeightsFile? file = null;
        WeightsLayer? layer = null;
        foreach (string line in text.Split('\n'))
        {
            string[] fields = [.. line.Split('\t').Select(Unescape)];
            switch (fields[0], fields.Length)
            {
                case ("file", 2):
                    EndFile();
                    file = new WeightsFile(fields[1], null, default);
                    break;
                case ("problem", 2):
                    file = file is null ? null : file with { Problem = fields[1] };
                    break;
                case ("layer", 4) when long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out long offset):
                    EndLayer();
                    layer = new WeightsLayer(fields[1], offset, fields[3], default);
                    break;
                case ("tensor", 4):
                    tensors.Add(new WeightsTensor(fields[1], fields[2], fields[3]));
                    break;
            }
        }

        EndFile();
        return new WeightsList(files.ToEquatableArray());

        void EndLayer()
        {
            if (layer is not null)
            {
                layers.Add(layer with { Tensors = tensors.ToEquatableArray() });
            }

            layer = null;
            tensors.Clear();
        }

        void EndFile()
        {
            EndLayer();
            if (file is not null)
            {
                files.Add(file with { Layers = layers.ToEquatableArray() });
            }

            layers.Clear();
        }
    }

    private static string Unescape(string field)
    {
        if (field.IndexOf('\\') < 0)
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 5 < field.Length && ushort.TryParse(field.Substring(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
            {
                text.Append((char)code);
                i += 5;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}

/// <param name="Name">As attributes name it.</param>
/// <param name="Problem">Why nothing of it is embedded; null where all is.</param>
/// <param name="Layers">The layers in it.</param>
internal sealed record WeightsFile(string Name, string? Problem, EquatableArray<WeightsLayer> Layers);

/// <param name="Name">Its name in the model; empty where the file is that of one layer.</param>
/// <param name="Offset">The first byte of its values in the resource.</param>
/// <param name="Checksum">The SHA-256 checksum of its values.</param>
/// <param name="Tensors">Its tensors in canonical order.</param>
internal sealed record WeightsLayer(string Name, long Offset, string Checksum, EquatableArray<WeightsTensor> Tensors);

/// <param name="Name">Its own name, such as <c>A.0</c>.</param>
/// <param name="Type">Its element type, as files spell it.</param>
/// <param name="Shape">Its extents, with commas between them.</param>
internal sealed record WeightsTensor(string Name, string Type, string Shape);
