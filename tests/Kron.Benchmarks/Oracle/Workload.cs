using System.Collections.Generic;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Oracle;

/// <summary>A subject with its samples, its reference and the batches that all candidates read.</summary>
internal sealed class Workload
{
    private const int Seed = 20151209;

    private readonly Dictionary<int, (FloatBuffer Input, FloatBuffer OutputGradient)> _batches = [];

    public Workload(Subject subject)
    {
        Subject = subject;
        Samples = new SampleSet(subject, Seed);
        Reference = subject.IsConvolution ? new ConvolutionReference(Samples) : new ProductReference(Samples);
    }

    public Subject Subject { get; }

    public SampleSet Samples { get; }

    public Reference Reference { get; }

    public FloatBuffer Input(int batch) => Batch(batch).Input;

    public FloatBuffer OutputGradient(int batch) => Batch(batch).OutputGradient;

    private (FloatBuffer Input, FloatBuffer OutputGradient) Batch(int batch)
    {
        if (!_batches.TryGetValue(batch, out var buffers))
        {
            buffers = (SampleSet.Batch(Samples.Inputs, Subject.Inputs, batch), SampleSet.Batch(Samples.OutputGradients, Subject.Outputs, batch));
            _batches.Add(batch, buffers);
        }

        return buffers;
    }
}
