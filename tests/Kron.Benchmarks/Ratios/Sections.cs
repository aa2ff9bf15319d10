using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Ratios;

/// <summary>The rows of each table.</summary>
internal sealed class Sections(RatioOptions options, KernelTarget target, IReadOnlyList<GemmLibrary> libraries)
{
    private readonly Dictionary<string, (Workload Workload, ILayer Layer)> _layers = [];

    /// <summary>Each section's name and how to make its rows.</summary>
    public IEnumerable<(string Name, IEnumerable<Row> Rows)> All()
    {
        yield return ("forward", Forward("forward", Shapes.Products, options.Batches, libraries));
        yield return ("backward", Backward("backward", Shapes.Products, options.Batches));
    }

    private IEnumerable<Row> Forward(string section, IEnumerable<Subject> subjects, IEnumerable<int> batches, IReadOnlyList<GemmLibrary> peers)
    {
        foreach (Subject subject in subjects.Where(subject => options.Selects(subject.Name)))
        {
            var (workload, layer) = Layer(subject);
            foreach (int batch in batches)
            {
                var output = new FloatBuffer((long)batch * subject.Outputs);
                yield return new Row(section, subject, batch, 1, [
                    new KronForward(workload, layer, batch, output),
                    .. peers.Select(library => PeerProducts.Forward(library, workload, batch, output)).OfType<Candidate>()]);
            }
        }
    }

    private IEnumerable<Row> Backward(string section, IEnumerable<Subject> subjects, IEnumerable<int> batches)
    {
        foreach (Subject subject in subjects.Where(subject => options.Selects(subject.Name)))
        {
            var (workload, layer) = Layer(subject);
            foreach (int batch in batches)
            {
                yield return new Row(section, subject, batch, 2, [new KronBackward(workload, layer, batch)]);
            }
        }
    }

    private (Workload Workload, ILayer Layer) Layer(Subject subject)
    {
        if (!_layers.TryGetValue(subject.Name, out var entry))
        {
            var workload = new Workload(subject);
            ILayer layer = LayerFactory.Create(subject, target);
            workload.Samples.Parameters.AsSpan().CopyTo(layer.Parameters);
            layer.Commit();
            entry = (workload, layer);
            _layers.Add(subject.Name, entry);
        }

        return entry;
    }
}
