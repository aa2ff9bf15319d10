using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Layers;

/// <summary>Kron's gradients of the parameters and of the input for one batch that was recorded before.</summary>
internal sealed class KronBackward : Candidate
{
    private readonly Workload _workload;
    private readonly ILayer _layer;
    private readonly int _batch;
    private readonly int _threads;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _outputGradient;
    private readonly FloatBuffer _inputGradient;
    private readonly LayerTape _tape;

    public KronBackward(Workload workload, ILayer layer, int batch, int threads = 1)
    {
        _workload = workload;
        _layer = layer;
        _batch = batch;
        _threads = threads;
        _input = workload.Input(batch);
        _outputGradient = workload.OutputGradient(batch);
        _inputGradient = new FloatBuffer(_input.Length);
        _tape = layer.CreateTape(batch);
        layer.Forward(_input.Span, new float[_outputGradient.Length], _tape);
    }

    public override string Name => _threads == 1 ? "Kron" : string.Create(CultureInfo.InvariantCulture, $"{_threads} threads");

    public override bool UsesManyThreads => _threads > 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        ReadOnlySpan<float> input = _input.Span;
        ReadOnlySpan<float> outputGradient = _outputGradient.Span;
        Span<float> inputGradient = _inputGradient.Span;
        if (_threads == 1)
        {
            for (int call = 0; call < calls; call++)
            {
                _layer.Backward(input, outputGradient, inputGradient, _tape);
            }
        }
        else
        {
            var parallel = (IParallelLayer)_layer;
            for (int call = 0; call < calls; call++)
            {
                parallel.BackwardParallel(input, outputGradient, inputGradient, _tape, _threads);
            }
        }
    }

    public override void Check()
    {
        _inputGradient.Span.Fill(float.NaN);
        _layer.Gradients.Clear();
        Run(1);
        Gradient expected = _workload.Reference.Gradients(_batch);
        string what = $"{Name} backward {_workload.Subject.Name}";
        Agreement.Batch($"{what}, input", _inputGradient.Span, expected.Inputs, expected.Length);
        foreach (Range tensor in _workload.Reference.Tensors)
        {
            Agreement.Check($"{what}, parameters {tensor}", _layer.Gradients[tensor], expected.Parameters.AsSpan(tensor), expected.Length);
        }
    }
}
