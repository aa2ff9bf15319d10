using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Kron.CompilerServices;

namespace Kron.Cuda;

/// <summary>
/// A device layer among layers of the host: parameters, gradients and activations are the host's, and every pass copies what it needs there and back.
/// It takes the place of its <see cref="CudaLayer.Layer"/> in a <see cref="Training.Sequential"/>, or wherever an <see cref="ILayer"/> is expected.
/// </summary>
public sealed class HostedCudaLayer : ILayer, INamedParameters
{
    private readonly ConditionalWeakTable<LayerTape, CudaTape> _tapes = [];

    internal HostedCudaLayer(CudaLayer device) => Device = device;

    /// <summary>The layer on the device.</summary>
    public CudaLayer Device { get; }

    /// <inheritdoc/>
    public int InputSize => Device.InputSize;

    /// <inheritdoc/>
    public int OutputSize => Device.OutputSize;

    /// <inheritdoc/>
    public Span<float> Parameters => Device.Layer.Parameters;

    /// <inheritdoc/>
    public Span<float> Gradients => Device.Layer.Gradients;

    /// <inheritdoc/>
    public Span<float> State => Device.Layer.State;

    /// <inheritdoc/>
    /// <remarks>Those of the layer of the host, whose place it so takes in files, conversions and regularizers too.</remarks>
    public IReadOnlyList<ParameterTensor> ParameterTensors => Named.ParameterTensors;

    /// <inheritdoc/>
    public IReadOnlyList<ParameterTensor> StateTensors => Named.StateTensors;

    /// <inheritdoc/>
    public string Attributes => Named.Attributes;

    /// <inheritdoc/>
    public LayerDefinition? Definition => Named.Definition;

    // Only generated layers come to a device.
    private INamedParameters Named => (INamedParameters)Device.Layer;

    /// <summary>Commits the layer of the host, and copies the parameters to the device.</summary>
    public void Commit()
    {
        Device.Layer.Commit();
        Device.UploadParameters();
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        int batch = PassCheck.Forward(input, output, InputSize, OutputSize);
        Run(input, output, batch, Device.Forward);
    }

    /// <inheritdoc/>
    public LayerTape CreateTape(int maxBatch)
    {
        var tape = new LayerTape(this, maxBatch, 0);
        _tapes.Add(tape, Device.CreateTape(maxBatch));
        return tape;
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        int batch = PassCheck.Forward(input, output, tape, this, nameof(HostedCudaLayer));
        _ = _tapes.TryGetValue(tape, out CudaTape? onDevice);
        Run(input, output, batch, (x, y) => Device.Forward(x, y, onDevice!));
        tape.Record(batch);
    }

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape)
    {
        int batch = PassCheck.Backward(input, outputGradient, inputGradient, tape, this, nameof(HostedCudaLayer));
        if (batch == 0)
        {
            return;
        }

        _ = _tapes.TryGetValue(tape, out CudaTape? onDevice);
        CudaContext context = Device.Context;
        using CudaContext.Scope scope = context.Enter();
        using CudaBuffer<float> x = context.Allocate<float>(input.Length), dy = context.Allocate<float>(outputGradient.Length);
        using CudaBuffer<float>? dx = inputGradient.IsEmpty ? null : context.Allocate<float>(inputGradient.Length);
        context.Upload(input, InputSize, x);
        context.Upload(outputGradient, OutputSize, dy);
        Device.Gradients.Clear();
        Device.Backward(x, dy, dx, onDevice!);
        Device.AddGradients();
        if (dx is not null)
        {
            context.Download(dx, InputSize, inputGradient);
        }
    }

    private void Run(ReadOnlySpan<float> input, Span<float> output, int batch, Action<CudaBuffer<float>, CudaBuffer<float>> pass)
    {
        if (batch == 0)
        {
            return;
        }

        CudaContext context = Device.Context;
        using CudaContext.Scope scope = context.Enter();
        using CudaBuffer<float> x = context.Allocate<float>(input.Length), y = context.Allocate<float>(output.Length);
        context.Upload(input, InputSize, x);
        pass(x, y);
        context.Download(y, OutputSize, output);
    }
}
