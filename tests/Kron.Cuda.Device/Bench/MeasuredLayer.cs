using System;
using Kron.CompilerServices;

namespace Kron.Cuda.Device.Bench;

/// <summary>A layer on a device with a batch, and its passes.</summary>
internal sealed class MeasuredLayer : IDisposable
{
    private readonly CudaLayer _layer;
    private readonly CudaBuffer<float> _input, _inputGradient, _output, _outputGradient;
    private readonly CudaTape _tape;

    public MeasuredLayer(CudaLayer layer, int batch)
    {
        _layer = layer;
        CudaContext context = layer.Context;
        Roofline.Fill(layer.Layer.Parameters);
        layer.UploadParameters();
        _input = context.Allocate<float>((long)batch * layer.InputSize);
        _inputGradient = context.Allocate<float>(_input.Length);
        _output = context.Allocate<float>((long)batch * layer.OutputSize);
        _outputGradient = context.Allocate<float>(_output.Length);
        _tape = layer.CreateTape(batch);

        // Whatever the order, these are random values.
        float[] values = new float[Math.Max(_input.Length, _output.Length)];
        Roofline.Fill(values);
        _input.CopyFrom(values.AsSpan(0, (int)_input.Length));
        _outputGradient.CopyFrom(values.AsSpan(0, (int)_output.Length));
        Record();
    }

    public CudaProgram Program => _layer.Program;

    /// <summary>Inference.</summary>
    public void Forward() => _layer.Forward(_input, _output);

    /// <summary>The forward pass of training.</summary>
    public void Record() => _layer.Forward(_input, _output, _tape);

    /// <summary>All gradients.</summary>
    public void Backward() => _layer.Backward(_input, _outputGradient, _inputGradient, _tape);

    public void Dispose()
    {
        _tape.Dispose();
        _outputGradient.Dispose();
        _output.Dispose();
        _inputGradient.Dispose();
        _input.Dispose();
        _layer.Dispose();
    }
}
