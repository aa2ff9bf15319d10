using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Kron.Cli.Arguments;
using Kron.Cli.Output;
using Kron.Cli.Sources;
using Kron.Decomposition;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Cli.Commands;

/// <summary>Fits a weight to a layer, saves the factors, and shows the C# that loads them.</summary>
internal sealed class FitCommand : ToolCommand
{
    private readonly WeightOptions _weight = new(allowsKernels: true);

    private readonly ShapeChoice _shapes;

    private readonly Option<string?> _bias = new("--bias") { Description = "The bias; name.bias beside name.weight by default, where there is one", HelpName = "name" };

    private readonly Option<bool> _noBias = new("--no-bias") { Description = "Leave the bias out" };

    private readonly Option<string?> _calibration = new("--calibration")
    {
        Description = "Inputs that the layer saw, samples × inputs (.npy, .npz or .safetensors): fit the outputs on them rather than the weight",
        HelpName = "X.npy",
    };

    private readonly Option<string?> _calibrationTensor = new("--calibration-tensor")
    {
        Description = "The tensor of the calibration file, where more than one fits",
        HelpName = "name",
    };

    private readonly Option<int?> _seed = Numbers.Whole("--seed", 0, "Seeds the iterative solver (0)");

    private readonly Option<string?> _class = new("--class") { Description = "The name of the class in the C#; from the tensor's by default", HelpName = "name" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The .safetensors file for the factors", HelpName = "file", Required = true };

    public FitCommand(ToolConsole console)
        : base("fit", "Fits a weight to a sum of Kronecker products, saves the factors, and writes the C# that loads them to standard output.", console)
    {
        _shapes = new ShapeChoice(console);
        _weight.AddTo(this);
        _shapes.AddTo(this);
        Add(_bias);
        Add(_noBias);
        Add(_calibration);
        Add(_calibrationTensor);
        Add(_seed);
        Add(_class);
        Add(_output);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("kron fit model.safetensors --tensor fc1.weight --shape 64,4,256,25 --rank 5 -o fc1.safetensors", "five products of a stated shape"),
        new("kron fit model.safetensors -t fc1.weight --reduce 20 -o fc1.safetensors", "whatever shape is nearest at a twentieth of the parameters"),
        new("kron fit model.safetensors -t fc1.weight --max-error 0.1 --calibration inputs.npy -o fc1.safetensors", "the smallest shape within the error, then fitted to inputs that the layer saw"),
        new("kron fit model.safetensors -t fc1.weight --term 64,4,256,25,3 --low-rank 2 -o fc1.safetensors", "a sum of two shapes, one of them low-rank"),
        new("kron fit model.safetensors -t fc1.weight --shape 64,4,256,25 -r 5 --image 256,5,5 --formulation I -o fc1.safetensors", "a layer that reads an image"),
        new("kron fit model.safetensors -t conv2.weight --shape 32,16,5,1 -r 2 --image 16,12,12 --zero-padding 2 -o conv2.safetensors", "a convolution: two products of 5 × 1 and 1 × 5 kernels"),
        new("kron fit model.safetensors -t conv2.weight --low-rank 12 --image 16,12,12 --zero-padding 2 -o conv2.safetensors", "a vertical and a horizontal convolution, twelve channels between them"),
    ];

    protected override int Run(ParseResult parsed)
    {
        string path = _weight.Path(parsed), output = parsed.GetRequiredValue(_output);
        string? calibration = parsed.GetValue(_calibration);
        OutputFile.Check(output, calibration is null ? [path] : [path, calibration], ".safetensors");
        using WeightFile file = WeightFile.Open(path);
        DenseWeight weight = _weight.Read(parsed, file);
        if (calibration is not null && weight.Kernel is not null)
        {
            throw new ToolException($"--calibration fits a matrix to its inputs, but '{weight.Name}', {weight.ShapeText}, is a convolution; leave it out to fit the weight alone");
        }

        (string? biasName, float[]? bias) = Bias(parsed, file, weight);
        string className = parsed.GetValue(_class) ?? LayerNames.ClassOf(weight.Name);
        if (!SyntaxFacts.IsValidIdentifier(className) || SyntaxFacts.GetKeywordKind(className) != SyntaxKind.None)
        {
            throw new ToolException($"--class needs a name that C# allows, found '{className}'");
        }

        FitReport report = null!;
        KroneckerWeight fitted = LiveProgress.Run(Console, show =>
        {
            InputMoments? inputs = calibration is null
                ? null
                : Calibration.Read(calibration, parsed.GetValue(_calibrationTensor), weight, Note, Console.Cancellation);
            FitOptions options = new()
            {
                Seed = parsed.GetValue(_seed) ?? 0,
                WeightName = weight.Name,
                CancellationToken = Console.Cancellation,
                Progress = new FitProgressText(show),
                Inputs = inputs,
            };
            return _shapes.Fit(parsed, weight, bias, options, show, out report);
        });
        _shapes.CheckReached(parsed, report);
        Console.Cancellation.ThrowIfCancellationRequested();
        fitted.Save(output);
        FitResult result = Result(path, weight.Name, biasName, output, className, fitted, report);
        if (IsJson(parsed))
        {
            JsonOutput.Write(Console, result);
        }
        else
        {
            FitTable.Write(Console, result);
            Console.Output.WriteLine(result.CSharp);
        }

        return ExitCode.Success;
    }

    private (string? Name, float[]? Values) Bias(ParseResult parsed, WeightFile file, DenseWeight weight)
    {
        string? given = parsed.GetValue(_bias);
        if (parsed.GetValue(_noBias))
        {
            return given is null ? (null, null) : throw new ToolException("--bias and --no-bias contradict each other");
        }

        string? name = given ?? LayerNames.BiasOf(weight.Name);
        if (name is null || (given is null && file.Tensors.All(tensor => tensor.Name != name)))
        {
            return (null, null);
        }

        TensorEntry tensor = file.Find(name);
        if (tensor.Shape.Count != 1 || tensor.Shape[0] != weight.Outputs)
        {
            throw new ToolException(string.Create(
                CultureInfo.InvariantCulture,
                $"bias '{name}' of '{file.Path}' is {tensor.ShapeText}; expected {weight.Outputs}, one for each output of '{weight.Name}' (--no-bias leaves it out)"));
        }

        float[] values = file.Read(tensor);
        if (given is null)
        {
            Note($"taking the bias '{name}' along (--no-bias leaves it out)");
        }

        return (name, values);
    }

    private static FitResult Result(string path, string tensor, string? bias, string output, string className, KroneckerWeight fitted, FitReport report) => new(
        path,
        tensor,
        bias,
        output,
        fitted.Attributes,
        CSharpText.Of(fitted.Attributes, className, output),
        fitted.Outputs,
        fitted.Inputs,
        fitted.Convolution is { } convolution ? [convolution.KernelHeight, convolution.KernelWidth] : null,
        [.. fitted.Groups.Select(group => fitted.Convolution is null ? ShapeResult.Of(group) : ShapeResult.OfKernels(group))],
        report.RelativeError,
        report.EnergyKept,
        report.GreedyError,
        report.Sweeps,
        report.OutputError,
        report.InitialOutputError,
        report.Parameters,
        report.DenseParameters,
        report.MultiplyAdds,
        report.DenseMultiplyAdds,
        report.Converged,
        report.Elapsed.TotalSeconds,
        [.. report.Groups.Select(group => group.SingularValues)]);
}
