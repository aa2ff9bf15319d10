using System;
using System.Runtime.CompilerServices;

namespace Kron.CompilerServices;

public sealed unsafe partial class LayerEngine
{
    // Scratch that a single sample of a small layer has on the stack: to find it elsewhere takes a tenth of the smallest layers' time.
    private const int StackFloats = 2048;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        if (_program.ForwardScratchFloats <= StackFloats && input.Length == InputSize && output.Length == OutputSize && !output.Overlaps(input))
        {
            fixed (float* x = input, y = output)
            {
                InferOne(x, y);
            }

            return;
        }

        int batch = CheckForward(input, output);
        if (batch == 0)
        {
            return;
        }

        float* scratch = Scratch(out ScratchPool.Lease? lease);
        fixed (float* x = input, y = output)
        {
            Infer(x, y, batch, scratch);
        }

        lease?.Return();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A length does not fit, the spans overlap, the tape belongs to another layer or is too small, or the samples of a batch
    /// normalisation have a single value per channel; output, tape and state are untouched.
    /// </exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        int batch = CheckForward(input, output, tape);
        if (batch > 0)
        {
            float* scratch = Scratch(out ScratchPool.Lease? lease);
            fixed (float* x = input, y = output)
            {
                if (IsBatchWide)
                {
                    Measure(x, tape.Pointer, batch, scratch);
                }

                Record(x, y, tape.Pointer, tape.Pointer + TrainingPasses.BatchFloats, batch, scratch);
            }

            lease?.Return();
        }

        tape.Record(batch);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A length does not fit, the batch is not the recorded one, <paramref name="inputGradient"/> overlaps another argument, or
    /// the tape belongs to another layer; all gradients are untouched.
    /// </exception>
    /// <exception cref="InvalidOperationException">The tape holds no recorded pass.</exception>
    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape)
    {
        int batch = CheckBackward(input, outputGradient, inputGradient, tape);
        fixed (float* x = input, dy = outputGradient, dx = inputGradient)
        {
            if (IsBatchWide)
            {
                BackPropagateWhole(x, dy, dx, tape.Pointer, batch);
            }
            else
            {
                // The memory was made with the layer's first tape.
                BackPropagate(x, dy, dx, tape.Pointer, batch, _training!.Parts[0]);
            }
        }

        GC.KeepAlive(tape);
    }

    /// <summary>Inference of one sample of a small layer, where every instruction around the kernel counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private void InferOne(float* input, float* output)
    {
        byte* scratch = stackalloc byte[(StackFloats * sizeof(float)) + AlignedBuffer.Alignment];
        KernelFrame frame = default;
        frame.Input = input;
        frame.Output = output;
        frame.Parameters = _parameters.Pointer;
        frame.Packed = _packed.Pointer;
        frame.Scratch = AlignedBuffer.Align(scratch);
        _program.Forward1(&frame);

        // The pointers above do not keep the buffers alive; this does.
        GC.KeepAlive(this);
    }

    /// <summary>Scratch memory for a forward pass on this thread; what was rented for it is to be returned.</summary>
    private float* Scratch(out ScratchPool.Lease? lease)
    {
        int floats = _program.ForwardScratchFloats;
        lease = floats > SmallScratch.Floats ? _scratch.Rent() : null;
        return lease is not null ? lease.Pointer : floats > 0 ? SmallScratch.Pointer : null;
    }

    /// <summary>Inference of consecutive samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Infer(float* input, float* output, int batch, float* scratch)
    {
        KernelFrame frame = default;
        frame.Input = input;
        frame.Output = output;
        frame.Parameters = _parameters.Pointer;
        frame.Packed = _packed.Pointer;
        frame.Scratch = scratch;
        int block = _program.SampleBlock;
        for (; batch >= block; batch -= block)
        {
            _program.ForwardBlock(&frame);
            frame.Input += (nint)block * InputSize;
            frame.Output += (nint)block * OutputSize;
        }

        for (; batch > 0; batch--)
        {
            _program.Forward1(&frame);
            frame.Input += InputSize;
            frame.Output += OutputSize;
        }

        // The pointers above do not keep the buffers alive; this does.
        GC.KeepAlive(this);
    }

    /// <summary>The forward pass of consecutive samples that fills the tape.</summary>
    private void Record(float* input, float* output, float* whole, float* tape, int batch, float* scratch)
    {
        KernelFrame frame = default;
        frame.Input = input;
        frame.Output = output;
        frame.Batch = whole;
        frame.Tape = tape;
        frame.Parameters = _parameters.Pointer;
        frame.Packed = _packed.Pointer;
        frame.TrainingPacked = _training!.Packed.Pointer; // made with the layer's first tape
        frame.Scratch = scratch;
        while (batch > 0)
        {
            int samples = batch >= _program.SampleBlock ? _program.SampleBlock : 1;
            (samples > 1 ? TrainingPasses.RecordBlock : TrainingPasses.Record1)(&frame);
            frame.Input += (nint)samples * InputSize;
            frame.Output += (nint)samples * OutputSize;
            frame.Tape += (nint)samples * TrainingPasses.TapeFloats;
            batch -= samples;
        }

        GC.KeepAlive(this);
    }

    /// <summary>The backward pass of consecutive samples; the input's gradient may be null.</summary>
    private void BackPropagate(float* input, float* outputGradient, float* inputGradient, float* tape, int batch, TrainingMemory.Part memory)
    {
        KernelFrame frame = default;
        frame.Input = input;
        frame.OutputGradient = outputGradient;
        frame.InputGradient = inputGradient;
        frame.Tape = tape;
        frame.Parameters = _parameters.Pointer;
        frame.Packed = _packed.Pointer;
        frame.TrainingPacked = _training!.Packed.Pointer;
        frame.Scratch = memory.Scratch.Pointer;
        frame.Gradients = memory.Gradients.Pointer;
        while (batch > 0)
        {
            int samples = batch >= _program.SampleBlock ? _program.SampleBlock : 1;
            (samples > 1 ? TrainingPasses.BackwardBlock : TrainingPasses.Backward1)(&frame);
            if (inputGradient != null)
            {
                (samples > 1 ? TrainingPasses.InputGradientBlock : TrainingPasses.InputGradient1)(&frame);
                frame.InputGradient += (nint)samples * InputSize;
            }

            frame.Input += (nint)samples * InputSize;
            frame.OutputGradient += (nint)samples * OutputSize;
            frame.Tape += (nint)samples * TrainingPasses.TapeFloats;
            batch -= samples;
        }

        GC.KeepAlive(memory);
        GC.KeepAlive(this);
    }

    private int CheckForward(ReadOnlySpan<float> input, Span<float> output) => PassCheck.Forward(input, output, InputSize, OutputSize);

    private int CheckForward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        int batch = PassCheck.Forward(input, output, tape, this, _definition.Name);
        if (IsBatchWide && (long)batch * _definition.Pixels == 1)
        {
            throw new ArgumentException(
                $"'{nameof(input)}' holds 1 value of each channel; expected at least 2, as a single one has no variance to normalise by.",
                nameof(input));
        }

        return batch;
    }

    private int CheckBackward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape) =>
        PassCheck.Backward(input, outputGradient, inputGradient, tape, this, _definition.Name);
}
