using System;
using System.Globalization;

namespace Kron.Build;

/// <summary>The name of a layer's tensor, as files spell it, and its place in the canonical order of parameters and state.</summary>
/// <param name="Layer">The layer's name in a model; empty where the file is that of one layer.</param>
/// <param name="Tensor">The tensor's own name, such as <c>A.0</c> or <c>bias</c>.</param>
/// <param name="Rank">Orders the tensors of a layer: factors, bias, state.</param>
internal sealed record TensorName(string Layer, string Tensor, int Rank)
{
    private const int Bias = int.MaxValue - 2;
    private const int MaxGroupDigits = 5;

    /// <summary>Null for a name that no layer's tensor has.</summary>
    public static TensorName? Parse(string name)
    {
        int last = name.LastIndexOf('.');
        int start = last + 1;
        int? rank = RankOf(name.Substring(start));
        if (rank is null && last > 0)
        {
            // A.0 has a dot of its own.
            start = name.LastIndexOf('.', last - 1) + 1;
            rank = RankOf(name.Substring(start));
        }

        return rank is null || start == 1 ? null : new TensorName(name.Substring(0, Math.Max(0, start - 1)), name.Substring(start), rank.Value);
    }

    private static int? RankOf(string tensor)
    {
        switch (tensor)
        {
            case "weight" or "alpha" or "V":
                return 0;
            case "H":
                return 1;
            case "bias":
                return Bias;
            case "running_mean":
                return Bias + 1;
            case "running_var":
                return Bias + 2;
        }

        bool isFactor = tensor.Length is > 2 and <= 2 + MaxGroupDigits && tensor[0] is 'A' or 'B' && tensor[1] == '.';
        string group = isFactor ? tensor.Substring(2) : "";
        return int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out int g) && group == g.ToString(CultureInfo.InvariantCulture)
            ? (2 * g) + (tensor[0] - 'A')
            : null;
    }
}
