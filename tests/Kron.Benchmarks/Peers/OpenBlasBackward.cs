using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>
/// All gradients of a product by four matrix products of OpenBLAS, from the two of the forward pass: of C = A·B they are
/// dA = dC·Bᵀ and dB = Aᵀ·dC, of which the weight's adds up over the batch. What lies between the stages is kept from the forward pass.
/// </summary>
internal sealed unsafe class OpenBlasBackward : Candidate
{
    private readonly OpenBlas _library;
    private readonly Workload _workload;
    private readonly TwoStage _layout;
    private readonly int _batch;
    private readonly FloatBuffer _weightA;
    private readonly FloatBuffer _weightB;
    private readonly FloatBuffer _gradientA;
    private readonly FloatBuffer _gradientB;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _kept;
    private readonly FloatBuffer _keptGradient;
    private readonly FloatBuffer _outputGradient;
    private readonly FloatBuffer _inputGradient;

    private OpenBlasBackward(OpenBlas library, Workload workload, TwoStage layout, int batch)
    {
        (_library, _workload, _layout, _batch) = (library, workload, layout, batch);
        ShapeGroup g = layout.Original;
        int lengthA = g.R * g.M1 * g.N1;
        ReadOnlySpan<float> a = workload.Samples.Parameters.AsSpan(0, lengthA);
        ReadOnlySpan<float> b = workload.Samples.Parameters.AsSpan(lengthA, g.R * g.M2 * g.N2);
        _weightA = FloatBuffer.Of(layout.WeightA(layout.IsExchanged ? b : a));
        _weightB = FloatBuffer.Of(layout.WeightB(layout.IsExchanged ? a : b));
        _gradientA = new FloatBuffer(_weightA.Length);
        _gradientB = new FloatBuffer(_weightB.Length);
        _input = PeerInputs.Of(workload, layout, batch);
        _inputGradient = new FloatBuffer(_input.Length);
        _outputGradient = new FloatBuffer((long)batch * layout.Outputs);
        Place(workload.OutputGradient(batch).Span, _outputGradient.Span, g.M1, g.M2, layout.OutputAt);
        _kept = new FloatBuffer(layout.Intermediate * batch / layout.Block);
        _keptGradient = new FloatBuffer(layout.Intermediate);
        for (int block = 0; block < batch / layout.Block; block++)
        {
            float* x = _input.Pointer + ((nint)block * layout.Block * layout.Inputs);
            float* z = _kept.Pointer + ((nint)block * (nint)layout.Intermediate);
            bool weightIsLeft = layout.First.A.IsWeight;
            library.MultiplyAll(layout.First, weightIsLeft ? _weightB.Pointer : x, weightIsLeft ? x : _weightB.Pointer, 0, z);
        }
    }

    public override string Name => _library.Name;

    public override string Detail => _layout.ToString();

    public override bool HasUsersLayout => _layout.IsUsers;

    /// <summary>The fastest layout of all and, where that is not the user's, the fastest of those that are.</summary>
    public static IEnumerable<Candidate> All(OpenBlas library, Workload workload, int batch)
    {
        OpenBlasBackward free = Fastest(library, workload, batch, usersLayout: false);
        return free.HasUsersLayout ? [free] : [free, Fastest(library, workload, batch, usersLayout: true)];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        int blocks = _batch / _layout.Block;
        for (int call = 0; call < calls; call++)
        {
            for (int block = 0; block < blocks; block++)
            {
                float* x = _input.Pointer + ((nint)block * _layout.Block * _layout.Inputs);
                float* z = _kept.Pointer + ((nint)block * (nint)_layout.Intermediate);
                float* dy = _outputGradient.Pointer + ((nint)block * _layout.Block * _layout.Outputs);
                float* dx = _inputGradient.Pointer + ((nint)block * _layout.Block * _layout.Inputs);
                Derive(_layout.Second, _weightA.Pointer, z, dy, _gradientA.Pointer, _keptGradient.Pointer);
                Derive(_layout.First, _weightB.Pointer, x, _keptGradient.Pointer, _gradientB.Pointer, dx);
            }
        }
    }

