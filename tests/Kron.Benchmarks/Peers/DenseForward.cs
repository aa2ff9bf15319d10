using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>A dense layer by one of a library's matrix products: Y = X·Wᵀ, or Yᵀ = W·Xᵀ with the batch innermost.</summary>
internal sealed unsafe class DenseForward : Candidate
{
    private readonly GemmLibrary _library;
    private readonly Workload _workload;
    private readonly int _batch;
    private readonly bool _isBatchLast;
    private readonly bool _weightIsLeft;
    private readonly Gemm _gemm;
    private readonly FloatBuffer _weight;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _output;

    private DenseForward(GemmLibrary library, Workload workload, int batch, FloatBuffer output, bool isBatchLast, bool weightIsLeft, Gemm gemm, FloatBuffer weight)
    {
        (_library, _workload, _batch, _output, _isBatchLast, _weightIsLeft, _gemm, _weight) =
            (library, workload, batch, output, isBatchLast, weightIsLeft, gemm, weight);
        _input = workload.Input(batch);
        if (isBatchLast)
        {
            FloatBuffer natural = _input;
            _input = new FloatBuffer(natural.Length);
            Transposition.Run(natural.Pointer, batch, workload.Subject.Inputs, _input.Pointer);
        }
    }

    public override string Name => _library.Name;

    public override string Detail => $"{(_isBatchLast ? "batch last" : "batch first")}{(_gemm.Detail.Length == 0 ? "" : $"; {_gemm.Detail}")}";

    public override bool HasUsersLayout => !_isBatchLast;

    /// <summary>The fastest way with the user's layout, and the one with the batch innermost.</summary>
    public static IEnumerable<Candidate> All(GemmLibrary library, Workload workload, int batch, FloatBuffer output)
    {
        var (m, n) = (workload.Subject.Outputs, workload.Subject.Inputs);
        var (weight, transposed) = DenseWeights.Of(workload);
        List<(GemmShape Shape, FloatBuffer Weight)> ways =
        [
            (new(1, batch, m, n, new(n, 0), new(m, 0, IsWeight: true), m, 0), transposed),
            (new(1, batch, m, n, new(n, 0), new(n, 0, IsWeight: true, IsTransposed: true), m, 0), weight),
        ];
        if (batch == 1)
        {
            // One sample is the same as a row and as a column.
            ways.Add((new(1, m, 1, n, new(n, 0, IsWeight: true), new(1, 0), 1, 0), weight));
        }

        int fastest = library.Choices.Get($"dense {library.Name} {library.Version} {m} {n} {batch}", () =>
        {
            List<(int Way, DenseForward Candidate)> candidates = [.. ways
                .Select((way, index) => (Way: index, Candidate: Create(way.Shape, way.Weight, isBatchLast: false)!))
                .Where(candidate => candidate.Candidate is not null)];
            return candidates.Count == 0 ? -1 : Trial.Fastest(candidates, candidate => candidate.Candidate).Way;
        });
        DenseForward? users = fastest < 0 ? null : Create(ways[fastest].Shape, ways[fastest].Weight, isBatchLast: false);
        DenseForward? last = batch == 1 ? null : Create(new(1, m, batch, n, new(n, 0, IsWeight: true), new(batch, 0), batch, 0), weight, isBatchLast: true);
        return new Candidate?[] { users, last }.OfType<Candidate>();

        DenseForward? Create(GemmShape shape, FloatBuffer constant, bool isBatchLast) =>
            library.Prepare(shape, constant) is { } gemm ? new DenseForward(library, workload, batch, output, isBatchLast, shape.A.IsWeight, gemm, constant) : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        float* a = (_weightIsLeft ? _weight : _input).Pointer;
        float* b = (_weightIsLeft ? _input : _weight).Pointer;
        for (int call = 0; call < calls; call++)
        {
            _gemm.Run(a, b, _output.Pointer);
        }
    }

    public override void Check()
    {
        _output.Span.Fill(float.NaN);
        Run(1);
        FloatBuffer natural = _output;
        if (_isBatchLast)
        {
            natural = new FloatBuffer(_output.Length);
            Transposition.Run(_output.Pointer, _workload.Subject.Outputs, _batch, natural.Pointer);
        }

        Agreement.Batch($"{Name} {Detail} {_workload.Subject.Name}", natural.Span, _workload.Reference.Outputs, _workload.Reference.Length);
    }
}
