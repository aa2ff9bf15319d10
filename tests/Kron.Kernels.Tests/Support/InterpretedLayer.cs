using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Kernels.Tests.Support;

/// <summary>A layer whose kernels the IR interpreter runs: every target on every machine, each access checked, no C# compiled.</summary>
internal sealed class InterpretedLayer : ILayer
{
    private readonly float[] _parameters;
    private readonly float[] _gradients;
    private readonly float[] _packed;
    private readonly float[] _trainingPacked;
    private readonly Interpreter _interpreter;

    public InterpretedLayer(LayerCase layer, TargetModel target)
    {
        Program = ProgramBuilder.Build(SpecOf(layer), target);
        IReadOnlyList<string> problems = Verifier.Verify(Program);
        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"{layer} for {target.Name}: {string.Join("; ", problems.Take(5))}");
        }

        (InputSize, OutputSize) = (layer.Inputs, layer.OutputSize);
        _parameters = new float[layer.ParameterCount];
        _gradients = new float[layer.ParameterCount];
        _packed = Pointer.Uninitialised(Program.Sizes.Packed);
        _trainingPacked = Pointer.Uninitialised(Program.Sizes.TrainingPacked);
        _interpreter = new Interpreter(Program);
    }

    public LayerProgramIr Program { get; }

    public string Target => Program.Target.Name + " interpreted";

    public int InputSize { get; }

    public int OutputSize { get; }

    public Span<float> Parameters => _parameters;

    public Span<float> Gradients => _gradients;

    public Span<float> State => [];

    public static LayerSpec SpecOf(LayerCase layer) => new(
        new TypeSpec("", [], "Case", "Case"),
        layer.Attributes(),
        layer.Inputs,
        layer.Outputs,
        layer.Groups.Select(g => new GroupSpec(g.M1, g.M2, g.N1, g.N2, g.R, (FormulationKind)(int)g.Formulation) { H1 = g.H1, W1 = g.W1, H2 = g.H2, W2 = g.W2 })
            .ToEquatableArray(),
        layer.Image.C > 0 ? new ImageSpec(layer.Image.C, layer.Image.H, layer.Image.W) : null,
        new EpilogueSpec(
            (ActivationKind)(int)layer.Activation,
            layer.Slope,
            layer.Activation == Activation.Maxout ? layer.Pieces : 1,
            layer.Nonlinearity == Nonlinearity.PerTerm,
            (BiasKind)(int)layer.Bias))
    {
        Kind = layer switch
        {
            { LowRank: true } => LayerKind.LowRank,
            { Structured.C: > 0 } => LayerKind.Structured,
            { Groups.Count: > 0 } => LayerKind.Kronecker,
            _ => LayerKind.Dense,
        },
        Window = layer.Sliding is { } s
            ? new WindowSpec(layer.InputChannels, s.Height, s.Width, layer.Kernel.H, layer.Kernel.W, s.StrideH, s.StrideW, s.PaddingH, s.PaddingW)
            : null,
        Structured = layer.Structured.C > 0 ? new StructuredSpec(layer.Structured.C, layer.Structured.N, layer.Structured.N) : null,
    };

    public void Commit()
    {
        Run(Pass.Pack, 0, []);
        Run(Pass.PackTraining, 0, []);
    }

    public void Forward(ReadOnlySpan<float> input, Span<float> output) => Forward(Pass.Forward, input, output, []);

    public LayerTape CreateTape(int maxBatch) => new(this, maxBatch, Program.Sizes.TapePerSample);

    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        float[] values = Pointer.Uninitialised(tape.Values.Length);
        Forward(Pass.Record, input, output, values);
        values.CopyTo(tape.Values);
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape)
    {
        float[] x = input.ToArray(), dy = outputGradient.ToArray(), dx = inputGradient.ToArray(), values = tape.Values.ToArray();
        foreach ((int start, int samples) in Blocks(x.Length / InputSize))
        {
            float[] scratch = Pointer.Uninitialised(Program.Sizes.BackwardScratch);
            (Region, Pointer)[] memory =
            [
                (Region.Input, At(x, start * InputSize)),
                (Region.OutputGradient, At(dy, start * OutputSize)),
                (Region.InputGradient, At(dx, start * InputSize)),
                (Region.Tape, At(values, start * Program.Sizes.TapePerSample)),
                (Region.Scratch, scratch),
            ];
            Run(Pass.Backward, samples, memory);
            if (dx.Length > 0)
            {
                Run(Pass.InputGradient, samples, memory);
            }
        }

        dx.CopyTo(inputGradient);
    }

    private void Forward(Pass pass, ReadOnlySpan<float> input, Span<float> output, float[] tape)
    {
        float[] x = input.ToArray(), y = output.ToArray();
        foreach ((int start, int samples) in Blocks(x.Length / InputSize))
        {
            Run(pass, samples,
            [
                (Region.Input, At(x, start * InputSize)),
                (Region.Output, At(y, start * OutputSize)),
                (Region.Tape, At(tape, tape.Length == 0 ? 0 : start * Program.Sizes.TapePerSample)),
                (Region.Scratch, Pointer.Uninitialised(Program.Sizes.ForwardScratch)),
            ]);
        }

        y.CopyTo(output);
    }

    private IEnumerable<(int Start, int Samples)> Blocks(int batch)
    {
        int start = 0;
        for (; start + Program.SampleBlock <= batch; start += Program.SampleBlock)
        {
            yield return (start, Program.SampleBlock);
        }

        for (; start < batch; start++)
        {
            yield return (start, 1);
        }
    }

    private static Pointer At(float[] buffer, int offset) => new(buffer, offset);

    private void Run(Pass pass, int samples, (Region Region, Pointer Place)[] memory)
    {
        Dictionary<string, Pointer> places = memory.ToDictionary(m => m.Region.ToString(), m => m.Place);
        places[nameof(Region.Parameters)] = _parameters;
        places[nameof(Region.Gradients)] = _gradients;
        places[nameof(Region.Packed)] = _packed;
        places[nameof(Region.TrainingPacked)] = _trainingPacked;
        _interpreter.Run(Program.Entries.First(e => e.Pass == pass && e.Samples == samples).Kernel, places);
    }
}
