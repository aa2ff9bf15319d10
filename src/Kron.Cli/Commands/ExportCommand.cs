using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Kron.Cli.Output;
using Kron.Cli.Sources;
using Kron.Decomposition;
using Kron.IO;

namespace Kron.Cli.Commands;

/// <summary>Turns a file of factors into one that PyTorch loads.</summary>
internal sealed class ExportCommand : ToolCommand
{
    // What a layer of factors has: A.0, or V of a low-rank convolution.
    private static readonly string[] FirstFactors = ["A.0", "V"];

    private const string Bias = "bias";

    private readonly Argument<string> _file = new("file") { Description = "A .safetensors file of factors: from fit, or saved by a generated layer" };

    private readonly Option<string?> _layer = new("--layer") { Description = "The layer's name in a file of a whole model", HelpName = "name" };

    private readonly Option<bool> _dense = new("--dense") { Description = "Write the dense weight as nn.Linear or nn.Conv2d stores it (the default)" };

    private readonly Option<bool> _factors = new("--factors") { Description = "Write the factors A.0, B.0, … or V and H" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The .npz or .safetensors file to write", HelpName = "file", Required = true };

    public ExportCommand(ToolConsole console)
        : base("export", "Turns factors into a file that PyTorch loads, and writes the three lines of Python that use it to standard output.", console)
    {
        Add(_file);
        Add(_layer);
        Add(_dense);
        Add(_factors);
        Add(_output);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("kron export fc1.safetensors -o fc1.npz", "the dense weight and bias for an nn.Linear or nn.Conv2d"),
        new("kron export model.safetensors --layer hidden --factors -o hidden.npz", "the factors of one layer of a model, for a function of three lines"),
    ];

    protected override int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_file), output = parsed.GetRequiredValue(_output);
        bool factors = parsed.GetValue(_factors);
        if (factors && parsed.GetValue(_dense))
        {
            throw new ToolException("--dense and --factors contradict each other");
        }

        WeightFile.CheckExists(path);
        OutputFile.Check(output, [path], ".npz", ".safetensors");
        KroneckerWeight weight = Load(path, parsed.GetValue(_layer) ?? "");
        List<Tensor> tensors = factors ? Tensors(weight) : Dense(weight);
        Console.Cancellation.ThrowIfCancellationRequested();
        Write(output, tensors);
        var result = new ExportResult(
            path,
            output,
            factors ? "factors" : "dense",
            weight.Outputs,
            weight.Inputs,
            [.. tensors.Select(tensor => new ExportedTensor(tensor.Name, tensor.Shape))],
            factors ? PythonText.Factors(weight, output) : PythonText.Dense(weight, output));
        if (IsJson(parsed))
        {
            JsonOutput.Write(Console, result);
        }
        else
        {
            Note($"{output}: {string.Join(", ", tensors.Select(tensor => $"{tensor.Name} {TensorEntry.Text([.. tensor.Shape.Select(extent => (long)extent)])}"))}");
            Console.Output.WriteLine(result.Python);
        }

        return ExitCode.Success;
    }

    private KroneckerWeight Load(string path, string layer)
    {
        using (SafetensorsFile file = Safetensors.Open(path))
        {
            string prefix = layer.Length == 0 ? "" : layer + ".";
            string[] layers =
            [
                .. FirstFactors.SelectMany(factor => file.Tensors.Keys.Where(name => name.EndsWith("." + factor, StringComparison.Ordinal)).Select(name => name[..^(factor.Length + 1)])).Order(),
            ];
            if (layers.Length > 0 && !FirstFactors.Any(factor => file.Tensors.ContainsKey(prefix + factor)))
            {
                throw new ToolException($"'{path}' has no factors '{prefix}{string.Join($"' or '{prefix}", FirstFactors)}'; its layers for --layer are {string.Join(", ", layers)}");
            }

            if (file.Metadata.TryGetValue(prefix + "attributes", out string? attributes) && attributes.Contains("Activation =", StringComparison.Ordinal))
            {
                Note("the layer's activation is no part of its weight: apply it in Python");
            }
        }

        return KroneckerWeight.Load(path, layer);
    }

    private static List<Tensor> Dense(KroneckerWeight weight)
    {
        long length = weight.Shape.Aggregate(1L, (product, extent) => product * extent);
        if (length > Array.MaxLength)
        {
            string shape = TensorEntry.Text([.. weight.Shape.Select(extent => (long)extent)]);
            throw new ToolException($"the dense weight of {shape} exceeds an array; --factors writes the factors");
        }

        float[] dense = new float[length];
        weight.ToDense(dense);
        return [new("weight", weight.Shape, dense), .. Tensors(weight).Where(tensor => tensor.Name == Bias)];
    }

    private static List<Tensor> Tensors(KroneckerWeight weight)
    {
        float[] parameters = [.. weight.Factors, .. weight.Bias];
        return [.. weight.Tensors.Select(tensor => new Tensor(tensor.Name, tensor.Shape, parameters[tensor.Offset..(tensor.Offset + tensor.Length)]))];
    }

    private static void Write(string output, List<Tensor> tensors)
    {
        if (Path.GetExtension(output).Equals(".npz", StringComparison.OrdinalIgnoreCase))
        {
            Npz.Write(output, tensors.Select(tensor => KeyValuePair.Create(tensor.Name, new NpyArray(tensor.Values, [.. tensor.Shape]))));
        }
        else
        {
            Safetensors.Write(output, tensors.Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, tensor.Values)));
        }
    }

    private sealed record Tensor(string Name, IReadOnlyList<int> Shape, float[] Values);
}
