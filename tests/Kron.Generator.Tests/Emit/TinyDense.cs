using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Emit;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Tests.Emit;

/// <summary>A dense layer y = relu(W x + b), 3 → 5, whose programs are written by hand: emitting is tested apart from lowering.</summary>
internal static class TinyDense
{
    public const int Inputs = 3;
    public const int Outputs = 5;
    public const int SampleBlock = 2;

    public const string Declaration = "namespace Demo.Layers; public partial class Outer { public sealed partial class Tiny; }";

    public static LayerSpec Spec { get; } = new(
        new TypeSpec("Demo.Layers", ["partial class Outer"], "Tiny", "Demo.Layers.Outer.Tiny"),
        "[DenseLayer(5, 3, Activation = Activation.Relu)]",
        Inputs,
        Outputs,
        [],
        null,
        new EpilogueSpec(ActivationKind.Relu, 0.01f, 1, false, BiasKind.Shared));

    public static IReadOnlyList<LayerProgramIr> Programs { get; } = [.. Targets.All.Select(Program)];

    public static EquatableArray<GeneratedFile> Files => LayerEmitter.Emit(Spec, Programs);

    /// <summary>The class as the user's compilation would see it.</summary>
    public static IReadOnlyList<string> Sources => [Declaration, .. Files.Select(file => file.Text)];

    public static LayerProgramIr Program(TargetModel target)
    {
        int panels = (Outputs + target.Lanes - 1) / target.Lanes;
        Kernel sample = Sample(target.Lanes, panels);
        return new LayerProgramIr(
            target,
            SampleBlock,
            [sample],
            [
                new Entry(Pass.Pack, 0, new Kernel("Pack", "Weights by panels of outputs.", ["Parameters", "Packed"],
                    [new Rearrange(new Address("Packed", 0), new Address("Parameters", 0), target.Lanes, Inputs * target.Lanes, [new Extent(Outputs, Inputs)], [new Extent(Inputs, 1)])])),
                new Entry(Pass.Forward, 1, Forward("Forward1", 1)),
                new Entry(Pass.Forward, SampleBlock, Forward("ForwardBlock", SampleBlock)),
                new Entry(Pass.Record, 1, Forward("Record1", 1)),
                new Entry(Pass.Record, SampleBlock, Forward("RecordBlock", SampleBlock)),
            ],
            new ProgramSizes(panels * Inputs * target.Lanes, 0, 0, 0, 0),
            [$"y = relu(W x + b): \"{panels}\" panels"]);
    }

    private static Kernel Sample(int lanes, int panels)
    {
        var body = new List<Statement> { new Let("zero", new Constant(0)) };
        for (int panel = 0; panel < panels; panel++)
        {
            int used = System.Math.Min(lanes, Outputs - (panel * lanes));
            string sum = $"y{panel}";
            body.Add(new Let(sum, new Load(new Address("parameters", (Outputs * Inputs) + (panel * lanes)), used)));
            body.Add(new Loop(
                Inputs,
                [new Cursor("row", new Address("weights", panel * Inputs * lanes), lanes), new Cursor("x", new Address("input", 0), 1)],
                [
                    new Let("w", new Load(new Address("row", 0), lanes)),
                    new Let("xk", new Broadcast(new Address("x", 0))),
                    new Set(sum, new MultiplyAdd("w", "xk", sum)),
                ]));
            body.Add(new Set(sum, new Binary(BinaryKind.Max, sum, "zero")));
            body.Add(new Store(new Address("output", panel * lanes), sum, used));
        }

        return new Kernel("Sample", "One sample, all outputs.", ["input", "weights", "parameters", "output"], body.ToEquatableArray());
    }

    private static Kernel Forward(string name, int samples) => new(name, $"{samples} samples.", ["Input", "Packed", "Parameters", "Output"],
    [
        new Loop(samples, [new Cursor("x", new Address("Input", 0), Inputs), new Cursor("y", new Address("Output", 0), Outputs)],
            [new Call("Sample", [new Address("x", 0), new Address("Packed", 0), new Address("Parameters", 0), new Address("y", 0)])]),
    ]);
}
