using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Kron.Cli.Output;
using Kron.Cli.Sources;

namespace Kron.Cli.Commands;

/// <summary>Lists the tensors of a file and what Kronecker layers could save.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private const string Matrix = "matrix", Convolution = "convolution", Factor = "factor", Other = "other";

    private const int KernelAxes = 4;

    // A matrix below this is not worth a layer of its own.
    private const int SmallestSide = 4;

    private static readonly int[] Ranks = [1, 4, 16, 64];

    private readonly Argument<string> _file = new("file") { Description = "A .safetensors, .npz or .npy file" };

    public InspectCommand(ToolConsole console)
        : base("inspect", "Lists the tensors of a file, which of them can be Kronecker layers, and what a balanced shape would save. Nothing is fitted.", console) =>
        Add(_file);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("kron inspect model.safetensors", "what is in it, and what could be smaller?"),
        new("kron inspect weights.npz --json", "the same for a script"),
    ];

    protected override int Run(ParseResult parsed)
    {
        using WeightFile file = WeightFile.Open(parsed.GetRequiredValue(_file));
        TensorResult[] tensors = [.. file.Tensors.Select(Describe)];
        var result = new InspectResult(
            file.Path, file.Format, tensors.Sum(tensor => tensor.Parameters), tensors.Sum(tensor => tensor.Bytes), file.Metadata, tensors);
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

    private static TensorResult Describe(TensorEntry tensor)
    {
        string kind = tensor switch
        {
            { IsReadable: false } => Other,
            _ when LayerNames.IsFactor(tensor) => Factor,
            { Shape: [>= SmallestSide and <= int.MaxValue, >= SmallestSide and <= int.MaxValue] } => Matrix,
            { Shape.Count: 3 or 4 or 5 } => Convolution,
            _ => Other,
        };
        string note = kind switch
        {
            Matrix => Primes((int)tensor.Shape[0], (int)tensor.Shape[1]),
            Convolution when tensor.Shape.Count != KernelAxes => "only kernels o × c × h × w, as of nn.Conv2d, can be a layer",
            _ => "",
        };
        return new TensorResult(
            tensor.Name, tensor.Shape, tensor.ElementType, tensor.Length, tensor.Bytes, kind, note, Estimate(tensor, kind));
    }

    private static string Primes(int outputs, int inputs)
    {
        string[] primes = [.. new[] { ("outputs", outputs), ("inputs", inputs) }
            .Where(side => BalancedShape.IsPrime(side.Item2))
            .Select(side => string.Create(CultureInfo.InvariantCulture, $"{side.Item2} {side.Item1}"))];
        return primes.Length == 0 ? "" : $"{string.Join(" and ", primes)}: prime, --padding allows more shapes";
    }

    private static EstimateResult[] Estimate(TensorEntry tensor, string kind)
    {
        bool isKernels = kind == Convolution && tensor.Shape.Count == KernelAxes && tensor.Shape.All(extent => extent is >= 1 and <= int.MaxValue);
        if (kind != Matrix && !isKernels)
        {
            return [];
        }

        int[] extents = [.. tensor.Shape.Select(extent => (int)extent)];
        ShapeGroup shape = isKernels ? BalancedShape.Of(extents[0], extents[1], extents[2], extents[3]) : BalancedShape.Of(extents[0], extents[1]);
        long each = BalancedShape.Parameters(shape), left = (long)shape.M1 * shape.N1 * shape.H1 * shape.W1;
        return
        [
            .. Ranks.Where(rank => rank * each < tensor.Length && rank <= Math.Min(left, each - left)).Select(rank => new EstimateResult(
                isKernels ? ShapeResult.OfKernels(shape with { R = rank }) : ShapeResult.Of(shape with { R = rank }), rank * each, (double)tensor.Length / (rank * each))),
        ];
    }

    private void Write(InspectResult result)
    {
        Console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.File}: {result.Format}, {result.Tensors.Count:N0} {(result.Tensors.Count == 1 ? "tensor" : "tensors")}, "
            + $"{result.Parameters:N0} parameters, {TableText.Bytes(result.Bytes)}"));
        if (result.Tensors.Count > 0)
        {
            TableText.Write(
                Console.Tables,
                [
                    new("tensor"),
                    new("shape"),
                    new("type", SpareAs: 1),
                    TableColumnText.Number("size"),
                    new("balanced"),
                    .. Ranks.Select((rank, i) => TableColumnText.Number(string.Create(CultureInfo.InvariantCulture, $"r = {rank}"), (2 * i) % Ranks.Length + 2)),
                ],
                result.Tensors.Select(Row));
        }

        foreach ((string key, string value) in result.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Console.Output.WriteLine($"{key}: {value}");
        }

        foreach (IGrouping<string, TensorResult> group in result.Tensors.Where(tensor => tensor.Note.Length > 0).GroupBy(tensor => tensor.Note))
        {
            Console.Output.WriteLine($"{group.Key} ({TensorNames.Some(group.Select(tensor => tensor.Name))})");
        }

        bool matrices = result.Tensors.Any(tensor => tensor.Kind == Matrix);
        bool kernels = result.Tensors.Any(tensor => tensor is { Kind: Convolution, Estimates.Count: > 0 });
        if (matrices || kernels)
        {
            string shape = (matrices ? "m1,m2,n1,n2" : "") + (matrices && kernels ? " or " : "") + (kernels ? "o1,c1,h1,w1,o2,c2,h2,w2 of a convolution" : "");
            Console.Output.WriteLine(
                $"balanced: a shape {shape}, and how many times fewer parameters r products of it have{(matrices ? ". What fits a weight: kron search" : "")}");
        }
    }

    private static string[] Row(TensorResult tensor)
    {
        ShapeResult? shape = tensor.Estimates.Count > 0 ? tensor.Estimates[0].Shape : null;
        return
        [
            tensor.Name,
            TensorEntry.Text(tensor.Shape),
            tensor.ElementType,
            TableText.Bytes(tensor.Bytes),
            shape?.SizesText() ?? "",
            .. Ranks.Select((_, i) => i < tensor.Estimates.Count ? TableText.Times(tensor.Estimates[i].Reduction) : ""),
        ];
    }
}
