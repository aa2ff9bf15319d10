using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>A weight to compress, row-major: a matrix [outputs × inputs] as nn.Linear stores it, or kernels [o, c, h, w] as nn.Conv2d does.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Outputs">Rows, or output channels.</param>
/// <param name="Inputs">Columns, or input channels.</param>
/// <param name="Values">The entries.</param>
internal sealed record DenseWeight(string Name, int Outputs, int Inputs, float[] Values)
{
    private const int MatrixAxes = 2, KernelAxes = 4;

    /// <summary>Rows and columns of the kernels; null for a matrix.</summary>
    public (int Height, int Width)? Kernel { get; init; }

    /// <summary>The extents for a reader: <c>256 × 6400</c>.</summary>
    public string ShapeText => TensorEntry.Text(Kernel is { } kernel ? [Outputs, Inputs, kernel.Height, kernel.Width] : [Outputs, Inputs]);

    /// <summary>Reads a weight.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The tensor; null for the only matrix of the file.</param>
    /// <param name="allowsKernels">Whether the kernels of a convolution will do, those too that are the only ones of a file without a matrix.</param>
    /// <exception cref="ToolException">There is no such tensor, or it is no weight.</exception>
    public static DenseWeight Read(WeightFile file, string? name, bool allowsKernels)
    {
        TensorEntry tensor = name is null ? Only(file, allowsKernels) : file.Find(name);
        string found = $"tensor '{tensor.Name}' of '{file.Path}' is {tensor.ShapeText}";
        bool isKernels = tensor.Shape.Count == KernelAxes;
        if ((tensor.Shape.Count != MatrixAxes && !isKernels) || tensor.Length == 0)
        {
            throw new ToolException($"{found}; expected a matrix, outputs × inputs" + (allowsKernels ? ", or the kernels of a convolution, o × c × h × w" : ""));
        }

        if (isKernels && !allowsKernels)
        {
            throw new ToolException(
                $"{found}, the kernels of a convolution; expected a matrix, outputs × inputs. "
                + "Kernels are fitted to stated shapes: kron fit with --shape o1,c1,h1,w1 --rank r, or --low-rank r");
        }

        // Read checks that the product of all extents fits an array.
        float[] values = file.Read(tensor);
        return new DenseWeight(tensor.Name, (int)tensor.Shape[0], (int)tensor.Shape[1], values)
        {
            Kernel = isKernels ? ((int)tensor.Shape[2], (int)tensor.Shape[3]) : null,
        };
    }

    private static TensorEntry Only(WeightFile file, bool allowsKernels)
    {
        List<TensorEntry> weights = Of(MatrixAxes);
        string what = weights.Count == 0 && allowsKernels ? "convolutions" : "matrices";
        if (weights.Count == 0 && allowsKernels)
        {
            weights = Of(KernelAxes);
        }

        return weights.Count switch
        {
            0 => throw new ToolException($"'{file.Path}' has no matrix" + (allowsKernels ? " and no kernels of a convolution" : "")),
            1 => weights[0],
            _ => throw new ToolException(string.Create(
                CultureInfo.InvariantCulture, $"'{file.Path}' has {weights.Count} {what}; name one with --tensor: {TensorNames.Some(weights.Select(tensor => tensor.Name))}")),
        };

        List<TensorEntry> Of(int axes) => [.. file.Tensors.Where(tensor => tensor.Shape.Count == axes && tensor.IsReadable)];
    }
}
