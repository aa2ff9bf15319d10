using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Kron.Cli.Output;
using Kron.Cli.Sources;
using Kron.IO;

namespace Kron.Cli.Commands;

/// <summary>Adds LoKr adapters to the weights that they were trained for.</summary>
internal sealed class MergeLoKrCommand : ToolCommand
{
    private const string Single = "F32";

    // The library asks for the values of a tensor to check them, to describe them and to write them.
    private const int Passes = 3;

    private readonly Argument<string> _base = new("base") { Description = "The weights: a .safetensors, .npz or .npy file" };

    private readonly Argument<string> _adapter = new("adapter") { Description = "The LoKr adapters of LyCORIS or PEFT: a .safetensors file" };

    private readonly Option<string?> _config = new("--adapter-config") { Description = "PEFT's adapter_config.json; the one beside the adapter by default", HelpName = "file" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The .safetensors file to write", HelpName = "file", Required = true };

    public MergeLoKrCommand(ToolConsole console)
        : base("merge-lokr", "Adds LoKr adapters, ΔW = s · w1 ⊗ w2, to the weights that they were trained for. Everything else is copied; all is written as 32-bit floats.", console)
    {
        Add(_base);
        Add(_adapter);
        Add(_config);
        Add(_output);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("kron merge-lokr model.safetensors adapter.safetensors -o merged.safetensors", "weights with the adapters in them"),
        new("kron merge-lokr model.safetensors adapter_model.safetensors --adapter-config adapter_config.json -o merged.safetensors", "a PEFT adapter whose configuration lies elsewhere"),
    ];

    protected override int Run(ParseResult parsed)
    {
        string basePath = parsed.GetRequiredValue(_base), adapterPath = parsed.GetRequiredValue(_adapter), output = parsed.GetRequiredValue(_output);
        string? config = parsed.GetValue(_config);
        OutputFile.Check(output, config is null ? [basePath, adapterPath] : [basePath, adapterPath, config], ".safetensors");
        using WeightFile file = WeightFile.Open(basePath);
        WeightFile.CheckExists(adapterPath);
        LoKrFile adapters = LoKr.Open(adapterPath, config);
        Dictionary<string, LoKrAdapter> matches = [];
        List<UnmatchedAdapter> unmatched = [];
        foreach (LoKrAdapter adapter in adapters.Adapters)
        {
            if (Match(adapter, file, matches) is { } reason)
            {
                unmatched.Add(new UnmatchedAdapter(adapter.Name, reason));
            }
        }

        if (matches.Count == 0)
        {
            throw new ToolException($"no adapter fits a weight of '{basePath}'; {unmatched[0].Adapter}: {unmatched[0].Reason}", ExitCode.Failure);
        }

        LiveProgress.Run(Console, show => Write(output, file, matches, show));
        var result = new MergeResult(
            basePath,
            adapterPath,
            output,
            [.. matches.Select(pair => new MergedAdapter(pair.Value.Name, pair.Key, ShapeResult.Of(pair.Value.Shape), pair.Value.Scale))],
            unmatched,
            adapters.Skipped,
            file.Tensors.Count - matches.Count,
            [.. file.Tensors.Where(tensor => tensor.ElementType is not (Single or "f4")).Select(tensor => new ConvertedTensor(tensor.Name, tensor.ElementType))]);
        if (IsJson(parsed))
        {
            JsonOutput.Write(Console, result);
        }
        else
        {
            Report(result);
        }

        return unmatched.Count == 0 && adapters.Skipped.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Finds an adapter's weight.</summary>
    /// <returns>Why there is none, or null.</returns>
    private static string? Match(LoKrAdapter adapter, WeightFile file, Dictionary<string, LoKrAdapter> matches)
    {
        IReadOnlyList<string> found = new AdapterNames(file.Tensors.Select(tensor => tensor.Name)).Find(adapter.Name);
        if (found.Count != 1)
        {
            return found.Count == 0
                ? $"no weight of that name; the nearest names are {string.Join(", ", TensorNames.Near(adapter.Name, file.Tensors.Select(tensor => tensor.Name)))}"
                : $"several weights may be meant: {string.Join(", ", found)}";
        }

        TensorEntry tensor = file.Find(found[0]);
        long positions = adapter.Kernel.Aggregate(1L, (product, extent) => product * extent);
        if (tensor.Shape.Count < 2 || tensor.Shape[0] != adapter.Outputs || tensor.Length != adapter.Outputs * adapter.Inputs * positions)
        {
            IEnumerable<long> shape = new long[] { adapter.Outputs, adapter.Inputs }.Concat(adapter.Kernel.Select(extent => (long)extent));
            return $"the weight '{tensor.Name}' is {tensor.ShapeText}, the adapter {TensorEntry.Text([.. shape])}";
        }

        return matches.TryAdd(tensor.Name, adapter) ? null : $"the weight '{tensor.Name}' is also meant by '{matches[tensor.Name].Name}'";
    }

    private bool Write(string output, WeightFile file, Dictionary<string, LoKrAdapter> matches, Action<string, double> show)
    {
        int done = 0;
        Safetensors.Write(output, file.Tensors.Select(tensor => new SafetensorsTensor(tensor.Name, Shape(file, tensor), () => Values(tensor))), file.Metadata);
        return true;

        ReadOnlySpan<float> Values(TensorEntry tensor)
        {
            Console.Cancellation.ThrowIfCancellationRequested();
            show(tensor.Name, (double)done++ / (Passes * file.Tensors.Count));
            float[] values = file.ReadExactly(tensor);
            if (matches.TryGetValue(tensor.Name, out LoKrAdapter? adapter))
            {
                float[] delta = new float[values.Length];
                adapter.ToDense(delta);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] += delta[i];
                }
            }

            return values;
        }
    }

    private static int[] Shape(WeightFile file, TensorEntry tensor) => tensor.Shape.All(extent => extent <= int.MaxValue)
        ? [.. tensor.Shape.Select(extent => (int)extent)]
        : throw new ToolException($"tensor '{tensor.Name}' of '{file.Path}' is {tensor.ShapeText}, which is too large to write");

    private void Report(MergeResult result)
    {
        TableText.Write(
            Console.Tables,
            [new("weight"), new("adapter", SpareAs: 1), new("w1 ⊗ w2"), TableColumnText.Number("scale")],
            result.Merged.Select(merged => (IReadOnlyList<string>)
            [
                merged.Tensor,
                merged.Adapter,
                string.Create(CultureInfo.InvariantCulture, $"{merged.Shape.M1} × {merged.Shape.N1} ⊗ {merged.Shape.M2} × {merged.Shape.N2}"),
                TableText.Significant(merged.Scale),
            ]));
        Console.Output.WriteLine($"{result.Output}: {TableText.Count(result.Merged.Count)} merged, {TableText.Count(result.Copied)} copied");
        foreach (IGrouping<string, ConvertedTensor> group in result.Converted.GroupBy(tensor => tensor.ElementType))
        {
            Note($"now 32-bit floats instead of {group.Key}: {TensorNames.Some(group.Select(tensor => tensor.Tensor))}");
        }

        foreach (UnmatchedAdapter unmatched in result.Unmatched)
        {
            Note($"not merged: {unmatched.Adapter}: {unmatched.Reason}");
        }

        if (result.Skipped.Count > 0)
        {
            Note($"not merged, no part of a LoKr adapter: {TensorNames.Some(result.Skipped)}");
        }
    }
}
