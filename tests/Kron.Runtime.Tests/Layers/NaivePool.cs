using System;
using Kron.CompilerServices;

namespace Kron.Runtime.Tests.Layers;

/// <summary>Hand-written kernels of a layer without parameters: the maximum of two neighbours, 6 → 3, one sample per call.</summary>
internal static unsafe class NaivePool
{
    public static LayerEngine Create(WorkerPool workers) => new(
        new LayerDefinition
        {
            Name = "Tests.Pool",
            Attributes = "[MaxPool(1, 1, 6, 2, WindowH = 1)]",
            Kind = LayerKind.MaxPool,
            Window = new ImageWindow(1, 1, 6, 1, 2, 1, 2, 0, 0),
            Inputs = 6,
            Outputs = 3,
            Groups = [],
        },
        new HandWrittenProgram(new TrainingProgram
        {
            TrainingPackedFloats = 0,
            BackwardScratchFloats = 0,
            TapeFloats = 3,
            PackTraining = &Pack,
            Record1 = &Forward,
            RecordBlock = &Forward,
            Backward1 = &Backward,
            BackwardBlock = &Backward,
            InputGradient1 = &InputGradient,
            InputGradientBlock = &InputGradient,
        })
        {
            Target = KernelTarget.Scalar,
            SampleBlock = 1,
            PackedFloats = 0,
            ForwardScratchFloats = 0,
            Pack = &Pack,
            Forward1 = &Forward,
            ForwardBlock = &Forward,
        },
        workers);

    private static void Pack(KernelFrame* frame) => throw new InvalidOperationException("There is nothing to pack.");

    private static void Forward(KernelFrame* frame)
    {
        for (int i = 0; i < 3; i++)
        {
            int winner = frame->Input[(2 * i) + 1] > frame->Input[2 * i] ? 1 : 0;
            frame->Output[i] = frame->Input[(2 * i) + winner];
            if (frame->Tape is not null)
            {
                frame->Tape[i] = winner;
            }
        }
    }

    private static void Backward(KernelFrame* frame)
    {
    }

    private static void InputGradient(KernelFrame* frame)
    {
        for (int i = 0; i < 6; i++)
        {
            frame->InputGradient[i] = (int)frame->Tape[i / 2] == i % 2 ? frame->OutputGradient[i / 2] : 0;
        }
    }
}
