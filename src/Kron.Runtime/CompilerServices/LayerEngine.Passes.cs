using System;
using System.Threading.Tasks;

namespace Kron.CompilerServices;

public sealed unsafe partial class LayerEngine
{
    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        int batch = CheckForward(input, output);
        if (batch == 0)
        {
            return;
        }

        fixed (float* x = input, y = output)
        {
            Infer(x, y, batch);
        }
    }

    /// <summary>
    /// As <see cref="Forward(ReadOnlySpan{float}, Span{float})"/>, with the batch shared out over threads; the result is the same to the bit.
    /// </summary>
    /// <param name="input">batch × <see cref="InputSize"/> values.</param>
    /// <param name="output">batch × <see cref="OutputSize"/> values; must not overlap the input.</param>
    /// <param name="threads">The most threads to use, at least 1. Fewer run when the batch has fewer sample blocks.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the spans overlap; the output is untouched.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public void ForwardParallel(ReadOnlySpan<float> input, Span<float> output, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int batch = CheckForward(input, output);
        int blocks = (int)(((long)batch + _program.SampleBlock - 1) / _program.SampleBlock);
        int workers = Math.Min(threads, blocks);
        if (workers <= 1)
        {
            Forward(input, output);
            return;
        }

        fixed (float* x = input, y = output)
        {
            // A lambda cannot capture a fixed pointer; both stay fixed until the loop has ended.
            nint inputs = (nint)x;
            nint outputs = (nint)y;
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
            {
                // Whole blocks for everyone, so that each sample runs in the kernel a single thread would run it in.
                int start = (int)((long)blocks * worker / workers) * _program.SampleBlock;
                int end = (int)Math.Min(batch, (long)blocks * (worker + 1) / workers * _program.SampleBlock);
                Infer((float*)inputs + ((nint)start * InputSize), (float*)outputs + ((nint)start * OutputSize), end - start);
            });
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A length does not fit, the spans overlap, or the tape belongs to another layer or is too small; output and tape are untouched.
    /// </exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        CheckOwner(tape);
        int batch = CheckForward(input, output);
        if (batch > tape.MaxBatch)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{nameof(input)}' holds {batch} samples; expected at most {tape.MaxBatch}, the tape's largest batch."),
                nameof(input));
        }

        if (batch > 0)
        {
            ScratchPool.Lease? scratch = _scratch.Rent();
            fixed (float* x = input, y = output)
            {
                KernelFrame frame = default;
                frame.Parameters = _parameters.Pointer;
                frame.Packed = _packed.Pointer;
                frame.Scratch = scratch is null ? null : scratch.Pointer;
                int block = _program.SampleBlock;
                for (int sample = 0; sample < batch;)
                {
                    frame.Input = x + ((nint)sample * InputSize);
                    frame.Output = y + ((nint)sample * OutputSize);
                    frame.Tape = TapeAt(tape, sample);
                    if (batch - sample >= block)
                    {
                        _program.RecordBlock(&frame);
                        sample += block;
                    }
                    else
                    {
                        _program.Record1(&frame);
                        sample++;
                    }
                }
            }

            scratch?.Return();
        }

        tape.Record(batch);
        GC.KeepAlive(tape);
        GC.KeepAlive(this);
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
        if (batch == 0)
        {
            return;
        }

        TrainingMemory training = _training!; // made with the layer's first tape
        AlignedBuffer gradients = GradientBuffer;
        fixed (float* x = input, dy = outputGradient, dx = inputGradient)
        {
            KernelFrame frame = default;
            frame.Parameters = _parameters.Pointer;
            frame.Packed = _packed.Pointer;
            frame.TrainingPacked = training.Packed.Pointer;
            frame.Scratch = training.Scratch.Pointer;
            frame.Gradients = gradients.Pointer;
            int block = _program.SampleBlock;
            for (int sample = 0; sample < batch;)
            {
                bool whole = batch - sample >= block;
                frame.Input = x + ((nint)sample * InputSize);
                frame.OutputGradient = dy + ((nint)sample * OutputSize);
                frame.Tape = TapeAt(tape, sample);
                (whole ? _program.BackwardBlock : _program.Backward1)(&frame);
                if (dx != null)
                {
                    frame.InputGradient = dx + ((nint)sample * InputSize);
                    (whole ? _program.InputGradientBlock : _program.InputGradient1)(&frame);
                }

                sample += whole ? block : 1;
            }
        }

        GC.KeepAlive(tape);
        GC.KeepAlive(this);
    }

    private void Infer(float* input, float* output, int batch)
    {
        ScratchPool.Lease? scratch = _scratch.Rent();
        KernelFrame frame = default;
        frame.Input = input;
        frame.Output = output;
        frame.Parameters = _parameters.Pointer;
        frame.Packed = _packed.Pointer;
        frame.Scratch = scratch is null ? null : scratch.Pointer;
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

        scratch?.Return();

        // The pointers above do not keep the buffers alive; this does.
        GC.KeepAlive(this);
    }

    private float* TapeAt(LayerTape tape, int sample) =>
        _program.TapeFloats == 0 ? null : tape.Pointer + ((nint)sample * _program.TapeFloats);

    private int CheckForward(ReadOnlySpan<float> input, Span<float> output)
    {
        int batch = BatchCheck.Of(nameof(input), input.Length, InputSize);
        BatchCheck.Length(nameof(output), output.Length, batch, OutputSize);
        BatchCheck.Disjoint(nameof(output), output, nameof(input), input);
        return batch;
    }

    private int CheckBackward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape)
    {
        CheckOwner(tape);
        if (tape.RecordedBatch < 0)
        {
            throw new InvalidOperationException("The tape holds no recorded pass; run Forward with it first.");
        }

        int batch = BatchCheck.Of(nameof(input), input.Length, InputSize);
        if (batch != tape.RecordedBatch)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{nameof(input)}' holds {batch} samples; expected {tape.RecordedBatch}, the batch of the recorded pass."),
                nameof(input));
        }

        BatchCheck.Length(nameof(outputGradient), outputGradient.Length, batch, OutputSize);
        if (!inputGradient.IsEmpty)
        {
            BatchCheck.Length(nameof(inputGradient), inputGradient.Length, batch, InputSize);
            BatchCheck.Disjoint(nameof(inputGradient), inputGradient, nameof(input), input);
            BatchCheck.Disjoint(nameof(inputGradient), inputGradient, nameof(outputGradient), outputGradient);
        }

        return batch;
    }

    private void CheckOwner(LayerTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Owner, this))
        {
            throw new ArgumentException(
                $"The tape belongs to another layer object; expected one that CreateTape of this {_definition.Name} made.",
                nameof(tape));
        }
    }
}
