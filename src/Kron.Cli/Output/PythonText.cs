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
    /// <summary>A dense weight becomes an nn.Linear.</summary>
    public static string Dense(KroneckerWeight weight, string path)
    {
        string bias = weight.Bias.IsEmpty ? ", bias=False" : "";
        return FormattableString.Invariant(
            $"""
            {Import(path)}
            layer = torch.nn.Linear({weight.Inputs}, {weight.Outputs}{bias})
            layer.load_state_dict({Load(path)})
            """);
    }

    /// <summary>Factors become a function that never forms the dense weight.</summary>
    public static string Factors(KroneckerWeight weight, string path)
    {
        string sum = string.Join(" + ", weight.Groups.Select((group, i) => Product(weight, group, i)));
        string cut = (long)weight.Groups[0].M1 * weight.Groups[0].M2 == weight.Outputs ? sum : FormattableString.Invariant($"({sum})[..., :{weight.Outputs}]");
        return
            $"""
            {Import(path)}
            f = {Load(path)}
            layer = lambda x: {cut}{(weight.Bias.IsEmpty ? "" : " + f[\"bias\"]")}
            """;
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
