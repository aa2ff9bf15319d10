using System;
using System.Collections.Generic;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Layers;

namespace Kron.Runtime.Tests.IO;

/// <summary>Layers to store; only their parameters matter here.</summary>
internal static unsafe class StoredLayers
{
    /// <summary>A program that computes nothing and needs no memory.</summary>
    public static LayerProgram NoKernels { get; } = new HandWrittenProgram(new TrainingProgram
    {
        TrainingPackedFloats = 0,
        BackwardScratchFloats = 0,
        TapeFloats = 0,
        PackTraining = &Nothing,
        Record1 = &Nothing,
        RecordBlock = &Nothing,
        Backward1 = &Nothing,
        BackwardBlock = &Nothing,
        InputGradient1 = &Nothing,
        InputGradientBlock = &Nothing,
    })
    {
        Target = KernelTarget.Scalar,
        SampleBlock = 1,
        PackedFloats = 0,
        ForwardScratchFloats = 0,
        Pack = &Nothing,
        Forward1 = &Nothing,
        ForwardBlock = &Nothing,
    };

    /// <summary>A layer of two shape groups, 20 → 12.</summary>
    public static LayerEngine Kronecker(int seed)
    {
        var definition = new LayerDefinition
        {
            Name = "Tests.Kronecker",
            Attributes = "[KroneckerLayer(3, 4, 5, 4, 2)]\n[KroneckerTerm(6, 2, 2, 10, 1)]",
            Inputs = 20,
            Outputs = 12,
            Groups = [new ShapeGroup(3, 4, 5, 4, 2), new ShapeGroup(6, 2, 2, 10, 1)],
        };
        var engine = new LayerEngine(definition, NoKernels);
        NaiveLayer.Fill(engine.Parameters, seed);
        return engine;
    }

    private static void Nothing(KernelFrame* frame)
    {
    }
}

/// <summary>A layer with state, and without names unless <see cref="NamedStateful"/> gives them.</summary>
internal class Stateful : ILayer
{
    private readonly float[] _parameters = new float[4];
    private readonly float[] _state = new float[2];

    public int Commits { get; private set; }

    public int InputSize => 2;

    public int OutputSize => 2;

    public Span<float> Parameters => _parameters;

    public Span<float> Gradients => throw new NotSupportedException();

    public Span<float> State => _state;

    public void Commit() => Commits++;

    public void Forward(ReadOnlySpan<float> input, Span<float> output) => throw new NotSupportedException();

    public LayerTape CreateTape(int maxBatch) => throw new NotSupportedException();

    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape) => throw new NotSupportedException();

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape) =>
        throw new NotSupportedException();
}

internal sealed class NamedStateful : Stateful, INamedParameters
{
    public IReadOnlyList<ParameterTensor> ParameterTensors { get; init; } =
        [new ParameterTensor("gamma", [2], 0), new ParameterTensor("beta", [2], 2)];

    public IReadOnlyList<ParameterTensor> StateTensors { get; } = [new ParameterTensor("mean", [2], 0)];
}
