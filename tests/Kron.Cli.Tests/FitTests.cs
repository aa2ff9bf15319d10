using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Kron.Cli.Tests.Support;
using Kron.IO;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public sealed class FitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Output => _folder["fc1.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_holds_the_factors_whose_error_is_reported()
    {
        JsonElement result = Fit("--shape", "4,3,5,6", "--rank", "2");
        double error = Factors.Error(Weights.Matrix(), Factors.Expand(Output, Weights.Outputs, Weights.Inputs));
        result.GetProperty("relativeError").GetDouble().ShouldBe(error, 1e-6);
        error.ShouldBeLessThan(0.05);
        result.GetProperty("energyKept").GetDouble().ShouldBe(1 - (error * error), 1e-6);
        result.GetProperty("parameters").GetInt32().ShouldBe(2 * (20 + 18));
        result.GetProperty("denseParameters").GetInt32().ShouldBe(360);
        result.GetProperty("outputError").ValueKind.ShouldBe(JsonValueKind.Null);
        result.GetProperty("singularValues")[0].GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void The_attribute_to_paste_is_the_one_in_the_file()
    {
        string output = ToolRun.Succeed(
            "fit", Weights.Model(_folder), "-t", "fc1.weight", "--shape", "4,3,5,6", "-r", "2", "--term", "6,2,3,10,1", "-o", Output);
        using SafetensorsFile file = Safetensors.Open(Output);
        string attributes = file.Metadata["attributes"];
        attributes.ShouldBe("[KroneckerLayer(4, 3, 5, 6, 2)]\n[KroneckerTerm(6, 2, 3, 10, 1)]");
        output.ReplaceLineEndings("\n").ShouldBe($"using Kron;\n\n// Fc1 fc1 = Fc1.Load(\"fc1.safetensors\");\n{attributes}\npublic sealed partial class Fc1;\n");
    }

    [Fact]
    public void A_keyword_is_no_class()
    {
        ToolRun run = ToolRun.Of("fit", Weights.Model(_folder), "-t", "fc1.weight", "--shape", "4,3,5,6", "-r", "2", "--class", "class", "-o", Output);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("--class needs a name that C# allows, found 'class'");
    }

    [Fact]
    public void Few_and_infinite_calibration_inputs_are_named()
    {
        float[] inputs = Weights.Noise(3 * Weights.Inputs);
        Npy.Write(_folder["x.npy"], inputs, 3, Weights.Inputs);
        string[] fit = ["fit", Weights.Model(_folder), "-t", "fc1.weight", "--shape", "4,3,5,6", "-r", "2", "--calibration", _folder["x.npy"], "-o", Output];
        ToolRun.Of(fit).Error.ShouldContain($"calibrating on 3 samples, 'x' of '{_folder["x.npy"]}'; fewer than the {Weights.Inputs} inputs");

        inputs[(2 * Weights.Inputs) + 1] = float.PositiveInfinity;
        Npy.Write(_folder["x.npy"], inputs, 3, Weights.Inputs);
        ToolRun run = ToolRun.Of(fit);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain($"input 1 of sample 2 of 'x' in '{_folder["x.npy"]}' is Infinity");
    }

    [Fact]
    public void The_pasted_class_loads_the_file_and_computes_the_fitted_weight()
    {
        string attributes = Fit("--shape", "4,4,5,6", "-r", "2", "--padding", "4", "--low-rank", "1").GetProperty("attributes").GetString()!;
        Type type = Measuring.InProcessCompiler.Compile(attributes, KernelTarget.Scalar, out _, CancellationToken.None);
        var layer = (ILayer)type.GetMethod("Load", [typeof(string)])!.Invoke(null, [Output])!;
        double[] weight = Factors.Expand(Output, Weights.Outputs, Weights.Inputs);
        float[] x = Weights.Noise(Weights.Inputs, 6), bias = Weights.Noise(Weights.Outputs), y = new float[Weights.Outputs];
        layer.Forward(x, y);
        for (int i = 0; i < y.Length; i++)
        {
            ((double)y[i]).ShouldBe(bias[i] + Enumerable.Range(0, x.Length).Sum(j => weight[(i * x.Length) + j] * x[j]), 1e-4);
        }
    }

    [Fact]
    public void The_bias_beside_the_weight_is_taken_along_and_said_so()
    {
        ToolRun run = ToolRun.Of("fit", Weights.Model(_folder), "-t", "fc1.weight", "--shape", "4,3,5,6", "-r", "2", "-o", Output);
        run.Error.ShouldContain("'fc1.bias'");
        using SafetensorsFile file = Safetensors.Open(Output);
        float[] bias = new float[Weights.Outputs];
        file.Read("bias", bias);
        bias.ShouldBe(Weights.Noise(Weights.Outputs));
    }

    [Fact]
    public void Without_the_bias_the_attribute_says_so()
    {
        JsonElement result = Fit("--shape", "4,3,5,6", "-r", "2", "--no-bias");
        result.GetProperty("bias").ValueKind.ShouldBe(JsonValueKind.Null);
        result.GetProperty("attributes").GetString().ShouldBe("[KroneckerLayer(4, 3, 5, 6, 2, Bias = BiasMode.None)]");
        using SafetensorsFile file = Safetensors.Open(Output);
        file.Tensors.Keys.ShouldBe(["A.0", "B.0"], ignoreOrder: true);
    }

    [Fact]
    public void A_low_rank_term_stands_alone_or_beside_a_shape()
    {
        Fit("--low-rank", "3").GetProperty("shapes")[0].ToString().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe("""{"m1":1,"m2":12,"n1":30,"n2":1,"r":3,"formulation":"Matrix","h1":null,"w1":null,"h2":null,"w2":null}""");
        JsonElement both = Fit("--shape", "4,3,5,6", "-r", "1", "--low-rank", "1");
        both.GetProperty("shapes").GetArrayLength().ShouldBe(2);
        both.GetProperty("relativeError").GetDouble().ShouldBeLessThanOrEqualTo(both.GetProperty("greedyError").GetDouble());
    }

    [Fact]
    public void A_reduction_chooses_the_nearest_of_all_shapes_that_are_small_enough()
    {
        JsonElement chosen = Fit("--reduce", "4");
        chosen.GetProperty("parameters").GetInt32().ShouldBeLessThanOrEqualTo(90);
        chosen.GetProperty("shapes")[0].GetProperty("m1").GetInt32().ShouldBe(4);
        double best = chosen.GetProperty("relativeError").GetDouble();
        best.ShouldBeLessThanOrEqualTo(Fit("--shape", "4,3,5,6", "-r", "2").GetProperty("relativeError").GetDouble() + 1e-6);
        best.ShouldBeLessThan(Fit("--shape", "6,2,6,5", "-r", "1").GetProperty("relativeError").GetDouble());
    }

    [Fact]
    public void An_error_chooses_the_smallest_shape_that_reaches_it()
    {
        JsonElement chosen = Fit("--max-error", "0.1");
        chosen.GetProperty("relativeError").GetDouble().ShouldBeLessThanOrEqualTo(0.1);
        chosen.GetProperty("parameters").GetInt32().ShouldBe(76);
    }

    [Theory]
    [InlineData("none of the", "--max-error", "0.0001")]
    [InlineData("no more multiply-adds than the dense weight (--max-multiply-adds allows more)", "--reduce", "300")]
    [InlineData("relative error", "--shape", "4,3,5,6", "-r", "1", "--max-error", "0.1")]
    [InlineData("parameters", "--shape", "4,3,5,6", "-r", "2", "--reduce", "20")]
    public void A_target_that_is_missed_is_exit_code_1_and_no_file(string message, params string[] options)
    {
        ToolRun run = ToolRun.Of(["fit", Weights.Model(_folder), "-t", "fc1.weight", .. options, "-o", Output]);
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(message);
        _folder.Names.ShouldBe(["model.safetensors"]);
    }

    [Fact]
    public void Calibration_lowers_the_error_of_the_outputs()
    {
        float[] samples = Weights.Noise(200 * Weights.Inputs);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] *= (i % Weights.Inputs) < 3 ? 20 : 1;
        }

        Npy.Write(_folder["x.npy"], samples, 200, Weights.Inputs);
        JsonElement result = Fit("--shape", "4,3,5,6", "-r", "1", "--calibration", _folder["x.npy"]);
        double output = result.GetProperty("outputError").GetDouble();
        output.ShouldBeLessThan(result.GetProperty("initialOutputError").GetDouble());
        output.ShouldBe(OutputError(samples), 1e-4);
        ToolRun missed = ToolRun.Of(Arguments("--shape", "4,3,5,6", "-r", "1", "--calibration", _folder["x.npy"], "--max-error", "0.01"));
        missed.ExitCode.ShouldBe(1);
        missed.Error.ShouldContain("output error");
    }

    [Fact]
    public void Calibration_inputs_of_another_size_are_refused()
    {
        Npy.Write(_folder["x.npy"], Weights.Noise(40), 4, 10);
        ToolRun.Fail(2, [.. Arguments("--shape", "4,3,5,6", "-r", "1", "--calibration", _folder["x.npy"], "--no-bias")])
            .ShouldContain("expected samples × 30");
    }

    [Fact]
    public void A_larger_shape_pads_on_request_only()
    {
        ToolRun.Fail(2, [.. Arguments("--shape", "4,4,5,6", "-r", "1", "--no-bias")]).ShouldContain("--padding 4 allows it");
        Fit("--shape", "4,4,5,6", "-r", "1", "--no-bias", "--padding", "4").GetProperty("attributes").GetString()
            .ShouldBe("[KroneckerLayer(4, 4, 5, 6, 1, Outputs = 12, Bias = BiasMode.None)]");
    }

    [Fact]
    public void An_image_is_read_as_its_formulation_says() =>
        Fit("--shape", "4,3,10,3", "-r", "2", "--image", "5,3,2", "--formulation", "III", "--no-bias").GetProperty("attributes").GetString()
            .ShouldBe("[KroneckerLayer(4, 3, 10, 3, 2, Formulation = Formulation.III, Channels = 5, Height = 3, Width = 2, Bias = BiasMode.None)]");

    [Theory]
    [InlineData("no tensor 'fc1.wieght'; the nearest names are fc1.weight", "-t", "fc1.wieght", "--low-rank", "1")]
    [InlineData("convolution", "-t", "conv.weight", "--low-rank", "1")]
    [InlineData("2 matrices", "--low-rank", "1")]
    [InlineData("needs a shape", "-t", "fc1.weight", "--no-bias")]
    [InlineData("contradict", "-t", "fc1.weight", "--low-rank", "1", "--no-bias", "--bias", "fc1.bias")]
    [InlineData("'nope'", "-t", "fc1.weight", "--low-rank", "1", "--bias", "nope")]
    [InlineData("expected 12", "-t", "fc1.weight", "--low-rank", "1", "--bias", "conv.weight")]
    [InlineData("--class", "-t", "fc2.weight", "--low-rank", "1", "--class", "2nd")]
    [InlineData("found '1.5'", "-t", "fc2.weight", "--max-error", "1.5")]
    [InlineData("found '0,5'", "-t", "fc2.weight", "--max-error", "0,5")]
    [InlineData("found '4'", "-t", "fc2.weight", "--reduce", "2", "--groups", "4")]
    public void A_mistake_is_one_line_that_names_it(string message, params string[] options)
    {
        string error = ToolRun.Fail(2, ["fit", Weights.Model(_folder), .. options, "-o", Output]);
        error.ShouldContain(message);
        error.TrimEnd().Split('\n').Length.ShouldBe(1);
        _folder.Names.ShouldBe(["model.safetensors"]);
    }

    [Fact]
    public void An_entry_that_is_not_finite_is_named()
    {
        Npy.Write(_folder["w.npy"], [1, 2, float.NaN, 4], 2, 2);
        ToolRun.Fail(2, "fit", _folder["w.npy"], "--low-rank", "1", "-o", Output).ShouldContain("NaN");
    }

    [Fact]
    public void An_input_is_never_overwritten()
    {
        string model = Weights.Model(_folder);
        byte[] before = File.ReadAllBytes(model);
        ToolRun.Fail(2, "fit", model, "-t", "fc1.weight", "--low-rank", "1", "-o", Path.Combine(_folder.Path, ".", "model.safetensors"))
            .ShouldContain("never overwritten");
        File.CreateSymbolicLink(_folder["link.safetensors"], model);
        ToolRun.Fail(2, "fit", model, "-t", "fc1.weight", "--low-rank", "1", "-o", _folder["link.safetensors"]).ShouldContain("never overwritten");
        File.ReadAllBytes(model).ShouldBe(before);
    }

    [Theory]
    [InlineData("fc1.bin", "must end in .safetensors")]
    [InlineData("nowhere/fc1.safetensors", "does not exist")]
    public void An_output_that_cannot_be_written_is_refused_before_the_fit(string name, string message) =>
        ToolRun.Fail(2, "fit", Weights.Model(_folder), "-t", "fc1.weight", "--low-rank", "1", "-o", _folder[name]).ShouldContain(message);

    [Fact]
    public void A_cancelled_fit_leaves_no_file()
    {
        string model = Weights.Model(_folder);
        ToolRun run = ToolRun.Of(
            terminal: false, colours: false, ["fit", model, "-t", "fc1.weight", "--reduce", "4", "-o", Output, "--json"], new CancellationToken(canceled: true));
        run.ExitCode.ShouldBe(130);
        ToolRun.Parse(run.Output).GetProperty("exitCode").GetInt32().ShouldBe(130);
        run.Error.ShouldContain("cancelled");
        _folder.Names.ShouldBe(["model.safetensors"]);
    }

    [Theory]
    [InlineData("fc1.weight", "Fc1")]
    [InlineData("weight", "Layer")]
    [InlineData("model.layers.0.up_proj.weight", "UpProj")]
    [InlineData("classifier.6.weight", "Classifier6")]
    [InlineData("6.weight", "Layer6")]
    public void A_class_is_named_after_the_tensor(string tensor, string name) => Sources.LayerNames.ClassOf(tensor).ShouldBe(name);

    private string[] Arguments(params string[] options) => ["fit", Weights.Model(_folder), "-t", "fc1.weight", .. options, "-o", Output];

    private JsonElement Fit(params string[] options) => ToolRun.Json(Arguments(options));

    private double OutputError(float[] samples)
    {
        float[] weight = Weights.Matrix();
        double[] fitted = Factors.Expand(Output, Weights.Outputs, Weights.Inputs);
        double error = 0, energy = 0;
        foreach (float[] x in samples.Chunk(Weights.Inputs))
        {
            for (int i = 0; i < Weights.Outputs; i++)
            {
                double y = 0, z = 0;
                for (int j = 0; j < Weights.Inputs; j++)
                {
                    y += (double)weight[(i * Weights.Inputs) + j] * x[j];
                    z += fitted[(i * Weights.Inputs) + j] * x[j];
                }

                error += (y - z) * (y - z);
                energy += y * y;
            }
        }

        return Math.Sqrt(error / energy);
    }
}
