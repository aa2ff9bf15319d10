using System;

namespace Kron.Benchmarks;

/// <summary>A layer with random parameters and a batch to run it on.</summary>
internal sealed class Subject
{
    private readonly ILayer _layer;
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly float[] _outputGradient;
    private readonly float[] _inputGradient;
    private readonly LayerTape _tape;

    public Subject(ILayer layer, int batch)
    {
        _layer = layer;
        var random = new Random(1);
        foreach (ref float value in layer.Parameters)
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        layer.Commit();
        _input = Fill(batch * layer.InputSize, random);
        _outputGradient = Fill(batch * layer.OutputSize, random);
        _output = new float[batch * layer.OutputSize];
        _inputGradient = new float[batch * layer.InputSize];
        _tape = layer.CreateTape(batch);
        layer.Forward(_input, _output, _tape);
    }

    public void Forward() => _layer.Forward(_input, _output);

    public void Backward() => _layer.Backward(_input, _outputGradient, _inputGradient, _tape);

    private static float[] Fill(int length, Random random)
    {
        float[] values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        return values;
    }
}
