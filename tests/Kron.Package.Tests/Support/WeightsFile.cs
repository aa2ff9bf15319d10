using System;
using System.IO;
using System.Text;

namespace Kron.Package.Tests.Support;

/// <summary>The weights of a dense layer in a safetensors file, by the definition of the format.</summary>
internal static class WeightsFile
{
    /// <param name="path">Where.</param>
    /// <param name="weight">The matrix, row by row.</param>
    /// <param name="bias">A value for each row.</param>
    public static void Write(string path, float[] weight, float[] bias)
    {
        int end = weight.Length * sizeof(float), length = end + (bias.Length * sizeof(float));
        string header = FormattableString.Invariant(
            $$$"""{"weight":{"dtype":"F32","shape":[{{{bias.Length}}},{{{weight.Length / bias.Length}}}],"data_offsets":[0,{{{end}}}]},"bias":{"dtype":"F32","shape":[{{{bias.Length}}}],"data_offsets":[{{{end}}},{{{length}}}]}}""");
        using BinaryWriter file = new(File.Create(path));
        file.Write((ulong)header.Length);
        file.Write(Encoding.ASCII.GetBytes(header));
        foreach (float value in (float[])[.. weight, .. bias])
        {
            file.Write(value);
        }
    }
}
