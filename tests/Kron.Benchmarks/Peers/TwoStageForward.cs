using System;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>The product by two stages of a library's matrix products.</summary>
internal sealed unsafe class TwoStageForward : Candidate
{
    private readonly GemmLibrary _library;
    private readonly Workload _workload;
    private readonly TwoStage _layout;
    private readonly int _batch;
    private readonly Gemm _first;
    private readonly Gemm _second;
    private readonly FloatBuffer _weightA;
    private readonly FloatBuffer _weightB;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _intermediate;
    private readonly FloatBuffer _output;

    private TwoStageForward(GemmLibrary library, Workload workload, TwoStage layout, int batch, FloatBuffer output, FloatBuffer weightA, FloatBuffer weightB, Gemm first, Gemm second)
    {
        _library = library;
        _workload = workload;
        _layout = layout;
        _batch = batch;
        _output = output;
        (_weightA, _weightB, _first, _second) = (weightA, weightB, first, second);
        _input = PeerInputs.Of(workload, layout, batch);
        _intermediate = new FloatBuffer(layout.Intermediate);
    }

    public override string Name => _library.Name;

    public override string Detail => $"{_layout}{Of(_first)}{Of(_second)}";

    /// <summary>The candidate of one layout, or null where the library cannot compute it.</summary>
    public static TwoStageForward? Create(GemmLibrary library, Workload workload, TwoStage layout, int batch, FloatBuffer output)
    {
        ShapeGroup g = layout.Original;
        int lengthA = g.R * g.M1 * g.N1;
        ReadOnlySpan<float> a = workload.Samples.Parameters.AsSpan(0, lengthA);
        ReadOnlySpan<float> b = workload.Samples.Parameters.AsSpan(lengthA, g.R * g.M2 * g.N2);
        FloatBuffer weightA = FloatBuffer.Of(layout.WeightA(layout.IsExchanged ? b : a));
        FloatBuffer weightB = FloatBuffer.Of(layout.WeightB(layout.IsExchanged ? a : b));
        return library.Prepare(layout.First, weightB) is { } first && library.Prepare(layout.Second, weightA) is { } second
            ? new TwoStageForward(library, workload, layout, batch, output, weightA, weightB, first, second)
            : null;
    }

    public override void Run(int calls)
    {
        int blocks = _batch / _layout.Block;
        bool weightIsLeftInFirst = _layout.First.A.IsWeight;
        bool weightIsLeftInSecond = _layout.Second.A.IsWeight;
        float* z = _intermediate.Pointer;
        for (int call = 0; call < calls; call++)
        {
            for (int block = 0; block < blocks; block++)
            {
                float* x = _input.Pointer + ((nint)block * _layout.Block * _layout.Inputs);
                float* y = _output.Pointer + ((nint)block * _layout.Block * _layout.Outputs);
                if (weightIsLeftInFirst)
                {
                    _first.Run(_weightB.Pointer, x, z);
                }
                else
                {
                    _first.Run(x, _weightB.Pointer, z);
                }

                if (weightIsLeftInSecond)
                {
                    _second.Run(_weightA.Pointer, z, y);
                }
                else
                {
                    _second.Run(z, _weightA.Pointer, y);
                }
            }
        }
    }

    public override void Check()
    {
        _output.Span.Fill(float.NaN);
        Run(1);
        var (m1, m2, _, _, _, _) = _layout.Original;
        var sample = new float[m1 * m2];
        for (int place = 0; place < _batch; place++)
        {
            for (int i1 = 0; i1 < m1; i1++)
            {
                for (int i2 = 0; i2 < m2; i2++)
                {
                    sample[(i1 * m2) + i2] = _output.Span[_layout.OutputAt(place, i1, i2)];
                }
            }

            Agreement.Check($"{Name} {Detail} {_workload.Subject.Name}", sample, _workload.Reference.Outputs[SampleSet.IndexAt(place)], _workload.Reference.Length);
        }
    }

    private static string Of(Gemm gemm) => gemm.Detail.Length == 0 ? "" : $"; {gemm.Detail}";
}
