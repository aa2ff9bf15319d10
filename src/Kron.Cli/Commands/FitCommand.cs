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
    private const int ShownValues = 8;

    private readonly Argument<string> _file = new("file") { Description = "A .safetensors, .npz or .npy file" };

    private readonly Option<string?> _tensor = new("--tensor", "-t") { Description = "The weight, outputs × inputs; not needed where the file has one matrix", HelpName = "name" };

    private readonly ShapeOptions _shapes = new();

    private readonly Option<int?> _lowRank = Numbers.Whole("--low-rank", 1, "A low-rank term U·V of that rank, alone or beside other shapes");

    private readonly BudgetOptions _budgets = new();

    private readonly Option<string?> _bias = new("--bias") { Description = "The bias; name.bias beside name.weight by default, where there is one", HelpName = "name" };

    private readonly Option<bool> _noBias = new("--no-bias") { Description = "Leave the bias out" };

    private readonly Option<string?> _calibration = new("--calibration")
    {
        Description = "Inputs that the layer saw, samples × inputs (.npy, .npz or .safetensors): fit the outputs on them rather than the weight",
        HelpName = "X.npy",
    };

    private readonly Option<string?> _calibrationTensor = new("--calibration-tensor") { Description = "The tensor of the calibration file, where more than one fits", HelpName = "name" };

    private readonly Option<int?> _seed = Numbers.Whole("--seed", 0, "Seeds the iterative solver (0)");

    private readonly Option<string?> _class = new("--class") { Description = "The name of the class in the C#; from the tensor's by default", HelpName = "name" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The .safetensors file for the factors", HelpName = "file", Required = true };

    public FitCommand(ToolConsole console)
        : base("fit", "Fits a weight to a sum of Kronecker products, saves the factors, and writes the C# that loads them to standard output.", console)
    {
        Add(_file);
        Add(_tensor);
        _shapes.AddTo(this);
        Add(_lowRank);
        _budgets.AddTo(this);
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
    ];

    protected override int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_file), output = parsed.GetRequiredValue(_output);
        string? calibration = parsed.GetValue(_calibration);
        OutputFile.Check(output, calibration is null ? [path] : [path, calibration], ".safetensors");
        using WeightFile file = WeightFile.Open(path);
        WeightMatrix weight = WeightMatrix.Read(file, parsed.GetValue(_tensor));
        (string? biasName, float[]? bias) = Bias(parsed, file, weight);
        string className = parsed.GetValue(_class) ?? LayerNames.ClassOf(weight.Name);
        if (!SyntaxFacts.IsValidIdentifier(className))
        {
            throw new ToolException($"--class needs a name that C# allows, found '{className}'");
        }

        FitReport report = null!;
        KroneckerWeight fitted = LiveProgress.Run(Console, show =>
        {
            IReadOnlyList<ShapeGroup> groups = Groups(parsed, weight, show);
            InputMoments? inputs = calibration is null
                ? null
                : Calibration.Read(calibration, parsed.GetValue(_calibrationTensor), weight, Console.Cancellation);
            FitOptions options = new()
            {
                Seed = parsed.GetValue(_seed) ?? 0,
                WeightName = weight.Name,
                CancellationToken = Console.Cancellation,
                Progress = new FitProgressText(show),
                Inputs = inputs,
            };
            return LibraryCall.Run(() => KroneckerWeight.Fit(
                weight.Values, weight.Outputs, weight.Inputs, groups, options, out report, bias, _shapes.Image(parsed)));
        });
        CheckBudgets(parsed, report);
        Console.Cancellation.ThrowIfCancellationRequested();
        fitted.Save(output);
        FitResult result = Result(path, weight.Name, biasName, output, className, fitted, report);
        if (IsJson(parsed))
        {
            JsonOutput.Write(Console, result);
        }
        else
        {
            Write(result);
        }

        return ExitCode.Success;
    }

    private (string? Name, float[]? Values) Bias(ParseResult parsed, WeightFile file, WeightMatrix weight)
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

    /// <summary>The stated shapes, or those that the search chooses.</summary>
    private IReadOnlyList<ShapeGroup> Groups(ParseResult parsed, WeightMatrix weight, Action<string, double> show)
    {
        List<ShapeGroup> groups = [.. _shapes.Groups(parsed)];
        if (parsed.GetValue(_lowRank) is { } rank)
        {
            // Padding is shared by all shapes of a sum.
            (int outputs, int inputs) = groups.Count == 0 ? (weight.Outputs, weight.Inputs) : (groups[0].M1 * groups[0].M2, groups[0].N1 * groups[0].N2);
            groups.Add(new ShapeGroup(1, outputs, inputs, 1, rank));
        }

        if (groups.Count > 0)
        {
            CheckPadding(parsed, weight, groups[0]);
            return groups;
        }

        return _budgets.IsAny(parsed)
            ? Chosen(parsed, Searching.Run(Console, weight, _budgets.Search(parsed, weight.Values.Length), show)).Groups
            : throw new ToolException("fit needs a shape, --shape m1,m2,n1,n2 --rank r or --term m1,m2,n1,n2,r or --low-rank r, or a budget to choose one by, --reduce 20 or --max-error 0.1");
    }

    /// <summary>The smallest candidate that reaches an error which is asked for, else the nearest.</summary>
    private SearchCandidate Chosen(ParseResult parsed, SearchResult search) =>
        _budgets.MaxError(parsed) is null ? search.Front.MinBy(candidate => candidate.RelativeError)! : search.Front[0];

    /// <summary>Holds the fit to the budgets, and its outputs to the error where these are what was fitted.</summary>
    private void CheckBudgets(ParseResult parsed, FitReport report)
    {
        SearchOptions budgets = _budgets.Search(parsed, report.DenseParameters);
        Check("parameters", report.Parameters, budgets.MaxParameters);
        Check("multiply-adds", report.MultiplyAdds, budgets.MaxMultiplyAdds);
        Check(
            report.OutputError is null ? "relative error" : "output error", report.OutputError ?? report.RelativeError, budgets.MaxError);

        static void Check(string what, double value, double? most)
        {
            // The search's own figures are those of factors in double precision.
            if (most is { } limit && value > limit * (1 + 1e-5))
            {
                throw new ToolException($"the fit has {what} {TableText.Significant(value)}, above the {TableText.Significant(limit)} that is allowed; no file was written", ExitCode.Failure);
            }
        }
    }

    /// <summary>A shape that is larger than the weight pads it: on request, not by a slip.</summary>
    private void CheckPadding(ParseResult parsed, WeightMatrix weight, ShapeGroup shape)
    {
        long outputs = ((long)shape.M1 * shape.M2) - weight.Outputs, inputs = ((long)shape.N1 * shape.N2) - weight.Inputs;
        long needed = Math.Max(outputs, inputs);
        if (outputs < 0 || inputs < 0 || needed > _budgets.Padding(parsed))
        {
            string hint = outputs < 0 || inputs < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (--padding {needed} allows it)");
            throw new ToolException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{weight.Name}' is {weight.Outputs} × {weight.Inputs}, but the shape {shape.M1},{shape.M2},{shape.N1},{shape.N2} is {(long)shape.M1 * shape.M2} × {(long)shape.N1 * shape.N2}{hint}"));
        }
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
        [.. fitted.Groups.Select(ShapeResult.Of)],
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

    private void Write(FitResult result)
    {
        List<IReadOnlyList<string>> rows =
        [
            ["relative error", TableText.Significant(result.RelativeError), result.Sweeps == 0 ? "" : $"{TableText.Significant(result.GreedyError)} before {TableText.Count(result.Sweeps)} sweeps"],
            .. OutputError(result),
            ["energy kept", TableText.Percent(result.EnergyKept), ""],
            ["parameters", TableText.Count(result.Parameters), TableText.Fewer(result.Parameters, result.DenseParameters)],
            ["multiply-adds", TableText.Count(result.MultiplyAdds), TableText.Fewer(result.MultiplyAdds, result.DenseMultiplyAdds)],
            ["time", TableText.Significant(result.Seconds) + " s", result.Converged ? "" : "the solver ran out of passes; the best it found is used"],
            .. result.Shapes.Select((shape, i) => (IReadOnlyList<string>)[$"singular values of {shape}", "", Values(result.SingularValues[i])]),
        ];
        Note($"{result.Tensor}: {TensorEntry.Text([result.Outputs, result.Inputs])} → {string.Join(" + ", result.Shapes)}, saved to {result.Output}");
        TableText.Write(Console.Notes, [new(""), TableColumnText.Number(""), new("")], rows);
        Console.Output.WriteLine(result.CSharp);
    }

    private static IEnumerable<IReadOnlyList<string>> OutputError(FitResult result) => result is { OutputError: { } error, InitialOutputError: { } initial }
        ? [["output error", TableText.Significant(error), $"{TableText.Significant(initial)} before calibration"]]
        : [];

    private static string Values(IReadOnlyList<double> values) =>
        string.Join(", ", values.Take(ShownValues).Select(TableText.Significant)) + (values.Count > ShownValues ? $", …, {TableText.Significant(values[^1])}" : "");
}
