using System;
using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron.Runtime.Tests.Layers;

/// <summary>
/// Hand-written kernels of a layer whose samples depend on each other, y = x − mean over the whole batch, one channel of four
/// pixels, three samples per block. The state is the last mean; inference subtracts it, packed.
/// </summary>
internal static unsafe class BatchWideLayer
{
    public const int Size = 4;
    public const int Block = 3;
    public const int TapeFloats = 1;
    public const int BatchFloats = 16;

    [ThreadStatic]
    public static List<(string Pass, KernelFrame Frame)>? Calls;

    public static LayerEngine Create() => new(Definition, Program);

    private static LayerDefinition Definition { get; } = new()
    {
        Name = "Tests.BatchWide",
        Attributes = "[BatchNorm2d(1, 2, 2)]",
        Inputs = Size,
        Outputs = Size,
        Groups = [],
        Kind = LayerKind.BatchNorm,
        Window = new ImageWindow(1, 2, 2, 1, 1, 1, 1, 0, 0),
    };

    private static LayerProgram Program { get; } = new HandWrittenProgram(new TrainingProgram
    {
        TrainingPackedFloats = 0,
        BackwardScratchFloats = 0,
        TapeFloats = TapeFloats,
        BatchFloats = BatchFloats,
        BatchGradientFloats = 2,
        PackTraining = &Nothing,
        Record1 = &Record1,
        RecordBlock = &RecordBlock,
        Backward1 = &Backward1,
        BackwardBlock = &BackwardBlock,
        InputGradient1 = &InputGradient1,
        InputGradientBlock = &InputGradientBlock,
        Measure1 = &Measure1,
        MeasureBlock = &MeasureBlock,
        Settle = &Settle,
        SettleGradient = &SettleGradient,
    })
    {
        Target = KernelTarget.Scalar,
        SampleBlock = Block,
        PackedFloats = 1,
        ForwardScratchFloats = 0,
        Pack = &Pack,
        Forward1 = &Forward1,
        ForwardBlock = &ForwardBlock,
    };

    private static void Pack(KernelFrame* frame)
    {
        Log("Pack", frame);
        frame->Packed[0] = frame->State[0];
    }

    private static void Nothing(KernelFrame* frame) => Log("Nothing", frame);

    private static void Forward1(KernelFrame* frame) => Subtract("Forward 1", frame, frame->Packed[0], 1);

    private static void ForwardBlock(KernelFrame* frame) => Subtract("Forward 3", frame, frame->Packed[0], Block);

    private static void Measure1(KernelFrame* frame) => Measure("Measure 1", frame, 1);

    private static void MeasureBlock(KernelFrame* frame) => Measure("Measure 3", frame, Block);

    private static void Record1(KernelFrame* frame) => Record("Record 1", frame, 1);

    private static void RecordBlock(KernelFrame* frame) => Record("Record 3", frame, Block);

    private static void Backward1(KernelFrame* frame) => Backward("Backward 1", frame, 1);

    private static void BackwardBlock(KernelFrame* frame) => Backward("Backward 3", frame, Block);

    private static void InputGradient1(KernelFrame* frame) => InputGradient("InputGradient 1", frame, 1);

    private static void InputGradientBlock(KernelFrame* frame) => InputGradient("InputGradient 3", frame, Block);

    private static void Measure(string pass, KernelFrame* frame, int samples)
    {
        Log(pass, frame);
        for (int i = 0; i < samples * Size; i++)
        {
            frame->Batch[0] += frame->Input[i];
            frame->Batch[1]++;
        }
    }

    private static void Settle(KernelFrame* frame)
    {
        Log("Settle", frame);
        frame->Batch[0] /= frame->Batch[1];
        frame->State[0] = frame->Batch[0];
    }

    private static void Record(string pass, KernelFrame* frame, int samples)
    {
        Subtract(pass, frame, frame->Batch[0], samples);
        for (int s = 0; s < samples; s++)
        {
            frame->Tape[s] = frame->Input[s * Size];
        }
    }

    private static void Subtract(string pass, KernelFrame* frame, float mean, int samples)
    {
        Log(pass, frame);
        for (int i = 0; i < samples * Size; i++)
        {
            frame->Output[i] = frame->Input[i] - mean;
        }
    }

    private static void Backward(string pass, KernelFrame* frame, int samples)
    {
        Log(pass, frame);
        for (int i = 0; i < samples * Size; i++)
        {
            frame->BatchGradient[0] += frame->OutputGradient[i];
        }
    }

    private static void SettleGradient(KernelFrame* frame)
    {
        Log("SettleGradient", frame);
        frame->Gradients[1] += frame->BatchGradient[0];
        frame->BatchGradient[1] = frame->BatchGradient[0] / frame->Batch[1];
    }

    private static void InputGradient(string pass, KernelFrame* frame, int samples)
    {
        Log(pass, frame);
        for (int i = 0; i < samples * Size; i++)
        {
            frame->InputGradient[i] = frame->OutputGradient[i] - frame->BatchGradient[1];
        }
    }

    private static void Log(string pass, KernelFrame* frame) => Calls?.Add((pass, *frame));
}
