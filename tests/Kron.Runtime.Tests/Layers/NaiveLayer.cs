using System;
using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron.Runtime.Tests.Layers;

/// <summary>
/// Hand-written kernels of y = relu(W x + b), W [3 × 5], four samples per block. They use every region of a frame: packed
/// weights are the transposed weights and the bias, the training pack is the weights once more, the tape keeps the
/// pre-activations, and both scratch memories carry values between two loops.
/// </summary>
internal static unsafe class NaiveLayer
{
    public const int Inputs = 5;
    public const int Outputs = 3;
    public const int Block = 4;
    public const int PackedFloats = (Inputs * Outputs) + Outputs;
    public const int TrainingPackedFloats = Outputs * Inputs;

    /// <summary>Scratch floats that the forward kernels use.</summary>
    public const int ScratchFloats = Block * Outputs;

    /// <summary>The kernel calls of this thread, while a test listens.</summary>
    [ThreadStatic]
    public static List<Call>? Calls;

    public static LayerDefinition Definition { get; } = new()
    {
        Name = "Tests.Naive",
        Attributes = "[DenseLayer(3, 5, Activation = Activation.Relu)]",
        Inputs = Inputs,
        Outputs = Outputs,
        Groups = [],
        Activation = Activation.Relu,
        Bias = BiasMode.Shared,
    };

    public static LayerProgram Program { get; } = Make(ScratchFloats);

    /// <summary>A layer with random parameters, whose kernels claim to need this much scratch; with 0, its kernels use none.</summary>
    public static LayerEngine Create(int seed, int scratchFloats = ScratchFloats)
    {
        var engine = new LayerEngine(Definition, Make(scratchFloats));
        Fill(engine.Parameters, seed);
        engine.Commit();
        return engine;
    }

    public static float[] Values(int length, int seed)
    {
        var values = new float[length];
        Fill(values, seed);
        return values;
    }

    public static void Fill(Span<float> values, int seed)
    {
        var random = new Random(seed);
        foreach (ref float value in values)
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }
    }

    /// <summary>The oracle: the layer by its definition, in double, from the canonical parameters.</summary>
    public static float[] Expected(ReadOnlySpan<float> parameters, ReadOnlySpan<float> input)
    {
        var output = new float[input.Length / Inputs * Outputs];
        for (int i = 0; i < output.Length; i++)
        {
            int sample = i / Outputs;
            int row = i % Outputs;
            double sum = parameters[(Outputs * Inputs) + row];
            for (int j = 0; j < Inputs; j++)
            {
                sum += (double)parameters[(row * Inputs) + j] * input[(sample * Inputs) + j];
            }

            output[i] = (float)Math.Max(0, sum);
        }

        return output;
    }

    private static LayerProgram Make(int scratch) => new HandWrittenProgram(new TrainingProgram
    {
        TrainingPackedFloats = TrainingPackedFloats,
        BackwardScratchFloats = Block * Outputs,
        TapeFloats = Outputs,
        PackTraining = &PackTraining,
        Record1 = &Record1,
        RecordBlock = &RecordBlock,
        Backward1 = &Backward1,
        BackwardBlock = &BackwardBlock,
        InputGradient1 = &InputGradient1,
        InputGradientBlock = &InputGradientBlock,
    })
    {
        Target = KernelTarget.Scalar,
        SampleBlock = Block,
        PackedFloats = PackedFloats,
        ForwardScratchFloats = scratch,
        Pack = &Pack,
        Forward1 = &Forward1,
        ForwardBlock = &ForwardBlock,
    };

    private static void Pack(KernelFrame* frame)
    {
        Log("Pack", 0, frame);
        for (int row = 0; row < Outputs; row++)
        {
            for (int j = 0; j < Inputs; j++)
            {
                frame->Packed[(j * Outputs) + row] = frame->Parameters[(row * Inputs) + j];
            }

            frame->Packed[(Inputs * Outputs) + row] = frame->Parameters[(Outputs * Inputs) + row];
        }
    }

    private static void PackTraining(KernelFrame* frame)
    {
        Log("PackTraining", 0, frame);
        for (int i = 0; i < Outputs * Inputs; i++)
        {
            frame->TrainingPacked[i] = frame->Parameters[i];
        }
    }

    private static void Forward1(KernelFrame* frame) => Forward("Forward", frame, 1);

    private static void ForwardBlock(KernelFrame* frame) => Forward("Forward", frame, Block);

    private static void Record1(KernelFrame* frame) => Forward("Record", frame, 1);

    private static void RecordBlock(KernelFrame* frame) => Forward("Record", frame, Block);

    private static void Backward1(KernelFrame* frame) => Backward(frame, 1);

    private static void BackwardBlock(KernelFrame* frame) => Backward(frame, Block);

    private static void InputGradient1(KernelFrame* frame) => InputGradient(frame, 1);

    private static void InputGradientBlock(KernelFrame* frame) => InputGradient(frame, Block);

    private static void Forward(string pass, KernelFrame* frame, int samples)
    {
        Log(pass, samples, frame);

        // Pre-activations go through the scratch memory, so that two calls which share one would disturb each other.
        float* z = frame->Scratch is null ? frame->Output : frame->Scratch;
        for (int i = 0; i < samples * Outputs; i++)
        {
            z[i] = frame->Packed[(Inputs * Outputs) + (i % Outputs)];
            for (int j = 0; j < Inputs; j++)
            {
                z[i] += frame->Packed[(j * Outputs) + (i % Outputs)] * frame->Input[(i / Outputs * Inputs) + j];
            }
        }

        for (int i = 0; i < samples * Outputs; i++)
        {
            if (frame->Tape is not null)
            {
                frame->Tape[i] = z[i];
            }

            frame->Output[i] = Math.Max(0, z[i]);
        }
    }

    private static void Backward(KernelFrame* frame, int samples)
    {
        Log("Backward", samples, frame);
        for (int i = 0; i < samples * Outputs; i++)
        {
            float dz = frame->Tape[i] > 0 ? frame->OutputGradient[i] : 0;
            frame->Scratch[i] = dz;
            frame->Gradients[(Outputs * Inputs) + (i % Outputs)] += dz;
            for (int j = 0; j < Inputs; j++)
            {
                frame->Gradients[(i % Outputs * Inputs) + j] += dz * frame->Input[(i / Outputs * Inputs) + j];
            }
        }
    }

    private static void InputGradient(KernelFrame* frame, int samples)
    {
        Log("InputGradient", samples, frame);
        for (int i = 0; i < samples * Inputs; i++)
        {
            float sum = 0;
            for (int row = 0; row < Outputs; row++)
            {
                sum += frame->TrainingPacked[(row * Inputs) + (i % Inputs)] * frame->Scratch[(i / Inputs * Outputs) + row];
            }

            frame->InputGradient[i] = sum;
        }
    }

    private static void Log(string pass, int samples, KernelFrame* frame) => Calls?.Add(new Call(pass, samples, *frame));

    internal sealed record Call(string Pass, int Samples, KernelFrame Frame);
}
