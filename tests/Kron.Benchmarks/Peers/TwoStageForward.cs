using System;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>The product by two stages of a library's matrix products.</summary>
internal sealed unsafe class TwoStageForward : Candidate
{
    private readonly GemmLibrary _library;
    private readonly Workload _workload;
    private readonly int _batch;
    private readonly Gemm _first;
    private readonly Gemm _second;
    private readonly FloatBuffer _weightA;
    private readonly FloatBuffer _weightB;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _intermediate;
    private readonly FloatBuffer _output;
    private readonly FloatBuffer? _stageInput;
    private readonly FloatBuffer? _stageOutput;

    private TwoStageForward(GemmLibrary library, Workload workload, TwoStage layout, int batch, FloatBuffer output, FloatBuffer weightA, FloatBuffer weightB, Gemm first, Gemm second)
    {
        _library = library;
        _workload = workload;
        Layout = layout;
        _batch = batch;
        _output = output;
        (_weightA, _weightB, _first, _second) = (weightA, weightB, first, second);
        _input = layout.Interface == Interface.Free ? PeerInputs.Of(workload, layout, batch) : workload.Input(batch);
        _stageInput = layout.ReadsUsersInput ? null : new FloatBuffer((long)layout.Block * layout.Inputs);
        _stageOutput = layout.WritesUsersOutput ? null : new FloatBuffer((long)layout.Block * layout.Outputs);
        _intermediate = new FloatBuffer(layout.Intermediate);
    }

    public override string Name => _library.Name;

    public override bool HasUsersLayout => Layout.Interface != Interface.Free || Layout.IsUsers;

    public override string Detail => $"{Layout}{Of(_first)}{Of(_second)}";

    public TwoStage Layout { get; }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        int blocks = _batch / Layout.Block;
        bool weightIsLeftInFirst = Layout.First.A.IsWeight;
        bool weightIsLeftInSecond = Layout.Second.A.IsWeight;
        float* z = _intermediate.Pointer;
        for (int call = 0; call < calls; call++)
        {
            for (int block = 0; block < blocks; block++)
            {
                float* x = _input.Pointer + ((nint)block * Layout.Block * Layout.Inputs);
                float* y = _output.Pointer + ((nint)block * Layout.Block * Layout.Outputs);
                float* result = y;
                if (_stageInput is not null)
                {
                    TransposeInput(x, _stageInput.Pointer);
                    x = _stageInput.Pointer;
                }

                if (_stageOutput is not null)
                {
                    y = _stageOutput.Pointer;
                }

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

                if (_stageOutput is not null)
                {
                    TransposeOutput(y, result);
                }
            }
        }
    }

    public override void Check()
    {
        _output.Span.Fill(float.NaN);
        Run(1);
        var (m1, m2, _, _, _, _) = Layout.Original;
        var sample = new float[m1 * m2];
        for (int place = 0; place < _batch; place++)
        {
            for (int i1 = 0; i1 < m1; i1++)
            {
                for (int i2 = 0; i2 < m2; i2++)
                {
                    sample[(i1 * m2) + i2] = _output.Span[Layout.Interface == Interface.Free ? Layout.OutputAt(place, i1, i2) : (((place * m1) + i1) * m2) + i2];
                }
            }

            Agreement.Check($"{Name} {Detail} {_workload.Subject.Name}", sample, _workload.Reference.Outputs[SampleSet.IndexAt(place)], _workload.Reference.Length);
        }
    }

    private void TransposeInput(float* user, float* stage)
    {
        if (Layout.Layout == StageLayout.BatchLast)
        {
            Transposition.Run(user, Layout.Block, Layout.Inputs, stage);
            return;
        }

        var (_, _, n1, n2, _, _) = Layout.Original;
        for (int sample = 0; sample < Layout.Block; sample++)
        {
            Transposition.Run(user + ((nint)sample * Layout.Inputs), n1, n2, stage + ((nint)sample * Layout.Inputs));
        }
    }

    private void TransposeOutput(float* stage, float* user)
    {
        if (Layout.Layout == StageLayout.BatchLast)
        {
            Transposition.Run(stage, Layout.Outputs, Layout.Block, user);
            return;
        }

        var (m1, m2, _, _, _, _) = Layout.Original;
        for (int sample = 0; sample < Layout.Block; sample++)
        {
            Transposition.Run(stage + ((nint)sample * Layout.Outputs), m2, m1, user + ((nint)sample * Layout.Outputs));
        }
    }

    private static string Of(Gemm gemm) => gemm.Detail.Length == 0 ? "" : $"; {gemm.Detail}";
}
