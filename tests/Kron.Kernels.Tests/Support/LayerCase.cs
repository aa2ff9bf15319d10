using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>A layer as a test states it: what its attributes say, and nothing of how it is compiled.</summary>
public sealed record LayerCase
{
    public IReadOnlyList<ShapeGroup> Groups { get; init; } = [];

    /// <summary>Whether the group [1, c, d, 1] ⊗ [o, 1, 1, d] is stored as V [K, c, d, 1] and H [o, K, 1, d].</summary>
    public bool LowRank { get; init; }

    /// <summary>Outputs and inputs of a dense or a structured layer, of a convolution its channels.</summary>
    public (int M, int N) Dense { get; init; }

    /// <summary>Rows and columns of the kernel of a dense or a structured convolution.</summary>
    public (int H, int W) DenseKernel { get; init; } = (1, 1);

    /// <summary>Set for a structured layer: inputs (of a convolution, channels) and side of the small kernel.</summary>
    public (int C, int N) Structured { get; init; }

    /// <summary>Set for a convolution.</summary>
    public Sliding? Sliding { get; init; }

    public Activation Activation { get; init; }

    public float Slope { get; init; } = 0.01f;

    public int Pieces { get; init; } = 2;

    public Nonlinearity Nonlinearity { get; init; }

    public BiasMode Bias { get; init; }

    public (int C, int H, int W) Image { get; init; }

    public int PaddedOutputs { get; init; }

    public int PaddedInputs { get; init; }

    public int Outputs => PaddedOutputs > 0 ? PaddedOutputs : OutputChannels * Pixels;

    public int Inputs => PaddedInputs > 0 ? PaddedInputs : InputChannels * (Sliding is null ? 1 : Sliding.Height * Sliding.Width);

    public int OutputSize => Activation == Activation.Maxout ? Outputs / Pieces : Outputs;

    /// <summary>Of a convolution; every output of a layer of vectors is a channel of one pixel.</summary>
    public int OutputChannels => Groups.Count > 0 ? Groups[0].M1 * Groups[0].M2 : Dense.M;

    public int InputChannels => Groups.Count > 0 ? Groups[0].N1 * Groups[0].N2 : Dense.N;

    /// <summary>Rows and columns of the full kernel.</summary>
    public (int H, int W) Kernel => Groups.Count > 0 ? (Groups[0].H1 * Groups[0].H2, Groups[0].W1 * Groups[0].W2) : DenseKernel;

    /// <summary>Rows and columns of the output: how often the kernel fits into the padded image.</summary>
    public (int H, int W) OutputImage => Sliding is null
        ? (1, 1)
        : (Fits(Sliding.Height, Sliding.PaddingH, Kernel.H, Sliding.StrideH), Fits(Sliding.Width, Sliding.PaddingW, Kernel.W, Sliding.StrideW));

    public int Pixels => OutputImage.H * OutputImage.W;

    public int Terms => Groups.Sum(g => g.R);

    /// <summary>Values that one term's bias has: one for each channel.</summary>
    public int BiasSize => Outputs / Pixels;

    public int ParameterCount =>
        Groups.Sum(g => g.R * ((g.M1 * g.N1 * g.H1 * g.W1) + (g.M2 * g.N2 * g.H2 * g.W2)))
        + (Dense.M * (Structured.C > 0 ? Structured.C * Structured.N * Structured.N : Dense.N * DenseKernel.H * DenseKernel.W))
        + (Bias switch { BiasMode.None => 0, BiasMode.PerTerm => Terms * BiasSize, _ => BiasSize });

    /// <summary>Elements of the dense matrix, or of the full kernel.</summary>
    public int WeightSize => Sliding is null ? Outputs * Inputs : OutputChannels * InputChannels * Kernel.H * Kernel.W;

    /// <summary>Whether a fit must find the weight that the layer stands for: a cut or a sum of shapes has no exact solution.</summary>
    public bool HasExactFit => Nonlinearity == Nonlinearity.AfterSum && Groups.Count < 2 && PaddedOutputs == 0 && PaddedInputs == 0;

    public static LayerCase Of(int m1, int m2, int n1, int n2, int r) => new() { Groups = [new ShapeGroup(m1, m2, n1, n2, r)] };

