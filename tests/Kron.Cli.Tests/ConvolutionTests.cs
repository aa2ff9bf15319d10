using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Kron.Cli.Tests.Support;
using Kron.Decomposition;
using Kron.IO;
using Kron.Runtime.Tests.Decomposition;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public sealed class ConvolutionTests : IDisposable
{
    private static readonly string[] Sliding = ["--image", "4,7,5", "--stride", "2,1", "--zero-padding", "1"];

    private static readonly ConvolutionShape Shape =
        new(Convolutions.Outputs, Convolutions.Inputs, Convolutions.Height, Convolutions.Width, 7, 5) { StrideH = 2, PaddingH = 1, PaddingW = 1 };

    private readonly TemporaryFolder _folder = new();

    private delegate void Expansion(Span<float> weight);

    private string Output => _folder["conv.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_factors_reach_the_optimum_of_an_independent_decomposition()
    {
        JsonElement result = Fit("conv1.weight", [.. Sliding, "--shape", "3,2,3,1", "--rank", "2"]);

        ShapeGroup shape = Kernels.Shape(3, 2, 3, 1, 2, 2, 1, 2, 2);
        float[] weight = Convolutions.Kernels();
        double error = Reference.Distance(weight, Convolutions.Expand(Output)) / Reference.Norm(weight);
        error.ShouldBe(Kernels.OptimalError(weight, shape) / Reference.Norm(weight), 1e-6);
        result.GetProperty("relativeError").GetDouble().ShouldBe(error, 1e-6);
        result.GetProperty("attributes").GetString().ShouldBe("[KroneckerConv(3, 2, 3, 1, 2, 2, 1, 2, 2, Height = 7, Width = 5, StrideH = 2, Padding = 1)]");
        (result.GetProperty("outputs").GetInt32(), result.GetProperty("inputs").GetInt32()).ShouldBe((6, 4));
        result.GetProperty("kernel").EnumerateArray().Select(extent => extent.GetInt32()).ShouldBe([3, 2]);
        result.GetProperty("parameters").GetInt32().ShouldBe(2 * (18 + 8));
        result.GetProperty("denseParameters").GetInt32().ShouldBe(144);

        // 4 × 6 pixels; A first has 4 × 7 between the two, at every second row: r · (o1·c·h1 · 4·7 + o·c2·w2 · 4·6).
        result.GetProperty("denseMultiplyAdds").GetInt32().ShouldBe(144 * 24);
        result.GetProperty("multiplyAdds").GetInt32().ShouldBe(2 * Math.Min((3 * 4 * 3 * 20) + (6 * 2 * 2 * 24), (4 * 2 * 2 * 7 * 6) + (6 * 2 * 3 * 24)));
        result.GetProperty("bias").GetString().ShouldBe("conv1.bias");
        result.GetProperty("singularValues")[0].GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("--term", "2,3,2,3,1")]
    [InlineData("--term", "3,2,3,1,2,2,1,2,2")]
    [InlineData("--shape", "3,2,3,1,2,2,1,2", "-r", "2")]
    public void A_shape_may_be_stated_in_full_or_as_the_paper_does(params string[] shape)
    {
        JsonElement result = Fit("conv1.weight", [.. Sliding, .. shape]);
        result.GetProperty("shapes")[0].ToString().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe("""{"m1":3,"m2":2,"n1":2,"n2":2,"r":2,"formulation":"Matrix","h1":3,"w1":1,"h2":1,"w2":2}""");
    }

    [Theory]
    [InlineData("conv1.weight", "--shape", "3,2,3,1", "-r", "2")]
    [InlineData("conv1.weight", "--shape", "3,2,3,1", "-r", "1", "--term", "1,2,1,1,2", "--no-bias")]
    [InlineData("conv1.weight", "--low-rank", "3")]
    [InlineData("conv2.weight", "--low-rank", "3")]
    [InlineData("conv2.weight", "--low-rank", "1", "--term", "2,2,2,1,1")]
    public void The_pasted_class_loads_the_file_and_computes_the_fitted_convolution(string tensor, params string[] options)
    {
        bool isFirst = tensor == "conv1.weight";
        string[] sliding = isFirst ? Sliding : ["--image", "2,6,5", "--zero-padding", "1,0", "--stride", "1,2"];
        ConvolutionShape shape = isFirst ? Shape : new ConvolutionShape(4, 2, 3, 3, 6, 5) { PaddingH = 1, StrideW = 2 };
        string attributes = Fit(tensor, [.. sliding, .. options]).GetProperty("attributes").GetString()!;

        Type type = Measuring.InProcessCompiler.Compile(attributes, KernelTarget.Scalar, out _, CancellationToken.None);
        var layer = (ILayer)type.GetMethod("Load", [typeof(string)])!.Invoke(null, [Output])!;

        double[] weight = Convolutions.Expand(Output);
        float[] dense = new float[weight.Length], x = Weights.Noise(layer.InputSize, 6), y = new float[layer.OutputSize];
        type.GetMethod("ToDense")!.CreateDelegate<Expansion>(layer)(dense);
        dense.Select(value => (double)value).ShouldBe(weight, 1e-5);
        layer.Forward(x, y);
        float[] bias = isFirst && !options.Contains("--no-bias") ? Weights.Noise(Convolutions.Outputs) : [];
        y.Select(value => (double)value).ShouldBe(Convolutions.Apply(shape, weight, bias, x), 1e-4);
    }

    [Fact]
    public void Low_rank_alone_is_the_layer_of_its_own_and_the_closed_form()
    {
        string output = ToolRun.Succeed("fit", Convolutions.Model(_folder), "-t", "conv2.weight", "--image", "2,6,5", "--low-rank", "3", "-o", Output);

        output.ShouldContain("[LowRankConv(4, 2, 3, 3, Height = 6, Width = 5, Bias = BiasMode.None)]");
        output.ShouldContain("Conv2 conv2 = Conv2.Load(\"conv.safetensors\");");
        using (SafetensorsFile file = Safetensors.Open(Output))
        {
            file.Tensors["V"].Shape.ShouldBe([3, 2, 3, 1]);
            file.Tensors["H"].Shape.ShouldBe([4, 3, 1, 3]);
        }

        float[] weight = Convolutions.Square();
        Reference.Distance(weight, Convolutions.Expand(Output)).ShouldBe(Kernels.OptimalError(weight, Kernels.Shape(1, 2, 3, 1, 4, 1, 1, 3, 3)), 1e-5);
    }

    [Fact]
    public void Low_rank_of_other_kernels_is_a_shape()
    {
        Fit("conv1.weight", [.. Sliding, "--low-rank", "3", "--no-bias"]).GetProperty("attributes").GetString()
            .ShouldBe("[KroneckerConv(1, 4, 3, 1, 6, 1, 1, 2, 3, Height = 7, Width = 5, StrideH = 2, Padding = 1, Bias = BiasMode.None)]");
        JsonElement both = Fit("conv1.weight", [.. Sliding, "--shape", "3,2,3,1", "-r", "1", "--low-rank", "1"]);
        both.GetProperty("shapes").GetArrayLength().ShouldBe(2);
        both.GetProperty("relativeError").GetDouble().ShouldBeLessThanOrEqualTo(both.GetProperty("greedyError").GetDouble());
    }

    [Theory]
    [InlineData("state it with --image 4,h,w", "conv1.weight", "--low-rank", "1")]
    [InlineData("--image has 3 channels, but the kernels of 'conv1.weight', 6 × 4 × 3 × 2, read 4", "conv1.weight", "--low-rank", "1", "--image", "3,7,5")]
    [InlineData("A kernel of 3 × 2 does not fit the image, which is 2 × 5", "conv1.weight", "--low-rank", "1", "--image", "4,2,5")]
    [InlineData("found '0,1'", "conv1.weight", "--low-rank", "1", "--image", "4,7,5", "--stride", "0,1")]
    [InlineData("found '1,2,3'", "conv1.weight", "--low-rank", "1", "--image", "4,7,5", "--zero-padding", "1,2,3")]
    [InlineData("zeros around its image are --zero-padding", "conv1.weight", "--low-rank", "1", "--image", "4,7,5", "--padding", "1")]
    [InlineData("o1 = 4 of --shape 4,2,3,1 does not divide the 6", "conv1.weight", "--shape", "4,2,3,1", "-r", "1", "--image", "4,7,5")]
    [InlineData("but the product of --term 3,2,3,1,2,2,1,1,2 is 6 × 4 × 3 × 1", "conv1.weight", "--term", "3,2,3,1,2,2,1,1,2", "--image", "4,7,5")]
    [InlineData("a convolution has none", "conv1.weight", "--shape", "3,2,3,1", "-r", "1", "--image", "4,7,5", "--formulation", "I")]
    [InlineData("needs a shape, --shape o1,c1,h1,w1", "conv1.weight", "--image", "4,7,5")]
    [InlineData("are not searched, but --low-rank 3 is within these parameters", "conv1.weight", "--reduce", "2", "--image", "4,7,5")]
    [InlineData("are not searched", "conv1.weight", "--max-error", "0.1", "--image", "4,7,5")]
    [InlineData("--calibration fits a matrix to its inputs, but 'conv1.weight', 6 × 4 × 3 × 2, is a convolution", "conv1.weight", "--low-rank", "1", "--image", "4,7,5", "--calibration", "x.npy")]
    [InlineData("expected a matrix, outputs × inputs, or the kernels of a convolution", "conv1d.weight", "--low-rank", "1")]
    [InlineData("are of a convolution, but 'fc.weight' is 5 × 8", "fc.weight", "--low-rank", "1", "--stride", "2")]
    [InlineData("expected the factors of a matrix, m1,m2,n1,n2,r", "fc.weight", "--term", "3,2,3,1,2,2,1,2,2")]
    [InlineData("found '1,2,3,4,5,6'", "fc.weight", "--shape", "1,2,3,4,5,6", "-r", "1")]
    public void A_mistake_is_one_line_that_names_it(string message, string tensor, params string[] options)
    {
        string error = ToolRun.Fail(2, ["fit", Convolutions.Model(_folder), "-t", tensor, .. options, "--no-bias", "-o", Output]);
        error.ShouldContain(message);
        error.TrimEnd().Split('\n').Length.ShouldBe(1);
        _folder.Names.ShouldBe(["convolutions.safetensors"]);
    }

    [Fact]
    public void A_budget_that_a_stated_shape_misses_is_exit_code_1_and_no_file()
    {
        ToolRun.Fail(1, ["fit", Convolutions.Model(_folder), "-t", "conv1.weight", .. Sliding, "--low-rank", "1", "--max-error", "0.1", "--no-bias", "-o", Output])
            .ShouldContain("relative error");
        _folder.Names.ShouldBe(["convolutions.safetensors"]);
    }

    [Fact]
    public void The_only_kernels_of_a_file_need_no_name()
    {
        Npy.Write(_folder["w.npy"], Convolutions.Square(), 4, 2, 3, 3);
        ToolRun.Json("fit", _folder["w.npy"], "--low-rank", "1", "--image", "2,4,4", "-o", Output).GetProperty("tensor").GetString().ShouldBe("w");
    }

    [Fact]
    public void Search_says_what_to_do_instead() =>
        ToolRun.Fail(2, "search", Convolutions.Model(_folder), "-t", "conv1.weight").ShouldContain("kron fit with --shape o1,c1,h1,w1 --rank r, or --low-rank r");

    [Fact]
    public void Inspect_estimates_the_balanced_shape_of_all_that_divide_the_kernels()
    {
        JsonElement[] tensors = [.. ToolRun.Json("inspect", Convolutions.Model(_folder)).GetProperty("tensors").EnumerateArray()];
        int fewest = int.MaxValue;
        for (int i = 0; i < 6 * 4 * 3 * 2; i++)
        {
            (int o, int c, int h, int w) = ((i / 24) + 1, (i / 6 % 4) + 1, (i / 2 % 3) + 1, (i % 2) + 1);
            if (6 % o == 0 && 4 % c == 0 && 3 % h == 0 && 2 % w == 0)
            {
                fewest = int.Min(fewest, (o * c * h * w) + (144 / (o * c * h * w)));
            }
        }

        JsonElement estimate = tensors[0].GetProperty("estimates")[0], shape = estimate.GetProperty("shape");
        estimate.GetProperty("parameters").GetInt32().ShouldBe(fewest);
        (shape.GetProperty("h1").GetInt32() * shape.GetProperty("h2").GetInt32(), shape.GetProperty("w1").GetInt32() * shape.GetProperty("w2").GetInt32()).ShouldBe((3, 2));
        tensors[0].GetProperty("kind").GetString().ShouldBe("convolution");
        tensors[0].GetProperty("note").GetString().ShouldBe("");
        tensors[3].GetProperty("estimates")[0].GetProperty("shape").GetProperty("h1").ValueKind.ShouldBe(JsonValueKind.Null);
        tensors[4].GetProperty("note").GetString().ShouldBe("only kernels o × c × h × w, as of nn.Conv2d, can be a layer");
        string table = ToolRun.Succeed("inspect", Convolutions.Model(_folder));
        table.ShouldContain(string.Join(',', new[] { "m1", "n1", "h1", "w1", "m2", "n2", "h2", "w2" }.Select(size => shape.GetProperty(size).GetInt32().ToString(CultureInfo.InvariantCulture))));
        table.ShouldContain("o1,c1,h1,w1,o2,c2,h2,w2 of a convolution");
    }

    [Theory]
    [InlineData("A.0 factor, B.0 factor, bias other", "conv1.weight", "--shape", "3,2,3,1", "-r", "2", "--image", "4,7,5")]
    [InlineData("V factor, H factor", "conv2.weight", "--low-rank", "2", "--image", "2,7,5")]
    public void Inspect_tells_factors_of_a_convolution(string expected, string tensor, params string[] options)
    {
        Fit(tensor, options);
        JsonElement result = ToolRun.Json("inspect", Output);
        string.Join(", ", result.GetProperty("tensors").EnumerateArray().Select(entry => $"{entry.GetProperty("name")} {entry.GetProperty("kind")}{entry.GetProperty("note")}"))
            .ShouldBe(expected);
        result.GetProperty("metadata").GetProperty("attributes").GetString()!.ShouldContain("Conv(");
    }

    [Theory]
    [InlineData("conv1.weight", "4,7,5", "--shape", "3,2,3,1", "-r", "2", "--stride", "2,1", "--zero-padding", "1")]
    [InlineData("conv2.weight", "2,6,5", "--low-rank", "3", "--zero-padding", "1,0")]
    public void Export_writes_the_dense_kernels_and_the_factors(string tensor, string image, params string[] options)
    {
        Fit(tensor, ["--image", image, .. options]);
        double[] expected = Convolutions.Expand(Output);

        JsonElement dense = ToolRun.Json("export", Output, "-o", _folder["dense.npz"]);
        NpyArray weight = Npz.Read(_folder["dense.npz"])["weight"];
        weight.Shape.ShouldBe(tensor == "conv1.weight" ? [6, 4, 3, 2] : [4, 2, 3, 3]);
        weight.Values.Select(value => (double)value).ShouldBe(expected, 1e-5);
        dense.GetProperty("python").GetString()!.ShouldContain(
            tensor == "conv1.weight" ? "Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 1))" : "Conv2d(2, 4, (3, 3), stride=(1, 1), padding=(1, 0), bias=False)");

        JsonElement factors = ToolRun.Json("export", Output, "--factors", "-o", _folder["factors.safetensors"]);
        factors.GetProperty("tensors")[0].GetProperty("name").GetString().ShouldBe(tensor == "conv1.weight" ? "A.0" : "V");
        Convolutions.Expand(_folder["factors.safetensors"]).ShouldBe(expected);
    }

    [TorchFact]
    public void The_three_lines_of_Python_compute_the_convolution_with_PyTorch()
    {
        string[] square = ["--image", "2,6,5", "--zero-padding", "1,0", "--stride", "1,2"];
        (string Tensor, ConvolutionShape Shape, string[] Options)[] layers =
        [
            ("conv1.weight", Shape, [.. Sliding, "--shape", "3,2,3,1", "-r", "2"]),
            ("conv1.weight", Shape, [.. Sliding, "--shape", "3,2,1,2", "-r", "2", "--term", "1,2,1,3,1", "--no-bias"]),
            ("conv2.weight", new ConvolutionShape(4, 2, 3, 3, 6, 5) { PaddingH = 1, StrideW = 2 }, [.. square, "--low-rank", "3"]),
        ];
        var script = new System.Text.StringBuilder("import os, sys\nos.chdir(sys.argv[1])\n");
        List<double[]> expected = [];
        foreach ((string tensor, ConvolutionShape shape, string[] options) in layers)
        {
            Fit(tensor, options);
            float[] x = Weights.Noise(2 * shape.Inputs * shape.Height * shape.Width, 5);
            float[] bias = tensor == "conv2.weight" || options.Contains("--no-bias") ? [] : Weights.Noise(Convolutions.Outputs);
            double[] weight = Convolutions.Expand(Output);
            expected.Add([.. x.Chunk(x.Length / 2).SelectMany(sample => Convolutions.Apply(shape, weight, bias, sample))]);
            foreach (string form in new[] { "--dense", "--factors" })
            {
                string python = ToolRun.Succeed("export", Output, form, "-o", _folder[$"{script.Length}.npz"]);
                python.TrimEnd().Split('\n').Length.ShouldBe(3);
                script.Append(CultureInfo.InvariantCulture, $"{python}\nx = torch.tensor([{string.Join(", ", x)}]).reshape(2, {shape.Inputs}, {shape.Height}, {shape.Width})\n");
                script.Append("print(*layer(x).flatten().tolist())\n");
            }
        }

        string[] lines = TorchFactAttribute.Run(script.ToString(), _folder.Path).TrimEnd().Split('\n');
        lines.Length.ShouldBe(2 * layers.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            Array.ConvertAll(lines[i].Split(' '), value => double.Parse(value, CultureInfo.InvariantCulture)).ShouldBe(expected[i / 2], 1e-4);
        }
    }

    [Fact]
    public void Bench_compiles_a_convolution_that_agrees_with_the_dense_one()
    {
        JsonElement result = ToolRun.Json(
            ["bench", "--shape", "3,2,3,1,2,2,1,2", "--rank", "2", "--term", "1,4,3,1,6,1,1,2,1", "--batch", "2", "--target", "scalar", .. Sliding]);
        result.GetProperty("attributes").GetString().ShouldBe(
            "[KroneckerConv(3, 2, 3, 1, 2, 2, 1, 2, 2, Height = 7, Width = 5, StrideH = 2, Padding = 1, Bias = BiasMode.None)]\n[KroneckerConvTerm(1, 4, 3, 1, 6, 1, 1, 2, 1)]");
        (result.GetProperty("inputs").GetInt32(), result.GetProperty("outputs").GetInt32()).ShouldBe((4 * 7 * 5, 6 * 4 * 6));
        result.GetProperty("denseParameters").GetInt32().ShouldBe(144);
        result.GetProperty("difference").GetDouble().ShouldBeInRange(0, 1e-5);
        result.GetProperty("batches")[0].GetProperty("microsecondsPerSample").GetDouble().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("state it with --image 4,h,w", "--term", "3,2,3,1,2,2,1,2,2")]
    [InlineData("expected both kernels, o1,c1,h1,w1,o2,c2,h2,w2,r", "--term", "3,2,3,1,2,2,1,2,2", "--term", "1,2,3,4,5", "--image", "4,7,5")]
    [InlineData("a convolution has the channels of its shape", "--term", "3,2,3,1,2,2,1,2,2", "--image", "4,7,5", "--outputs", "5")]
    [InlineData("the product of (3, 2, 3, 1, 2, 2, 1, 1, 2) is 6 × 4 × 3 × 1", "--term", "3,2,3,1,2,2,1,2,2", "--term", "3,2,3,1,2,2,1,1,2", "--image", "4,7,5")]
    [InlineData("the shape is one of a matrix", "--term", "2,3,4,5,1", "--zero-padding", "1")]
    public void A_layer_that_bench_cannot_compile_is_refused_in_one_line(string message, params string[] options)
    {
        string error = ToolRun.Fail(2, ["bench", .. options]);
        error.ShouldContain(message);
        error.TrimEnd().Split('\n').Length.ShouldBe(1);
    }

    private JsonElement Fit(string tensor, string[] options) => ToolRun.Json(["fit", Convolutions.Model(_folder), "-t", tensor, .. options, "-o", Output]);
}
