using System;
using System.Runtime.CompilerServices;

namespace Kron.CompilerServices;

public sealed unsafe partial class LayerEngine
{
    // A thread that falls behind then delays a forward pass by a small share of its time.
    private const int PartsPerThread = 8;

    // Nanoseconds to clear and to add a float of a private gradient, and how many times as much its part shall cost.
    private const double SumCost = 0.35;
    private const double SumsPerPart = 8;

    /// <inheritdoc/>
    public void ForwardParallel(ReadOnlySpan<float> input, Span<float> output, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int batch = CheckForward(input, output);
        if (batch == 0)
        {
            return;
        }

        fixed (float* x = input, y = output)
        {
            ForwardParts(&InferParts, new Pass { Input = x, Output = y }, batch, threads);
        }
    }

    /// <inheritdoc/>
    public void ForwardParallel(ReadOnlySpan<float> input, Span<float> output, LayerTape tape, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int batch = CheckForward(input, output, tape);
        if (batch > 0)
        {
            fixed (float* x = input, y = output)
            {
                if (IsBatchWide)
                {
                    float* scratch = Scratch(out ScratchPool.Lease? lease);
                    Measure(x, tape.Pointer, batch, scratch);
                    lease?.Return();
                }

                ForwardParts(&RecordParts, new Pass { Input = x, Output = y, Batch = tape.Pointer, Tape = tape.Pointer + TrainingPasses.BatchFloats }, batch, threads);
            }
        }

        tape.Record(batch);
    }

    /// <inheritdoc/>
    public void BackwardParallel(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int batch = CheckBackward(input, outputGradient, inputGradient, tape);
        if (batch == 0)
        {
            return;
        }

        if (IsBatchWide)
        {
            // Its passes are short, and the sums of one need all of the batch.
            Backward(input, outputGradient, inputGradient, tape);
            return;
        }

        // The products of both gradients cost as much as two forward passes. What decides on the parts must not depend on who
        // is free to help, so each part is large enough that the sums cost little should nobody be.
        double cost = 2 * _sampleCost * batch;
        double share = Math.Max(_workers.AmpleShare, SumsPerPart * SumCost * _layout.Length);
        var parts = new BatchParts(batch, _program.SampleBlock, (int)Math.Clamp(cost / share, 1, threads));
        _training!.Reserve(parts.Count);
        fixed (float* x = input, dy = outputGradient, dx = inputGradient)
        {
            var pass = new Pass { Input = x, OutputGradient = dy, InputGradient = dx, Tape = tape.Pointer, Parts = parts };
            var samples = new WorkShare(&pass, parts.Count);
            _workers.Run(&BackPropagateParts, this, &samples, parts.Count, (long)cost);
        }

        GC.KeepAlive(tape);
        if (parts.Count > 1)
        {
            var ranges = new WorkShare(&parts, (_layout.Length + GradientSum.RangeFloats - 1) / GradientSum.RangeFloats);
            _workers.Run(&AddGradients, this, &ranges, parts.Count, (long)(SumCost * _layout.Length * parts.Count));
        }
    }

    private void ForwardParts(delegate*<object, WorkShare*, void> work, Pass pass, int batch, int threads)
    {
        long cost = (long)(_sampleCost * batch);
        threads = _workers.Threads(threads, cost);
        pass.Parts = new BatchParts(batch, _program.SampleBlock, threads == 1 ? 1 : threads * PartsPerThread);
        threads = Math.Min(threads, pass.Parts.Count);
        _scratch.Reserve(threads);
        var share = new WorkShare(&pass, pass.Parts.Count);
        _workers.Run(work, this, &share, threads, cost);
    }

    private static void InferParts(object target, WorkShare* share)
    {
        var engine = Unsafe.As<LayerEngine>(target);
        ScratchPool.Lease? lease = engine._scratch.Rent();
        float* scratch = lease is null ? null : lease.Pointer;
        var pass = (Pass*)share->State;
        while (share->TryNext(out int part))
        {
            (int start, int end) = pass->Parts[part];
            engine.Infer(pass->Input + ((nint)start * engine.InputSize), pass->Output + ((nint)start * engine.OutputSize), end - start, scratch);
        }

        lease?.Return();
    }

    private static void RecordParts(object target, WorkShare* share)
    {
        var engine = Unsafe.As<LayerEngine>(target);
        ScratchPool.Lease? lease = engine._scratch.Rent();
        float* scratch = lease is null ? null : lease.Pointer;
        var pass = (Pass*)share->State;
        while (share->TryNext(out int part))
        {
            (int start, int end) = pass->Parts[part];
            engine.Record(
                pass->Input + ((nint)start * engine.InputSize),
                pass->Output + ((nint)start * engine.OutputSize),
                pass->Batch,
                pass->Tape + ((nint)start * engine.TrainingPasses.TapeFloats),
                end - start,
                scratch);
        }

        lease?.Return();
    }

    private static void BackPropagateParts(object target, WorkShare* share)
    {
        var engine = Unsafe.As<LayerEngine>(target);
        var pass = (Pass*)share->State;
        while (share->TryNext(out int part))
        {
            (int start, int end) = pass->Parts[part];
            TrainingMemory.Part memory = engine._training!.Parts[part];
            if (part > 0)
            {
                memory.Gradients.Span.Clear();
            }

            engine.BackPropagate(
                pass->Input + ((nint)start * engine.InputSize),
                pass->OutputGradient + ((nint)start * engine.OutputSize),
                pass->InputGradient == null ? null : pass->InputGradient + ((nint)start * engine.InputSize),
                pass->Tape + ((nint)start * engine.TrainingPasses.TapeFloats),
                end - start,
                memory);
        }
    }

    private static void AddGradients(object target, WorkShare* share)
    {
        var engine = Unsafe.As<LayerEngine>(target);
        ReadOnlySpan<TrainingMemory.Part> parts = engine._training!.Parts.AsSpan(0, ((BatchParts*)share->State)->Count);
        while (share->TryNext(out int range))
        {
            int start = range * GradientSum.RangeFloats;
            GradientSum.Add(parts, start, Math.Min(GradientSum.RangeFloats, engine._layout.Length - start));
        }
    }

    /// <summary>The memory of a batch and its parts.</summary>
    private struct Pass
    {
        public float* Input;
        public float* Output;
        public float* Batch;
        public float* Tape;
        public float* OutputGradient;
        public float* InputGradient;
        public BatchParts Parts;
    }
}
