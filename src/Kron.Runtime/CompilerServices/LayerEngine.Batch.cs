using System;

namespace Kron.CompilerServices;

public sealed unsafe partial class LayerEngine
{
    /// <summary>Whether samples depend on each other, so that passes over the whole batch come before those that compute.</summary>
    private bool IsBatchWide => TrainingPasses.BatchFloats > 0;

    /// <summary>Takes the values of the whole batch and updates the state, which inference then reads.</summary>
    private void Measure(float* input, float* whole, int batch, float* scratch)
    {
        new Span<float>(whole, TrainingPasses.BatchFloats).Clear();
        KernelFrame frame = default;
        frame.Input = input;
        frame.Parameters = _parameters.Pointer;
        frame.State = _state.Pointer;
        frame.Batch = whole;
        frame.Scratch = scratch;
        OverBlocks(TrainingPasses.Measure1, TrainingPasses.MeasureBlock, frame, batch);
        TrainingPasses.Settle(&frame);
        Pack();
        GC.KeepAlive(this);
    }

    /// <summary>The backward pass of a whole batch; the input's gradient may be null.</summary>
    private void BackPropagateWhole(float* input, float* outputGradient, float* inputGradient, float* whole, int batch)
    {
        if (batch == 0)
        {
            return;
        }

        TrainingMemory training = _training!; // made with the layer's first tape
        training.BatchGradient.Span.Clear();
        KernelFrame frame = default;
        frame.Input = input;
        frame.OutputGradient = outputGradient;
        frame.InputGradient = inputGradient;
        frame.Batch = whole;
        frame.BatchGradient = training.BatchGradient.Pointer;
        frame.Tape = whole + TrainingPasses.BatchFloats;
        frame.Parameters = _parameters.Pointer;
        frame.Packed = _packed.Pointer;
        frame.TrainingPacked = training.Packed.Pointer;
        frame.Scratch = training.Parts[0].Scratch.Pointer;
        frame.Gradients = training.Parts[0].Gradients.Pointer;

        OverBlocks(TrainingPasses.Backward1, TrainingPasses.BackwardBlock, frame, batch);
        TrainingPasses.SettleGradient(&frame);
        if (inputGradient != null)
        {
            OverBlocks(TrainingPasses.InputGradient1, TrainingPasses.InputGradientBlock, frame, batch);
        }

        GC.KeepAlive(training);
        GC.KeepAlive(this);
    }

    /// <summary>Runs a pass on consecutive samples.</summary>
    private void OverBlocks(delegate*<KernelFrame*, void> one, delegate*<KernelFrame*, void> block, KernelFrame frame, int batch)
    {
        while (batch > 0)
        {
            int samples = batch >= _program.SampleBlock ? _program.SampleBlock : 1;
            (samples > 1 ? block : one)(&frame);
            Move(ref frame.Input, InputSize);
            Move(ref frame.OutputGradient, OutputSize);
            Move(ref frame.InputGradient, InputSize);
            Move(ref frame.Tape, TrainingPasses.TapeFloats);
            batch -= samples;

            void Move(ref float* pointer, int floats) => pointer += pointer == null ? 0 : (nint)samples * floats;
        }
    }

    /// <summary>The state before any training: running means of 0 and variances of 1.</summary>
    private void ResetState()
    {
        State.Clear();
        foreach (ParameterTensor tensor in _layout.StateTensors)
        {
            if (tensor.Name == ParameterLayout.RunningVariance)
            {
                State.Slice(tensor.Offset, tensor.Length).Fill(1);
            }
        }
    }
}
