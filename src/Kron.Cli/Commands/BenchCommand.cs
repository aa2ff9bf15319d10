using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Kron.Cli.Arguments;
using Kron.Cli.Measuring;
using Kron.Cli.Output;
using Kron.Cli.Sources;
using Kron.CompilerServices;
using Kron.Decomposition;

namespace Kron.Cli.Commands;

/// <summary>Compiles a layer here and now and times it beside the dense layer of the same sizes.</summary>
internal sealed class BenchCommand : ToolCommand
{
    private readonly ShapeOptions _shapes = new();

    private readonly ConvolutionOptions _convolution = new();

    private readonly Option<int[]> _batches = new("--batch")
    {
        Description = "Samples per call, one or more sizes",
        HelpName = "k,…",
        DefaultValueFactory = _ => [1, 16, 256],
        CustomParser = result => ShapeText.TryParse(Numbers.Value(result), out int[] numbers)
            ? numbers
            : Numbers.Fail<int[]>(result, $"--batch needs positive numbers such as 1,16,256, found '{Numbers.Value(result)}'"),
    };

    private readonly Option<KernelTarget> _target = new("--target")
    {
        Description = "The instruction set; the best of this machine by default",
        HelpName = "name",
        CustomParser = result => Enum.TryParse(Numbers.Value(result), ignoreCase: true, out KernelTarget target) && Enum.IsDefined(target)
            ? target
            : Numbers.Fail<KernelTarget>(result, $"--target needs one of {string.Join(", ", Enum.GetNames<KernelTarget>())}, found '{Numbers.Value(result)}'"),
    };

    private readonly Option<int?> _outputs = Numbers.Whole("--outputs", 1, "The layer's outputs, where m1·m2 pads them");

    private readonly Option<int?> _inputs = Numbers.Whole("--inputs", 1, "The layer's inputs, where n1·n2 pads them");

    public BenchCommand(ToolConsole console)
        : base("bench", "Compiles a layer in this process and times it beside the dense layer of the same sizes, on one thread.", console)
    {
        _shapes.AddTo(this);
        _convolution.AddTo(this);
        Add(_outputs);
        Add(_inputs);
        Add(_batches);
        Add(_target);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("kron bench --shape 64,4,256,25 --rank 5", "five products in place of a dense 6400 → 256: how much faster?"),
        new("kron bench --shape 32,16,5,1,1,1,1,5 --rank 2 --image 16,12,12 --zero-padding 2", "a convolution 16 → 32 of 5 × 5 kernels: both factors in full, as no weight tells the second one"),
        new("kron bench --term 64,4,256,25,3 --term 128,2,1280,5,1 --batch 1,64 --json", "a sum of two shapes, for a script"),
    ];

