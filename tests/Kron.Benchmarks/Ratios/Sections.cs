using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Ratios;

/// <summary>The rows of each table of a command.</summary>
internal abstract class Sections(RatioOptions options, KernelTarget target)
{
    /// <summary>Work of the gradients of both operands of every product, in forward passes.</summary>
    protected const int BackwardPasses = 2;

    private const int LargestMemoryBatch = 16;

    private readonly Dictionary<string, (Workload Workload, ILayer Layer)> _layers = [];

    /// <summary>The sections that time something, each with how to make its rows.</summary>
    public abstract IEnumerable<(string Name, IEnumerable<Row> Rows)> Timed();

    /// <summary>What calls allocate and weights take.</summary>
    public IEnumerable<MemoryResult> Memory() =>
        from subject in Remembered.Where(subject => Options.Selects(subject.Name))
        let pair = Layer(subject)
        from batch in Options.Batches.Where(batch => batch <= LargestMemoryBatch)
        select KronMemory.Of(pair.Workload, pair.Layer, batch, Target);

    /// <summary>What the layers' code takes.</summary>
    public virtual IEnumerable<CodeResult> Code() => [];

    protected RatioOptions Options { get; } = options;

    protected KernelTarget Target { get; } = target;

    /// <summary>The layers whose memory is counted.</summary>
    protected abstract IEnumerable<Subject> Remembered { get; }

    /// <summary>A subject's layer, compiled at its first use.</summary>
    protected (Workload Workload, ILayer Layer) Layer(Subject subject)
    {
        if (!_layers.TryGetValue(subject.Name, out var entry))
        {
            var workload = new Workload(subject);
            entry = (workload, Create(subject, workload.Samples.Parameters));
            _layers.Add(subject.Name, entry);
        }

        return entry;
    }

    /// <summary>A subject's layer with these parameters.</summary>
    protected ILayer Create(Subject subject, float[] parameters)
    {
        ILayer layer = LayerFactory.Create(subject, Target);
        parameters.AsSpan().CopyTo(layer.Parameters);
        layer.Commit();
        return layer;
    }

    /// <summary>Lets go of a subject's layer.</summary>
    protected void Forget(Subject subject) => _layers.Remove(subject.Name);
}
