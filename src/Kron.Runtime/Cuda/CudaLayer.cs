using System;
using System.Collections.Generic;
using System.ComponentModel;
using Kron.CompilerServices;

namespace Kron.Cuda;

/// <summary>
/// A fully-connected layer on a CUDA device: the same contractions as the kernels of the processor, as matrix products of cuBLAS, with bias
/// and activation in kernels that are compiled when the layer comes to the device.
/// </summary>
/// <remarks>
/// A generated layer's <c>ToCuda</c> makes one. Activations on the device are batch-last, in chunks of <see cref="CudaContext.ChunkSamples"/> samples:
/// <see cref="CudaContext.Upload"/> and <see cref="CudaContext.Download"/> convert them at the border, and layers of one context
/// understand each other. Calls return when their work is queued. Any number of threads may call; their work runs one after the other.
/// </remarks>
public sealed class CudaLayer : IDisposable
{
    private readonly CudaProgram _program;
    private readonly CudaPass _pass;
    private readonly PassGraphs _graphs;
    private CudaBuffer<float>? _gradients;
    private CudaBuffer<float>? _work;
    private CudaBuffer<float>? _ones;
    private bool _isDisposed;

    /// <summary>Copies a layer to a device. Generated code calls this.</summary>
    /// <param name="context">The device.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="program">Its call plan.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public CudaLayer(CudaContext context, ILayer layer, CudaProgram program)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(program);
        Context = context;
        Layer = layer;
        _program = program;
        _pass = new CudaPass(context, program);
        _graphs = new PassGraphs(context, _pass);
        Parameters = context.Allocate<float>(layer.Parameters.Length);
        try
        {
            UploadParameters();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device.</summary>
    public CudaContext Context { get; }

    /// <summary>The layer on the host, whose parameters <see cref="UploadParameters"/> and <see cref="DownloadParameters"/> exchange.</summary>
    public ILayer Layer { get; }

    /// <summary>Floats per input sample.</summary>
    public int InputSize => Layer.InputSize;

    /// <summary>Floats per output sample.</summary>
    public int OutputSize => Layer.OutputSize;

    /// <summary>The parameters, each tensor at its canonical offset but in the order that the products want.</summary>
    public CudaBuffer<float> Parameters { get; }

    /// <summary>The gradients, in the order of <see cref="Parameters"/>; <see cref="Backward"/> adds to them. They begin as zeros.</summary>
    public CudaBuffer<float> Gradients
    {
        get
        {
            using CudaContext.Scope scope = Enter();
            return _gradients ??= Context.AllocateZeros(Parameters.Length);
        }
    }

    /// <summary>The call plan.</summary>
    internal CudaProgram Program => _program;

    /// <summary>Copies the parameters of <see cref="Layer"/> to the device.</summary>
    public void UploadParameters()
    {
        ReadOnlySpan<float> canonical = Layer.Parameters;
        float[] device = new float[canonical.Length];
        ParameterOrder.ToDevice(_program.Parameters, canonical, device);
        Parameters.CopyFrom(device);
    }

    /// <summary>Copies the parameters back to <see cref="Layer"/> and commits it.</summary>
    public void DownloadParameters()
    {
        Download(Parameters, Layer.Parameters);
        Layer.Commit();
    }

    /// <summary>Copies the gradients to <see cref="ILayer.Gradients"/> of <see cref="Layer"/>, over what it holds.</summary>
    public void DownloadGradients() => Download(Gradients, Layer.Gradients);

    /// <summary>The layer as one of the host, for a model whose other layers run there.</summary>
    public HostedCudaLayer AsHosted() => new(this);

    /// <summary>Computes the layer for a batch.</summary>
    /// <param name="input">batch × <see cref="InputSize"/> values, batch-last.</param>
    /// <param name="output">batch × <see cref="OutputSize"/> values, another buffer.</param>
    /// <exception cref="ArgumentException">A length does not fit, the buffers are one, or of another context; nothing is written.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    public void Forward(CudaBuffer<float> input, CudaBuffer<float> output)
    {
        int batch = CheckForward(input, output);
        using CudaContext.Scope scope = Enter();
        Reserve(batch, _program.ForwardScratchFloats);
        var at = new PassAddresses { [CudaRegion.Input] = input.Pointer, [CudaRegion.Output] = output.Pointer };
        Run(_program.Forward, [], at, batch);
    }

    /// <summary>Makes a tape that holds what <see cref="Backward"/> needs of one forward pass.</summary>
    /// <param name="maxBatch">The largest batch it can hold, at least 1.</param>
    public CudaTape CreateTape(int maxBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        _ = Gradients;
        return new CudaTape(this, maxBatch, Context.Allocate<float>((long)maxBatch * _program.TapeFloats));
    }

    /// <summary>As the plain forward pass, and records what <see cref="Backward"/> needs.</summary>
    /// <param name="input">batch × <see cref="InputSize"/> values, batch-last.</param>
    /// <param name="output">batch × <see cref="OutputSize"/> values, another buffer.</param>
    /// <param name="tape">A tape of this layer.</param>
    /// <exception cref="ArgumentException">A length does not fit, two buffers are one or of another context, or the tape is another layer's or too small; nothing is written.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    public void Forward(CudaBuffer<float> input, CudaBuffer<float> output, CudaTape tape)
    {
        int batch = CheckForward(input, output);
        Check(tape, batch);
        using CudaContext.Scope scope = Enter();
        Reserve(batch, _program.ForwardScratchFloats);
        var at = new PassAddresses { [CudaRegion.Input] = input.Pointer, [CudaRegion.Output] = output.Pointer, [CudaRegion.Tape] = tape.Memory.Pointer };

        // A pass that fails halfway leaves nothing to go back through.
        tape.RecordedBatch = -1;
        Run(_program.Record, [], at, batch);
        tape.RecordedBatch = batch;
    }

    /// <summary>
    /// Back-propagates through the pass last recorded: adds to <see cref="Gradients"/> and overwrites <paramref name="inputGradient"/>.
    /// </summary>
    /// <param name="input">The input of the recorded pass, unchanged.</param>
    /// <param name="outputGradient">batch × <see cref="OutputSize"/> values, batch-last.</param>
    /// <param name="inputGradient">batch × <see cref="InputSize"/> values, or null where it is not wanted.</param>
    /// <param name="tape">A tape of this layer that holds a recorded pass of the same batch.</param>
    /// <exception cref="ArgumentException">A length does not fit, two buffers are one or of another context, or the tape is another layer's or holds another batch; nothing is written.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    /// <exception cref="InvalidOperationException">The tape holds no recorded pass.</exception>
    public void Backward(CudaBuffer<float> input, CudaBuffer<float> outputGradient, CudaBuffer<float>? inputGradient, CudaTape tape)
    {
        int batch = Batch(input, InputSize, nameof(input));
        Same(Batch(outputGradient, OutputSize, nameof(outputGradient)), batch, nameof(outputGradient));
        if (inputGradient is not null)
        {
            Same(Batch(inputGradient, InputSize, nameof(inputGradient)), batch, nameof(inputGradient));
            Apart(inputGradient, input, nameof(inputGradient), nameof(input));
            Apart(inputGradient, outputGradient, nameof(inputGradient), nameof(outputGradient));
        }

        Check(tape, batch);
        if (tape.RecordedBatch < 0)
        {
            throw new InvalidOperationException("The tape holds no recorded pass; run Forward with it first.");
        }

        if (tape.RecordedBatch != batch)
        {
            throw new ArgumentException($"'{nameof(tape)}' holds a pass of {tape.RecordedBatch} samples; the arguments have {batch}.", nameof(tape));
        }

        using CudaContext.Scope scope = Enter();
        Reserve(batch, _program.BackwardScratchFloats);
        var at = new PassAddresses
        {
            [CudaRegion.Input] = input.Pointer,
            [CudaRegion.OutputGradient] = outputGradient.Pointer,
            [CudaRegion.InputGradient] = inputGradient?.Pointer ?? 0,
            [CudaRegion.Tape] = tape.Memory.Pointer,
            [CudaRegion.Gradients] = Gradients.Pointer,
        };
        Run(_program.Backward, inputGradient is null ? [] : _program.InputGradient, at, batch);
    }

    /// <summary>Gives the device memory back; the layer on the host stays.</summary>
    public void Dispose()
    {
        // A pass of another thread is either queued before that or refused.
        Context.Exclusively(() =>
        {
            _isDisposed = true;
            _graphs.Dispose();
            Parameters.Dispose();
            _gradients?.Dispose();
            _ones?.Dispose();
            _work?.Dispose();
        });
    }

    /// <summary>Adds the device's gradients to those of the host.</summary>
    internal void AddGradients()
    {
        float[] gradients = new float[Layer.Gradients.Length];
        Download(Gradients, gradients);
        Span<float> sums = Layer.Gradients;
        for (int i = 0; i < gradients.Length; i++)
        {
            sums[i] += gradients[i];
        }
    }

    /// <summary>Queues two lists of calls, the second right after the first for each chunk.</summary>
    private void Run(IReadOnlyList<CudaCall> first, IReadOnlyList<CudaCall> second, PassAddresses at, int batch)
    {
        if (batch == 0)
        {
            return;
        }

        at[CudaRegion.Parameters] = Parameters.Pointer;
        at[CudaRegion.Ones] = _ones!.Pointer;
        at[CudaRegion.Partials] = _work!.Pointer;
        at[CudaRegion.Scratch] = _work.Pointer + (nint)(sizeof(float) * PartialFloats);
        PassAddresses begin = at;
        _graphs.Run(new PassKey(first, second.Count > 0, batch, at), () => Queue(first, second, begin, batch));
    }

    private void Queue(IReadOnlyList<CudaCall> first, IReadOnlyList<CudaCall> second, PassAddresses at, int batch)
    {
        for (int done = 0, samples; done < batch; done += samples)
        {
            samples = Math.Min(Context.ChunkSamples, batch - done);
            _pass.Run(first, at, samples);
            _pass.Run(second, at, samples);
            Advance(CudaRegion.Input, InputSize);
            Advance(CudaRegion.InputGradient, InputSize);
            Advance(CudaRegion.Output, OutputSize);
            Advance(CudaRegion.OutputGradient, OutputSize);
            Advance(CudaRegion.Tape, _program.TapeFloats);

            void Advance(CudaRegion region, int floats) => at[region] += (nint)sizeof(float) * samples * floats;
        }
    }

    /// <summary>Makes room for the intermediates of a batch, of which one chunk at a time is in work.</summary>
    private void Reserve(int batch, int floatsPerSample)
    {
        int samples = Math.Min(batch, Context.ChunkSamples);
        long floats = PartialFloats + ((long)samples * floatsPerSample), ones = Math.Max(samples, _program.Ones);
        if (_work is null || _work.Length < floats)
        {
            // What was captured has the old addresses.
            _graphs.Clear();
            _work?.Dispose();
            _work = null;
            _work = Context.Allocate<float>(floats);
        }

        if (_ones is null || _ones.Length < ones)
        {
            _graphs.Clear();
            _ones?.Dispose();
            _ones = null;
            _ones = Ones(ones);
        }
    }

    private CudaBuffer<float> Ones(long length)
    {
        float[] values = new float[length];
        values.AsSpan().Fill(1);
        CudaBuffer<float> ones = Context.Allocate<float>(length);
        try
        {
            ones.CopyFrom(values);
            return ones;
        }
        catch
        {
            ones.Dispose();
            throw;
        }
    }

    private CudaContext.Scope Enter()
    {
        CudaContext.Scope scope = Context.Enter();
        if (!_isDisposed)
        {
            return scope;
        }

        scope.Dispose();
        throw new ObjectDisposedException(nameof(CudaLayer));
    }

    private void Download(CudaBuffer<float> source, Span<float> canonical)
    {
        float[] device = new float[canonical.Length];
        source.CopyTo(device);
        ParameterOrder.ToCanonical(_program.Parameters, device, canonical);
    }

    private int CheckForward(CudaBuffer<float> input, CudaBuffer<float> output)
    {
        int batch = Batch(input, InputSize, nameof(input));
        Same(Batch(output, OutputSize, nameof(output)), batch, nameof(output));
        Apart(output, input, nameof(output), nameof(input));
        return batch;
    }

    private int Batch(CudaBuffer<float> buffer, int size, string parameter)
    {
        ArgumentNullException.ThrowIfNull(buffer, parameter);
        if (buffer.Context != Context)
        {
            throw new ArgumentException($"'{parameter}' is a buffer of another context than the layer's.", parameter);
        }

        if (buffer.Length % size != 0)
        {
            throw new ArgumentException($"'{parameter}' has {buffer.Length} floats; expected a multiple of {size}, one sample's.", parameter);
        }

        long batch = buffer.Length / size;
        if (batch > int.MaxValue)
        {
            throw new ArgumentException($"'{parameter}' holds {batch} samples; expected at most {int.MaxValue}.", parameter);
        }

        return Math.Min(batch, Context.ChunkSamples) <= _pass.MaxSamples
            ? (int)batch
            : throw new ArgumentException(
                $"'{parameter}' holds {batch} samples in chunks of up to {Context.ChunkSamples}; cuBLAS takes at most {_pass.MaxSamples} of this layer's at once. Expected fewer, or a context with smaller {nameof(CudaContextOptions.ChunkSamples)}.",
                parameter);
    }

    // Rounded up, so that what follows is as aligned as the allocation.
    private long PartialFloats => (_program.PartialFloats + 63) & ~63L;

    private static void Same(int batch, int expected, string parameter)
    {
        if (batch != expected)
        {
            throw new ArgumentException($"'{parameter}' holds {batch} samples; expected {expected}, as 'input' has.", parameter);
        }
    }

    private static void Apart(CudaBuffer<float> written, CudaBuffer<float> read, string parameter, string other)
    {
        if (written == read)
        {
            throw new ArgumentException($"'{parameter}' and '{other}' are the same buffer.", parameter);
        }
    }

    private void Check(CudaTape tape, int batch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (tape.Layer != this)
        {
            throw new ArgumentException("The tape was made by another layer.", nameof(tape));
        }

        if (batch > tape.MaxBatch)
        {
            throw new ArgumentException($"The tape holds at most {tape.MaxBatch} samples; the batch has {batch}.", nameof(tape));
        }
    }
}
