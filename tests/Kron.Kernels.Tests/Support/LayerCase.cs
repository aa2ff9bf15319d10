using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>A layer as a test states it: what its attributes say, and nothing of how it is compiled.</summary>
public sealed record LayerCase
{
    public IReadOnlyList<ShapeGroup> Groups { get; init; } = [];

    /// <summary>Set for a dense layer.</summary>
    public (int M, int N) Dense { get; init; }

    public Activation Activation { get; init; }

    public float Slope { get; init; } = 0.01f;

    public int Pieces { get; init; } = 2;

    public Nonlinearity Nonlinearity { get; init; }

    public BiasMode Bias { get; init; }

    public (int C, int H, int W) Image { get; init; }

    public int PaddedOutputs { get; init; }

    public int PaddedInputs { get; init; }

    public int Outputs => PaddedOutputs > 0 ? PaddedOutputs : Groups.Count > 0 ? Groups[0].M1 * Groups[0].M2 : Dense.M;

    public int Inputs => PaddedInputs > 0 ? PaddedInputs : Groups.Count > 0 ? Groups[0].N1 * Groups[0].N2 : Dense.N;

    public int OutputSize => Activation == Activation.Maxout ? Outputs / Pieces : Outputs;

    public int Terms => Groups.Sum(g => g.R);

    public int ParameterCount =>
        Groups.Sum(g => g.R * ((g.M1 * g.N1) + (g.M2 * g.N2))) + (Dense.M * Dense.N)
        + (Bias switch { BiasMode.None => 0, BiasMode.PerTerm => Terms * Outputs, _ => Outputs });

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
        if (Groups.Count == 0)
        {
            return $"[DenseLayer({Dense.M}, {Dense.N}{Join(options)})]";
        }

        Add(Nonlinearity != Nonlinearity.AfterSum, $"Nonlinearity = Nonlinearity.{Nonlinearity}");
        Add(Image.C > 0, $"Channels = {Image.C}, Height = {Image.H}, Width = {Image.W}");
        Add(PaddedOutputs > 0, $"Outputs = {PaddedOutputs}");
        Add(PaddedInputs > 0, $"Inputs = {PaddedInputs}");
        return string.Join('\n', Groups.Select((g, index) =>
        {
            List<string> own = index == 0 ? [.. options] : [];
            if (g.Formulation != Formulation.Matrix)
            {
                own.Add($"Formulation = Formulation.{g.Formulation}");
            }

            return $"[{(index == 0 ? "KroneckerLayer" : "KroneckerTerm")}({g.M1}, {g.M2}, {g.N1}, {g.N2}, {g.R}{Join(own)})]";
        }));
    }

    public override string ToString() => Attributes().Replace("\n", " ", StringComparison.Ordinal);

    private static string Join(List<string> options) => options.Count == 0 ? "" : ", " + string.Join(", ", options);
}