    public string Attributes()
    {
        var options = new List<string>();
        void Add(bool when, string text)
        {
            if (when)
            {
                options.Add(text);
            }
        }

        Add(Activation != Activation.None, $"Activation = Activation.{Activation}");
        Add(Activation == Activation.LeakyRelu, string.Create(CultureInfo.InvariantCulture, $"Slope = {Slope}f"));
        Add(Activation == Activation.Maxout, $"Pieces = {Pieces}");
        Add(Bias != BiasMode.Shared, $"Bias = BiasMode.{Bias}");
        if (Sliding is not null)
        {
            options.Add($"Height = {Sliding.Height}, Width = {Sliding.Width}");
            options.AddRange(PerAxis("Stride", Sliding.StrideH, Sliding.StrideW, 1));
            options.AddRange(PerAxis("Padding", Sliding.PaddingH, Sliding.PaddingW, 0));
        }

        if (LowRank)
        {
            return $"[LowRankConv({OutputChannels}, {InputChannels}, {Kernel.H}, {Terms}{Join(options)})]";
        }

        if (Groups.Count == 0)
        {
            return (Sliding is null, Structured.C > 0) switch
            {
                (true, false) => $"[DenseLayer({Dense.M}, {Dense.N}{Join(options)})]",
                (false, false) => $"[DenseConv({Dense.M}, {Dense.N}, {DenseKernel.H}, {DenseKernel.W}{Join(options)})]",
                (true, true) => $"[StructuredLayer({Dense.M}, {Dense.N}, {Structured.C}{Join(options)})]",
                _ => $"[StructuredConv({Dense.M}, {Dense.N}, {DenseKernel.H}, {Structured.C}, {Structured.N}{Join(options)})]",
            };
        }

        Add(Nonlinearity != Nonlinearity.AfterSum, $"Nonlinearity = Nonlinearity.{Nonlinearity}");
        Add(Image.C > 0, $"Channels = {Image.C}, Height = {Image.H}, Width = {Image.W}");
        Add(PaddedOutputs > 0, $"Outputs = {PaddedOutputs}");
        Add(PaddedInputs > 0, $"Inputs = {PaddedInputs}");
        string name = Sliding is null ? "Kronecker" : "KroneckerConv", first = Sliding is null ? "Layer" : "";
        return string.Join('\n', Groups.Select((g, index) =>
        {
            List<string> own = index == 0 ? [.. options] : [];
            if (g.Formulation != Formulation.Matrix)
            {
                own.Add($"Formulation = Formulation.{g.Formulation}");
            }

            string sizes = Sliding is null
                ? $"{g.M1}, {g.M2}, {g.N1}, {g.N2}, {g.R}"
                : $"{g.M1}, {g.N1}, {g.H1}, {g.W1}, {g.M2}, {g.N2}, {g.H2}, {g.W2}, {g.R}";
            return $"[{name}{(index == 0 ? first : "Term")}({sizes}{Join(own)})]";
        }));
    }

    public override string ToString() => Attributes().Replace("\n", " ", StringComparison.Ordinal);

    private static int Fits(int size, int padding, int kernel, int stride)
    {
        int places = 0;
        for (int first = -padding; first + kernel <= size + padding; first += stride)
        {
            places++;
        }

        return places;
    }

    private static IEnumerable<string> PerAxis(string name, int rows, int columns, int unset) => (rows == columns, rows == unset, columns == unset) switch
    {
        (true, true, _) => [],
        (true, false, _) => [$"{name} = {rows}"],
        (false, _, true) => [$"{name}H = {rows}"],
        (false, true, _) => [$"{name}W = {columns}"],
        _ => [$"{name}H = {rows}, {name}W = {columns}"],
    };

    private static string Join(List<string> options) => options.Count == 0 ? "" : ", " + string.Join(", ", options);
}

/// <summary>The image [channels, Height, Width] that a kernel slides over, and how.</summary>
public sealed record Sliding(int Height, int Width)
{
    public int StrideH { get; init; } = 1;

    public int StrideW { get; init; } = 1;

    public int PaddingH { get; init; }

    public int PaddingW { get; init; }
}
