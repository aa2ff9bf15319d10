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
    private const string FirstFactor = "A.0";

    private readonly Argument<string> _file = new("file") { Description = "A .safetensors file of factors: from fit, or saved by a generated layer" };

    private readonly Option<string?> _layer = new("--layer") { Description = "The layer's name in a file of a whole model", HelpName = "name" };

    private readonly Option<bool> _dense = new("--dense") { Description = "Write the dense weight as nn.Linear stores it (the default)" };

    private readonly Option<bool> _factors = new("--factors") { Description = "Write the factors A.0 [r, m1, n1], B.0 [r, m2, n2], …" };

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
        new("kron export fc1.safetensors -o fc1.npz", "the dense weight and bias for an nn.Linear"),
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
        List<Tensor> tensors = factors ? Factors(weight) : Dense(weight);
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
            const string Suffix = "." + FirstFactor;
            string[] layers =
                [.. file.Tensors.Keys.Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)).Select(name => name[..^Suffix.Length]).Order()];
            if (!file.Tensors.ContainsKey(prefix + FirstFactor) && layers.Length > 0)
            {
                throw new ToolException($"'{path}' has no factors '{prefix}{FirstFactor}'; its layers for --layer are {string.Join(", ", layers)}");
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
        if ((long)weight.Outputs * weight.Inputs > Array.MaxLength)
        {
            throw new ToolException(FormattableString.Invariant($"the dense weight of {weight.Outputs:N0} × {weight.Inputs:N0} exceeds an array; --factors writes the factors"));
        }

        float[] dense = new float[weight.Outputs * weight.Inputs];
        weight.ToDense(dense);
        return [new("weight", [weight.Outputs, weight.Inputs], dense), .. Bias(weight)];
    }

    private static List<Tensor> Factors(KroneckerWeight weight)
    {
        List<Tensor> tensors = [];
        ReadOnlySpan<float> rest = weight.Factors;
        foreach (ShapeGroup group in weight.Groups)
        {
            string index = FormattableString.Invariant($"{tensors.Count / 2}");
            Take(ref rest, "A." + index, [group.R, group.M1, group.N1], tensors);
            Take(ref rest, "B." + index, [group.R, group.M2, group.N2], tensors);
        }

        tensors.AddRange(Bias(weight));
        return tensors;
    }

    private static void Take(ref ReadOnlySpan<float> rest, string name, int[] shape, List<Tensor> tensors)
    {
        int length = shape[0] * shape[1] * shape[2];
        tensors.Add(new Tensor(name, shape, rest[..length].ToArray()));
        rest = rest[length..];
    }

    private static Tensor[] Bias(KroneckerWeight weight) => weight.Bias.IsEmpty ? [] : [new Tensor("bias", [weight.Outputs], weight.Bias.ToArray())];

    private static void Write(string output, List<Tensor> tensors)
    {
        if (Path.GetExtension(output).Equals(".npz", StringComparison.OrdinalIgnoreCase))
        {
            Npz.Write(output, tensors.Select(tensor => KeyValuePair.Create(tensor.Name, new NpyArray(tensor.Values, tensor.Shape))));
        }
        else
        {
            Safetensors.Write(output, tensors.Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, tensor.Values)));
        }
    }

    private sealed record Tensor(string Name, int[] Shape, float[] Values);
}
