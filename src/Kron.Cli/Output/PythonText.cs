using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Kron.Decomposition;

namespace Kron.Cli.Output;

/// <summary>The three lines of Python that use an exported weight with PyTorch.</summary>
internal static class PythonText
{
    /// <summary>A dense weight becomes an nn.Linear or an nn.Conv2d.</summary>
    public static string Dense(KroneckerWeight weight, string path)
    {
        string module = weight.Convolution is { } c
            ? FormattableString.Invariant($"Conv2d({c.Inputs}, {c.Outputs}, ({c.KernelHeight}, {c.KernelWidth}), stride=({c.StrideH}, {c.StrideW}), padding=({c.PaddingH}, {c.PaddingW})")
            : FormattableString.Invariant($"Linear({weight.Inputs}, {weight.Outputs}");
        return
            $"""
            {Import(path)}
            layer = torch.nn.{module}{(weight.Bias.IsEmpty ? ", bias=False" : "")})
            layer.load_state_dict({Load(path)})
            """;
    }

    /// <summary>Factors become a function that never forms the dense weight.</summary>
    public static string Factors(KroneckerWeight weight, string path) =>
        $"""
        {Import(path)}
        f = {Load(path)}
        layer = lambda x: {(weight.Convolution is { } convolution ? Convolutions(weight, convolution) : Products(weight))}
        """;

    private static string Products(KroneckerWeight weight)
    {
        string sum = string.Join(" + ", weight.Groups.Select((group, i) => Product(weight, group, i)));
        string cut = (long)weight.Groups[0].M1 * weight.Groups[0].M2 == weight.Outputs ? sum : FormattableString.Invariant($"({sum})[..., :{weight.Outputs}]");
        return cut + (weight.Bias.IsEmpty ? "" : " + f[\"bias\"]");
    }

    private static string Convolutions(KroneckerWeight weight, ConvolutionShape c)
    {
        bool isLowRank = weight.Tensors[0].Shape.Count == 4;
        string sum = isLowRank
            ? FormattableString.Invariant(
                $"torch.conv2d(torch.conv2d(x, f[\"V\"], stride=({c.StrideH}, 1), padding=({c.PaddingH}, 0)), f[\"H\"], stride=(1, {c.StrideW}), padding=(0, {c.PaddingW}))")
            : string.Join(" + ", weight.Groups.Select((group, i) => Product(c, group, i)));
        return sum + (weight.Bias.IsEmpty ? "" : " + f[\"bias\"][:, None, None]");
    }

    /// <summary>
    /// Σ (A_i ⊗ B_i) ∗ x of one group: B over the images of all c1, then A, dilated by B's kernel, over those of all o2. Padding comes first, as
    /// what lies between depends on it.
    /// </summary>
    private static string Product(ConvolutionShape c, ShapeGroup group, int index)
    {
        string x = c is { PaddingH: 0, PaddingW: 0 } ? "x" : FormattableString.Invariant($"torch.nn.functional.pad(x, ({c.PaddingW}, {c.PaddingW}, {c.PaddingH}, {c.PaddingH}))");
        return FormattableString.Invariant(
            $"torch.conv2d(torch.conv2d({x}.unflatten(1, ({group.N1}, {group.N2})).flatten(0, 1), f[\"B.{index}\"].flatten(0, 1)).unflatten(1, ({group.R}, {group.M2}))")
            + FormattableString.Invariant($".unflatten(0, (-1, {group.N1})).permute(0, 3, 2, 1, 4, 5).flatten(2, 3).flatten(0, 1), f[\"A.{index}\"].transpose(0, 1).flatten(1, 2), ")
            + FormattableString.Invariant($"stride=({c.StrideH}, {c.StrideW}), dilation=({group.H2}, {group.W2})).unflatten(0, (-1, {group.M2})).transpose(1, 2).flatten(1, 2)");
    }

    /// <summary>Σ (A_i ⊗ B_i) x of one group. Pairs are contracted from the left, so the factor that is cheaper first comes first.</summary>
    private static string Product(KroneckerWeight weight, ShapeGroup group, int index)
    {
        long m = (long)group.M1 * group.M2, n = (long)group.N1 * group.N2;
        bool aFirst = (group.M1 * n) + (group.N2 * m) < (group.M2 * n) + (group.N1 * m);
        string a = FormattableString.Invariant($"f[\"A.{index}\"]"), b = FormattableString.Invariant($"f[\"B.{index}\"]");
        string operands = aFirst ? $"{a}, {b}" : $"{b}, {a}", indices = aFirst ? "rij,rkl" : "rkl,rij";
        return FormattableString.Invariant($"torch.einsum(\"...jl,{indices}->...ik\", {Input(weight, group)}.unflatten(-1, ({group.N1}, {group.N2})), {operands}).flatten(-2)");
    }

    private static string Input(KroneckerWeight weight, ShapeGroup group)
    {
        long padding = ((long)group.N1 * group.N2) - weight.Inputs;
        (int channels, int height, int width) = weight.Image;
        return group.Formulation == Formulation.III
            ? FormattableString.Invariant($"x.unflatten(-1, ({channels}, {height}, {width})).transpose(-1, -2).flatten(-3)")
            : padding > 0 ? FormattableString.Invariant($"torch.nn.functional.pad(x, (0, {padding}))") : "x";
    }

    private static string Import(string path) =>
        IsNumpy(path) ? "import numpy, torch" : "import torch; from safetensors.torch import load_file";

    private static string Load(string path)
    {
        // A JSON string is a Python string too.
        string name = $"\"{JsonEncodedText.Encode(path)}\"";
        return IsNumpy(path) ? $"{{name: torch.from_numpy(array) for name, array in numpy.load({name}).items()}}" : $"load_file({name})";
    }

    private static bool IsNumpy(string path) => Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase);
}
