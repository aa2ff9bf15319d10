using System;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Layers;

/// <summary>Kron's inference of one batch, as a user calls it.</summary>
internal sealed class KronForward : Candidate
{
    private readonly Workload _workload;
    private readonly Pass _forward;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _output;
    private readonly int _length;
    private readonly double _growth;

    /// <param name="workload">The subject and its samples.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="batch">Samples of a call.</param>
    /// <param name="output">What it writes.</param>
    /// <param name="name">How tables call it.</param>
    /// <param name="standIn">The dense convolution that the layer is, in place of the subject.</param>
    public KronForward(Workload workload, ILayer layer, int batch, FloatBuffer output, string name = "Kron", Subject? standIn = null)
    {
        (Name, MultiplyAdds) = (name, standIn?.MultiplyAdds);
        _length = standIn is null ? workload.Reference.Length : ConvolutionReference.LengthOf(standIn.Case);
        _growth = workload.Subject.IsConvolution ? ConvolutionReference.GrowthOf((standIn ?? workload.Subject).Case) : 1;
        _workload = workload;
        _forward = layer.Forward;
        _input = workload.Input(batch);
        _output = output;
    }

    // A user calls a class; through the interface, this one place would look up the class of every layer of the table.
    private delegate void Pass(ReadOnlySpan<float> input, Span<float> output);

    public override string Name { get; }

    public override long? MultiplyAdds { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        ReadOnlySpan<float> input = _input.Span;
        Span<float> output = _output.Span;
        for (int call = 0; call < calls; call++)
        {
            _forward(input, output);
        }
    }

    public override void Check()
    {
        _output.Span.Fill(float.NaN);
        Run(1);
        Agreement.Batch($"{Name} forward {_workload.Subject.Name}", _output.Span, _workload.Reference.Outputs, _length, _growth);
    }
}
