using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Layers;

/// <summary>Kron's inference of one batch on several threads.</summary>
internal sealed class KronParallel : Candidate
{
    private readonly Workload _workload;
    private readonly IParallelLayer _layer;
    private readonly int _threads;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _output;

    public KronParallel(Workload workload, ILayer layer, int batch, FloatBuffer output, int threads)
    {
        _workload = workload;
        _layer = (IParallelLayer)layer;
        _threads = threads;
        _input = workload.Input(batch);
        _output = output;
    }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"{_threads} threads");

    public override bool UsesManyThreads => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        ReadOnlySpan<float> input = _input.Span;
        Span<float> output = _output.Span;
        for (int call = 0; call < calls; call++)
        {
            _layer.ForwardParallel(input, output, _threads);
        }
    }

    public override void Check()
    {
        _output.Span.Fill(float.NaN);
        Run(1);
        Agreement.Batch($"{Name} forward {_workload.Subject.Name}", _output.Span, _workload.Reference.Outputs, _workload.Reference.Length);
    }
}
