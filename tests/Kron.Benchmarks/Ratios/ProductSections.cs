using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Ratios;

/// <summary>The rows of <c>ratios</c>.</summary>
internal sealed class ProductSections(RatioOptions options, KernelTarget target, IReadOnlyList<GemmLibrary> libraries) : Sections(options, target)
{
    private const int RandomShapes = 40;
    private const int RandomBatch = 16;
    private const int ParallelBatch = 256;
    private const int Threads = 2;

    public override IEnumerable<(string Name, IEnumerable<Row> Rows)> Timed()
    {
        yield return ("forward", Forward("forward", Shapes.Products, Options.Batches, libraries));
        foreach (Subject dense in Dense)
        {
            // One at a time: every library keeps its own copies of a large weight.
            yield return ("dense", Forward("dense", [dense], Options.Batches, libraries));
            Forget(dense);
        }

        yield return ("backward", Backward("backward", Shapes.Products, libraries));
        yield return ("epilogue", Epilogue());
        yield return ("perterm", Forward("perterm", PerTerm, Options.Batches, []));
        yield return ("perterm-backward", Backward("perterm-backward", PerTerm, []));
        yield return ("sums", Forward("sums", Shapes.Sums, Options.Batches, []));
        yield return ("sums-backward", Backward("sums-backward", Shapes.Sums, []));
        yield return ("random", Forward("random", Shapes.Random(Options.Seed, RandomShapes), [RandomBatch], []));
        yield return ("parallel", Parallel(backward: false));
        yield return ("parallel-backward", Parallel(backward: true));
    }

    protected override IEnumerable<Subject> Remembered => Shapes.Products.Concat(PerTerm).Concat(Shapes.Sums);

    private static IEnumerable<Subject> PerTerm => Shapes.Products.Select(Shapes.PerTerm);

    // A dense layer is selected by the shape that it stands for.
    private IEnumerable<Subject> Dense =>
        Shapes.Products.Where(product => Options.Selects(product.Name)).Select(Subject.Dense).Where(Shapes.Dense.Contains).Distinct();

    private IEnumerable<Row> Epilogue()
    {
        foreach (Subject product in Shapes.Products.Where(subject => Options.Selects(subject.Name)))
        {
            var (bare, bareLayer) = Layer(product);
            var (fused, fusedLayer) = Layer(Shapes.WithEpilogue(product));
            foreach (int batch in Options.Batches)
            {
                var output = new FloatBuffer((long)batch * product.Outputs);
                yield return new Row("epilogue", product, batch, 1, [
                    new KronForward(bare, bareLayer, batch, output, "bare product"),
                    new KronForward(fused, fusedLayer, batch, output, "with bias and Relu")]);
            }
        }
    }

    private IEnumerable<Row> Parallel(bool backward)
    {
        foreach (Subject subject in Shapes.Products.Where(subject => Options.Selects(subject.Name)))
        {
            var (workload, layer) = Layer(subject);
            var output = new FloatBuffer((long)ParallelBatch * subject.Outputs);
            yield return backward
                ? new Row("parallel-backward", subject, ParallelBatch, BackwardPasses, [
                    new KronBackward(workload, layer, ParallelBatch),
                    new KronBackward(workload, layer, ParallelBatch, Threads)])
                : new Row("parallel", subject, ParallelBatch, 1, [
                    new KronForward(workload, layer, ParallelBatch, output),
                    new KronParallel(workload, layer, ParallelBatch, output, Threads)]);
        }
    }

    private IEnumerable<Row> Forward(string section, IEnumerable<Subject> subjects, IEnumerable<int> batches, IReadOnlyList<GemmLibrary> peers)
    {
        foreach (Subject subject in subjects.Where(subject => subject.IsDense || Options.Selects(subject.Name)))
        {
            var (workload, layer) = Layer(subject);
            foreach (int batch in batches)
            {
                var output = new FloatBuffer((long)batch * subject.Outputs);
                yield return new Row(section, subject, batch, 1, [
                    new KronForward(workload, layer, batch, output),
                    .. peers.SelectMany(library => PeerProducts.Forward(library, workload, batch, output))]);
            }
        }
    }

    private IEnumerable<Row> Backward(string section, IEnumerable<Subject> subjects, IReadOnlyList<GemmLibrary> peers)
    {
        foreach (Subject subject in subjects.Where(subject => Options.Selects(subject.Name)))
        {
            var (workload, layer) = Layer(subject);
            foreach (int batch in Options.Batches)
            {
                yield return new Row(section, subject, batch, BackwardPasses, [
                    new KronBackward(workload, layer, batch),
                    .. peers.OfType<OpenBlas>().SelectMany(library => OpenBlasBackward.All(library, workload, batch))]);
            }
        }
    }
}
