using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Compilation;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Networks;
using Kron.Benchmarks.Oracle;
using Kron.Benchmarks.Peers.Convolutions;

namespace Kron.Benchmarks.Ratios;

/// <summary>The rows of <c>convolutions</c>.</summary>
internal sealed class ConvolutionSections(RatioOptions options, KernelTarget target, OneDnnConvolutions? library) : Sections(options, target)
{
    public override IEnumerable<(string Name, IEnumerable<Row> Rows)> Timed()
    {
        yield return ("forward", Forward());
        yield return ("backward", Backward());
        yield return ("network", Networks());
    }

    public override IEnumerable<CodeResult> Code()
    {
        foreach (Subject subject in Remembered.Where(subject => Options.Selects(subject.Name)))
        {
            (string largest, int bytes) = GeneratorRunTimes.TextOf(subject).MaxBy(pair => pair.Value);
            JitCost jit = JitCost.Of(subject, Target);
            yield return new CodeResult(subject.Name, largest, bytes, jit.Inference, jit.Training);
        }
    }

    protected override IEnumerable<Subject> Remembered => Convolutions.All.Concat(Convolutions.Dense);

    private IEnumerable<Row> Forward()
    {
        foreach (Subject subject in Convolutions.All.Where(subject => Options.Selects(subject.Name)))
        {
            var (workload, layer) = Layer(subject);
            foreach (int batch in Options.Batches)
            {
                var output = new FloatBuffer((long)batch * subject.Outputs);
                yield return new Row("forward", subject, batch, 1, [
                    new KronForward(workload, layer, batch, output),
                    .. Target == Options.Best ? Peers(workload, batch, output) : []]);
            }
        }
    }

    private IEnumerable<Candidate> Peers(Workload workload, int batch, FloatBuffer output)
    {
        Subject subject = workload.Subject, dense = Subject.Dense(subject);
        ILayer layer = Create(dense, ConvolutionKernel.Of(subject.Case, workload.Samples.Parameters));
        yield return new KronForward(workload, layer, batch, output, ConvolutionTables.DenseKron, dense);
        if (library is null)
        {
            yield break;
        }

        foreach (Candidate candidate in library.Dense(workload, batch, output))
        {
            yield return candidate;
        }

        if (subject.Case.Groups.Count > 0)
        {
            foreach (Candidate candidate in library.Two(workload, batch, output))
            {
                yield return candidate;
            }
        }
    }

    private IEnumerable<Row> Networks()
    {
        var rows = new NetworkRows(Target, library);
        foreach (Network network in Network.SceneText.Where(network => Options.Selects(network.Name)))
        {
            var workload = new NetworkWorkload(network);
            foreach (int batch in Options.Batches)
            {
                yield return new Row("network", network, batch, 1, rows.Of(workload, batch));
            }
        }
    }

    private IEnumerable<Row> Backward()
    {
        foreach (Subject subject in Convolutions.All.Where(subject => Options.Selects(subject.Name)))
        {
            var (workload, layer) = Layer(subject);
            foreach (int batch in Options.Batches)
            {
                yield return new Row("backward", subject, batch, BackwardPasses, [new KronBackward(workload, layer, batch)]);
            }
        }
    }
}
