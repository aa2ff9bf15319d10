using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>A weight to compress: [outputs × inputs], row-major, as nn.Linear stores it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Outputs">Rows.</param>
/// <param name="Inputs">Columns.</param>
/// <param name="Values">The entries.</param>
internal sealed record WeightMatrix(string Name, int Outputs, int Inputs, float[] Values)
{
    /// <summary>Reads a matrix.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The tensor; null for the only matrix of the file.</param>
    /// <exception cref="ToolException">There is no such tensor, or it is no matrix.</exception>
    public static WeightMatrix Read(WeightFile file, string? name)
    {
        TensorEntry tensor = name is null ? Only(file) : file.Find(name);
        if (tensor.Shape.Count != 2 || tensor.Length == 0)
        {
            string hint = tensor.Shape.Count is 3 or 4 or 5 ? "; convolution kernels come in a later version" : "";
            throw new ToolException($"tensor '{tensor.Name}' of '{file.Path}' is {tensor.ShapeText}; expected a matrix, outputs × inputs{hint}");
        }

        // Read checks that the product of both fits an array.
        float[] values = file.Read(tensor);
        return new WeightMatrix(tensor.Name, (int)tensor.Shape[0], (int)tensor.Shape[1], values);
    }

    private static TensorEntry Only(WeightFile file)
    {
        List<TensorEntry> matrices = [.. file.Tensors.Where(tensor => tensor.Shape.Count == 2 && tensor.IsReadable)];
        return matrices.Count switch
        {
            0 => throw new ToolException($"'{file.Path}' has no matrix"),
            1 => matrices[0],
            _ => throw new ToolException(string.Create(
                CultureInfo.InvariantCulture, $"'{file.Path}' has {matrices.Count} matrices; name one with --tensor: {TensorNames.Some(matrices.Select(tensor => tensor.Name))}")),
        };
    }
}