    public override void Check()
    {
        _gradientA.Span.Clear();
        _gradientB.Span.Clear();
        _inputGradient.Span.Fill(float.NaN);
        Run(1);
        Gradient expected = _workload.Reference.Gradients(_batch);
        ShapeGroup g = _layout.Original;
        string what = $"{Name} backward {Detail} {_workload.Subject.Name}";
        var sample = new float[_layout.Inputs];
        for (int place = 0; place < _batch; place++)
        {
            for (int i = 0; i < sample.Length; i++)
            {
                sample[i] = _inputGradient.Span[_layout.InputAt(place, i / g.N2, i % g.N2)];
            }

            Agreement.Check($"{what}, input", sample, expected.Inputs[SampleSet.IndexAt(place)], expected.Length);
        }

        int lengthA = g.R * g.M1 * g.N1;
        ReadOnlySpan<double> a = expected.Parameters.AsSpan(0, lengthA);
        ReadOnlySpan<double> b = expected.Parameters.AsSpan(lengthA);
        Agreement.Check($"{what}, A", _gradientA.Span, _layout.WeightA(_layout.IsExchanged ? b : a), expected.Length);
        Agreement.Check($"{what}, B", _gradientB.Span, _layout.WeightB(_layout.IsExchanged ? a : b), expected.Length);
    }

    private static OpenBlasBackward Fastest(OpenBlas library, Workload workload, int batch, bool usersLayout)
    {
        ShapeGroup group = workload.Subject.Case.Groups.Single();
        TwoStage layout = library.Choices.Get($"backward {library.Name} {library.Version} {group} {batch} {usersLayout}", () =>
        {
            int trial = batch % TwoStage.LargestBlock == 0 ? TwoStage.LargestBlock : batch;
            List<OpenBlasBackward> candidates = [.. TwoStage.All(group, trial, usersLayout)
                .Where(layout => layout.Interface == Interface.Free && layout.Layout != StageLayout.OneThenTransposed)
                .Select(layout => new OpenBlasBackward(library, workload, layout, trial))];
            return Trial.Fastest(candidates, candidate => candidate)._layout;
        });
        return new OpenBlasBackward(library, workload, layout, batch);
    }

    /// <summary>Both gradients of a stage: adds to the weight's and overwrites the other operand's.</summary>
    private void Derive(GemmShape forward, float* weight, float* data, float* outer, float* weightGradient, float* dataGradient)
    {
        if (forward.A.IsWeight)
        {
            _library.MultiplyAll(OfLeft(forward), outer, data, 1, weightGradient);
            _library.MultiplyAll(OfRight(forward), weight, outer, 0, dataGradient);
        }
        else
        {
            _library.MultiplyAll(OfRight(forward), data, outer, 1, weightGradient);
            _library.MultiplyAll(OfLeft(forward), outer, weight, 0, dataGradient);
        }
    }

    /// <summary>dA = dC · Bᵀ.</summary>
    private static GemmShape OfLeft(GemmShape forward) => new(
        forward.Count, forward.M, forward.K, forward.N, new(forward.LeadingC, forward.StrideC), forward.B with { IsTransposed = true }, forward.A.Leading, forward.A.Stride);

    /// <summary>dB = Aᵀ · dC.</summary>
    private static GemmShape OfRight(GemmShape forward) => new(
        forward.Count, forward.K, forward.N, forward.M, forward.A with { IsTransposed = true }, new(forward.LeadingC, forward.StrideC), forward.B.Leading, forward.B.Stride);

    private static void Place(ReadOnlySpan<float> natural, Span<float> placed, int rows, int columns, Func<int, int, int, int> at)
    {
        for (int i = 0; i < natural.Length; i++)
        {
            (int sample, int element) = Math.DivRem(i, rows * columns);
            placed[at(sample, element / columns, element % columns)] = natural[i];
        }
    }
}