    protected override int Run(ParseResult parsed)
    {
        IReadOnlyList<StatedShape> shapes = _shapes.Shapes(parsed);
        if (shapes.Count == 0)
        {
            throw new ToolException(
                "bench needs a layer: --shape m1,m2,n1,n2 --rank r, or --term m1,m2,n1,n2,r; or a convolution: --shape o1,c1,h1,w1,o2,c2,h2,w2 --rank r --image c,h,w");
        }

        string attributes = shapes.Any(shape => shape.IsConvolution) ? AttributesOfConvolution(parsed, shapes) : AttributesOf(parsed, shapes);

        KernelTarget target = Resolve(parsed.GetValue(_target));
        int[] batches = parsed.GetValue(_batches)!;
        BenchResult result = LiveProgress.Run(Console, show => Measure(attributes, target, batches, show));
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

    private BenchResult Measure(string attributes, KernelTarget target, int[] batches, Action<string, double> show)
    {
        show("compiling", 0);
        LayerPair pair = LayerPair.Compile(attributes, target, Console.Cancellation);
        foreach (string warning in pair.Warnings)
        {
            Note(warning);
        }

        double difference = pair.Difference();
        List<BatchResult> rows = [];
        foreach (int batch in batches)
        {
            string title = string.Create(CultureInfo.InvariantCulture, $"batch {batch}");
            double[] seconds = LayerTimer.Measure([pair.Kronecker, pair.Dense], batch, part => show(title, part), Console.Cancellation);
            rows.Add(new BatchResult(
                batch,
                seconds[0] * 1e6,
                seconds[1] * 1e6,
                seconds[1] / seconds[0],
                2e-9 * pair.Info.MultiplyAdds / seconds[0],
                2e-9 * pair.Info.DenseMultiplyAdds / seconds[1]));
        }

        return new BenchResult(
            attributes,
            target.ToString(),
            pair.Info.OutputSize,
            pair.Info.InputSize,
            pair.Info.Parameters,
            pair.Info.DenseParameters,
            pair.Info.MultiplyAdds,
            pair.Info.DenseMultiplyAdds,
            difference,
            rows);
    }

    private static KernelTarget Resolve(KernelTarget requested)
    {
        try
        {
            return KernelTargets.Resolve(requested, Enum.GetValues<KernelTarget>());
        }
        catch (PlatformNotSupportedException error)
        {
            throw new ToolException(error.Message, inner: error);
        }
    }

    private void Write(BenchResult result)
    {
        Console.Output.WriteLine(result.Attributes);
        Console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Inputs:N0} → {result.Outputs:N0}, {result.Target}, one thread; "
            + $"{result.Parameters:N0} parameters ({TableText.Fewer(result.Parameters, result.DenseParameters)}), "
            + $"{result.MultiplyAdds:N0} multiply-adds ({TableText.Fewer(result.MultiplyAdds, result.DenseMultiplyAdds)})"));
        TableText.Write(
            Console.Tables,
            [
                TableColumnText.Number("batch"),
                TableColumnText.Number("µs/sample"),
                TableColumnText.Number("dense µs/sample"),
                TableColumnText.Number("speed-up"),
                TableColumnText.Number("GFLOP/s", 2),
                TableColumnText.Number("dense GFLOP/s", 1),
            ],
            result.Batches.Select(row => (IReadOnlyList<string>)
            [
                TableText.Count(row.Batch),
                TableText.Significant(row.MicrosecondsPerSample),
                TableText.Significant(row.DenseMicrosecondsPerSample),
                TableText.Times(row.SpeedUp),
                TableText.Significant(row.GigaflopsPerSecond),
                TableText.Significant(row.DenseGigaflopsPerSecond),
            ]));
    }

    /// <summary>The attributes of a layer without a bias; the sizes are those of the first shape unless they are given.</summary>
    private string AttributesOf(ParseResult parsed, IReadOnlyList<StatedShape> shapes)
    {
        ShapeGroup[] groups = [.. shapes.Select(shape => shape.OfMatrix())];
        _convolution.CheckNone(parsed, "the shape is one of a matrix; a convolution is --shape o1,c1,h1,w1,o2,c2,h2,w2");
        ShapeGroup first = groups[0];
        int outputs = parsed.GetValue(_outputs) ?? Size("m1·m2", (long)first.M1 * first.M2), inputs = parsed.GetValue(_inputs) ?? Size("n1·n2", (long)first.N1 * first.N2);
        int factors = Size("the factors", groups.Sum(group => group.R * BalancedShape.Parameters(group)));
        return LibraryCall.Run(() => new KroneckerWeight(outputs, inputs, groups, new float[factors], image: _shapes.Image(parsed))).Attributes;
    }

    private string AttributesOfConvolution(ParseResult parsed, IReadOnlyList<StatedShape> shapes)
    {
        if (parsed.GetValue(_outputs) is not null || parsed.GetValue(_inputs) is not null)
        {
            throw new ToolException("--outputs and --inputs are of a matrix that its shape pads; a convolution has the channels of its shape");
        }

        ShapeGroup[] groups = [.. shapes.Select(shape => shape.OfKernels(weight: null))];
        ShapeGroup first = groups[0];
        int outputs = Size("o1·o2", (long)first.M1 * first.M2), inputs = Size("c1·c2", (long)first.N1 * first.N2);
        int height = Size("h1·h2", (long)first.H1 * first.H2), width = Size("w1·w2", (long)first.W1 * first.W2);
        ConvolutionShape convolution = _convolution.Of(parsed, "the layer", (outputs, inputs, height, width), _shapes.Image(parsed));
        int factors = Size("the factors", groups.Sum(group => group.R * BalancedShape.Parameters(group)));
        return LibraryCall.Run(() => new KroneckerWeight(convolution, groups, new float[factors])).Attributes;
    }

    private static int Size(string what, long value) => value <= Array.MaxLength
        ? (int)value
        : throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{what} must be at most {Array.MaxLength:N0}, found {value:N0}"));
}
