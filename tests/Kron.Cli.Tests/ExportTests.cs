using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Kron.Cli.Tests.Support;
using Kron.IO;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public sealed class ExportTests : IDisposable
{
    private static readonly string[][] Layers =
    [
        ["--shape", "4,3,5,6", "-r", "2"],
        ["--shape", "3,4,15,2", "-r", "2", "--term", "6,2,3,10,1", "--no-bias"],
        ["--shape", "4,4,8,4", "-r", "2", "--padding", "4"],
        ["--shape", "4,3,10,3", "-r", "2", "--image", "5,3,2", "--formulation", "III"],
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("w.npz")]
    [InlineData("w.safetensors")]
    public void The_dense_weight_is_the_sum_of_the_products(string name)
    {
        Fit(Layers[0]);
        JsonElement result = ToolRun.Json("export", _folder["fc1.safetensors"], "-o", _folder[name]);
        result.GetProperty("form").GetString().ShouldBe("dense");
        double[] expected = Factors.Expand(_folder["fc1.safetensors"], Weights.Outputs, Weights.Inputs);
        using Sources.WeightFile file = Sources.WeightFile.Open(_folder[name]);
        file.Read(file.Find("weight")).Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-5);
        file.Read(file.Find("bias")).ShouldBe(Weights.Noise(Weights.Outputs));
    }

    [Fact]
    public void The_factors_are_those_of_the_file()
    {
        Fit(Layers[1]);
        ToolRun.Succeed("export", _folder["fc1.safetensors"], "--factors", "-o", _folder["f.safetensors"]);
        using SafetensorsFile file = Safetensors.Open(_folder["f.safetensors"]);
        file.Tensors.Keys.ShouldBe(["A.0", "B.0", "A.1", "B.1"], ignoreOrder: true);
        Factors.Expand(_folder["f.safetensors"], Weights.Outputs, Weights.Inputs)
            .ShouldBe(Factors.Expand(_folder["fc1.safetensors"], Weights.Outputs, Weights.Inputs));
    }

    [TorchFact]
    public void The_three_lines_of_Python_compute_the_layer_with_PyTorch()
    {
        float[] x = Weights.Noise(2 * Weights.Inputs, 5);
        var script = new System.Text.StringBuilder("import os, sys\nos.chdir(sys.argv[1])\n");
        foreach (string[] options in Layers)
        {
            Fit(options);
            foreach (string form in new[] { "--dense", "--factors" })
            {
                string name = $"{script.Length}.npz";
                string python = ToolRun.Succeed("export", _folder["fc1.safetensors"], form, "-o", _folder[name]);
                python.TrimEnd().Split('\n').Length.ShouldBe(3);
                script.Append(CultureInfo.InvariantCulture, $"{python}\nx = torch.tensor([{string.Join(", ", x)}]).reshape(2, {Weights.Inputs})\nprint(*layer(x).flatten().tolist())\n");
            }
        }

        string[] lines = TorchFactAttribute.Run(script.ToString(), _folder.Path).TrimEnd().Split('\n');
        lines.Length.ShouldBe(2 * Layers.Length);
        for (int i = 0; i < lines.Length; i += 2)
        {
            Fit(Layers[i / 2]);
            double[] dense = Values(lines[i]), factors = Values(lines[i + 1]);
            double[] expected = Layers[i / 2].Contains("III") ? dense : Apply(x, bias: !Layers[i / 2].Contains("--no-bias"));
            dense.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4, lines[i]);
            factors.Zip(dense, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4, lines[i + 1]);
        }
    }

    [Fact]
    public void A_layer_of_a_model_is_named()
    {
        Safetensors.Write(_folder["m.safetensors"], [new("hidden.A.0", [1, 2, 3], Weights.Noise(6)), new("hidden.B.0", [1, 2, 2], Weights.Noise(4)), new("other.weight", [1], new float[1])]);
        ToolRun.Fail(2, "export", _folder["m.safetensors"], "-o", _folder["w.npz"]).ShouldContain("--layer are hidden");
        JsonElement result = ToolRun.Json("export", _folder["m.safetensors"], "--layer", "hidden", "-o", _folder["w.npz"]);
        (result.GetProperty("outputs").GetInt32(), result.GetProperty("inputs").GetInt32()).ShouldBe((4, 6));
    }

    [Fact]
    public void A_file_without_factors_is_refused_and_nothing_is_written()
    {
        ToolRun.Fail(2, "export", Weights.Model(_folder), "-o", _folder["w.npz"]).ShouldContain("A.0");
        ToolRun.Fail(2, "export", Weights.Model(_folder), "--dense", "--factors", "-o", _folder["w.npz"]).ShouldContain("contradict");
        _folder.Names.ShouldBe(["model.safetensors"]);
    }

    private void Fit(string[] options) =>
        ToolRun.Succeed(["fit", Weights.Model(_folder), "-t", "fc1.weight", .. options, "-o", _folder["fc1.safetensors"]]);

    private static double[] Values(string line) => Array.ConvertAll(line.Split(' '), value => double.Parse(value, CultureInfo.InvariantCulture));

    private double[] Apply(float[] x, bool bias)
    {
        double[] weight = Factors.Expand(_folder["fc1.safetensors"], Weights.Outputs, Weights.Inputs);
        float[] b = bias ? Weights.Noise(Weights.Outputs) : new float[Weights.Outputs];
        return
        [
            .. x.Chunk(Weights.Inputs).SelectMany(sample => Enumerable.Range(0, Weights.Outputs)
                .Select(i => b[i] + Enumerable.Range(0, Weights.Inputs).Sum(j => weight[(i * Weights.Inputs) + j] * sample[j]))),
        ];
    }
}
