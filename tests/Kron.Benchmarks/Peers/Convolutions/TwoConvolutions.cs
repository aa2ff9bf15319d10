using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>A layer's factors as two convolutions of the library.</summary>
internal sealed unsafe class TwoConvolutions
{
    public const string Name = "two oneDNN";

    // An order that needs this many times the multiply-adds of the other is not tried.
    private const double TooMuchWork = 1.3;

    private readonly OneDnnApi _api;
    private readonly Choices _choices;
    private readonly Workload _workload;
    private readonly int _batch;
    private readonly FloatBuffer _output;
    private readonly Factors[] _orders;

    public TwoConvolutions(OneDnnApi api, Choices choices, Workload workload, int batch, FloatBuffer output)
    {
        (_api, _choices, _workload, _batch, _output) = (api, choices, workload, batch, output);
        _orders = [Order(isAFirst: false), Order(isAFirst: true)];
    }

    /// <summary>The fastest plan by trial; null where there is none.</summary>
    /// <param name="users">Whether the copies from and to the user's layout count.</param>
    public TwoConvolutionsPlan? Fastest(bool users)
    {
        List<TwoConvolutionsPlan> best = [];
        long least = _orders.Min(order => order.Work);
        foreach (Factors factors in _orders.Where(order => order.Work <= TooMuchWork * least))
        {
            foreach (FirstForm form in Enum.GetValues<FirstForm>())
            {
                foreach (int block in new[] { 1, _batch }.Distinct())
                {
                    foreach (bool isSplit in new[] { false, true })
                    {
                        if (FirstStage.IsPossible(factors, form, block, isSplit))
                        {
                            best.AddRange(ImageLayouts.All.Select(read => Fastest(factors, form, block, isSplit, read, users)).OfType<TwoConvolutionsPlan>());
                        }
                    }
                }
            }
        }

        return best.Count == 0 ? null : Trial.Fastest(best, plan => Create(plan, users));
    }

    public OneDnnForward Create(TwoConvolutionsPlan plan, bool users)
    {
        Factors factors = _orders[plan.IsAFirst ? 1 : 0];
        FirstStage first = new(_api, factors, plan);
        SecondStage second = new(_api, factors, plan);
        var forward = new OneDnnForward(
            _api,
            Name,
            plan.ToString(),
            users || (first.SourceFloats == 0 && second.TargetFloats == 0),
            _output,
            what => Agreement.Batch(what, _output.Span, _workload.Reference.Outputs, _workload.Reference.Length));
        float* made = forward.Allocate(first.MadeFloats), read = forward.Allocate(first.ReadFloats);

        // What is copied within the time is copied to the same memory for every block.
        int blocks = _batch / plan.Block;
        float* source = forward.Allocate(first.SourceFloats * (users ? 1 : blocks)), target = forward.Allocate(second.TargetFloats * (users ? 1 : blocks));
        for (int block = 0; block < blocks; block++)
        {
            float* x = _workload.Input(_batch).Pointer + ((long)block * plan.Block * factors.Inputs);
            float* y = _output.Pointer + ((long)block * plan.Block * factors.Outputs);
            first.AppendEnter(forward.Enter, x, source);
            first.Append(forward.Timed, x, source, made, read);
            second.Append(forward.Timed, read, target, y);
            second.AppendLeave(forward.Leave, target, y);
            source += users ? 0 : first.SourceFloats;
            target += users ? 0 : second.TargetFloats;
        }

        forward.Begin();
        return forward;
    }

    private Factors Order(bool isAFirst) => new(_workload.Subject.Case, _workload.Samples.Parameters, isAFirst);

    /// <summary>The fastest first stage and the fastest second one that meet in a layout, each found on a block of its own.</summary>
    private TwoConvolutionsPlan? Fastest(Factors factors, FirstForm form, int block, bool isSplit, ImageLayout read, bool users)
    {
        ConvolutionShape firstShape = FirstStage.Shape(factors, form, block), secondShape = SecondStage.Shape(factors, block, isSplit);
        bool firstAdds = form == FirstForm.Depthwise && factors.FirstInputs > 1, secondAdds = isSplit;
        List<TwoConvolutionsPlan> heads = [];
        List<TwoConvolutionsPlan> tails = [];
        foreach (ImageLayout other in ImageLayouts.All)
        {
            foreach (ImageLayout made in ImageLayouts.All.Where(made => FirstStage.IsPossible(factors, form, isSplit, made, read)))
            {
                if (Fastest(firstShape with { Accumulates = firstAdds }, other, made) is { } first)
                {
                    heads.Add(new(factors.IsAFirst, form, block, isSplit, other, made, read, read, first, first));
                }
            }

            if (Fastest(secondShape with { Accumulates = secondAdds }, read, other) is { } second)
            {
                tails.Add(new(factors.IsAFirst, form, block, isSplit, read, read, read, other, second, second));
            }
        }

        if (heads.Count == 0 || tails.Count == 0)
        {
            return null;
        }

        TwoConvolutionsPlan head = Trial.Fastest(heads, plan => Head(factors, plan, users)), tail = Trial.Fastest(tails, plan => Tail(factors, plan, users));
        return head with { Target = tail.Target, Second = tail.Second };
    }

    private Part Head(Factors factors, TwoConvolutionsPlan plan, bool users)
    {
        var part = new Part(_api);
        FirstStage stage = new(_api, factors, plan);
        float* x = part.Allocate((long)plan.Block * factors.Inputs), source = part.Allocate(stage.SourceFloats);
        if (users)
        {
            stage.AppendEnter(part.Steps, x, source);
        }

        stage.Append(part.Steps, x, source, part.Allocate(stage.MadeFloats), part.Allocate(stage.ReadFloats));
        return part;
    }

    private Part Tail(Factors factors, TwoConvolutionsPlan plan, bool users)
    {
        var part = new Part(_api);
        SecondStage stage = new(_api, factors, plan);
        float* y = part.Allocate((long)plan.Block * factors.Outputs), target = part.Allocate(stage.TargetFloats);
        stage.Append(part.Steps, part.Allocate(stage.ReadFloats), target, y);
        if (users)
        {
            stage.AppendLeave(part.Steps, target, y);
        }

        return part;
    }

    /// <summary>The fastest way to compute one shape with two layouts.</summary>
    private ConvolutionWay? Fastest(ConvolutionShape shape, ImageLayout source, ImageLayout target) =>
        _choices.Get($"oneDNN {_api.Version} {shape} {source} {target}", () =>
        {
            IReadOnlyList<ConvolutionWay> ways = OneDnnConvolution.Ways(_api, shape, source, target);
            return ways.Count == 0 ? null : Trial.Fastest(ways, way =>
            {
                var part = new Part(_api);
                OneDnnConvolution convolution = OneDnnConvolution.Create(_api, shape, source, target, way);
                convolution.Append(
                    part.Steps,
                    part.Allocate(source.Floats(shape.Images, shape.Inputs, shape.Size)),
                    convolution.Pack(new float[shape.Outputs * (shape.Inputs / shape.Groups) * shape.Kernel.Area]),
                    part.Allocate(target.Floats(shape.Images, shape.Outputs, shape.OutSize)));
                return part;
            });
        });

    /// <summary>A part of a plan, for trials.</summary>
    private sealed class Part(OneDnnApi api) : Candidate
    {
        public override string Name => TwoConvolutions.Name;

        public Steps Steps { get; } = new(api);

        public float* Allocate(long floats) => Steps.Allocate(floats);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                Steps.Run();
            }
        }

        public override void Check()
        {
        }
    }
}
