using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>Builds all passes of a layer for one target from its plan.</summary>
internal sealed class ProgramBuilder
{
    private readonly LayerPlan _plan;
    private readonly TargetModel _target;
    private readonly int _block;
    private readonly Rankings _rankings;
    private readonly KernelPool _pool = new();
    private readonly PanelStore _packed;
    private readonly PanelStore _trainingPacked = new(Region.TrainingPacked);
    private readonly List<string> _choices = [];

    private ProgramBuilder(LayerPlan plan, TargetModel target)
    {
        _target = target;
        _block = SampleBlocks.For(Math.Max(Walked(plan), Math.Max(plan.ForwardScratch, plan.BackwardScratch)));
        _rankings = new Rankings(target);
        _plan = Layouts.Choose(WinogradChoice.Apply(plan, _rankings, _block), _rankings, _block);
        _packed = new PanelStore(Region.Packed, _plan.CommittedFloats);
    }

    public static LayerProgramIr Build(LayerSpec spec, TargetModel target) => Build(LayerPlan.Of(spec), target);

    public static LayerProgramIr Build(LayerPlan plan, TargetModel target) => new ProgramBuilder(plan, target).Build();

    private LayerProgramIr Build()
    {
        var entries = new List<Entry>();
        _choices.AddRange(_plan.Orders);
        foreach (Call call in _plan.Commit.Nodes.SelectMany(Committed))
        {
            _packed.Add(call);
        }

        int forwardScratch = 0, backwardScratch = 0;
        foreach (int samples in _block == 1 ? new[] { 1 } : [_block, 1])
        {
            forwardScratch = Math.Max(forwardScratch, Lower(Pass.Forward, _plan.Forward, _plan.ForwardScratch, samples));
            if (_plan.Batch is { } measured)
            {
                forwardScratch = Math.Max(forwardScratch, Lower(Pass.Measure, measured.Measure, _plan.ForwardScratch, samples));
            }

            forwardScratch = Math.Max(forwardScratch, Lower(Pass.Record, _plan.Record, _plan.ForwardScratch, samples));
            backwardScratch = Math.Max(backwardScratch, Lower(Pass.Backward, _plan.Backward, _plan.BackwardScratch, samples));
            backwardScratch = Math.Max(backwardScratch, Lower(Pass.InputGradient, _plan.InputGradient, _plan.BackwardScratch, samples));
        }

        if (_plan.Batch is { } batch)
        {
            Lower(Pass.Settle, batch.Settle, 0, 0);
            Lower(Pass.SettleGradient, batch.SettleGradient, 0, 0);
        }

        entries.Add(new Entry(Pass.Pack, 0, _packed.Build("Pack")));
        entries.Add(new Entry(Pass.PackTraining, 0, _trainingPacked.Build("PackTraining")));
        var program = new LayerProgramIr(
            _target,
            _block,
            _pool.Kernels.ToEquatableArray(),
            entries.ToEquatableArray(),
            new ProgramSizes(_packed.Floats, _trainingPacked.Floats, forwardScratch, backwardScratch, _plan.Tape)
            {
                Batch = _plan.Batch?.Floats ?? 0,
                BatchGradient = _plan.Batch?.GradientFloats ?? 0,
            },
            _choices.ToEquatableArray());
        return StraightLine.Apply(program);

        int Lower(Pass pass, Dataflow flow, int scratch, int samples)
        {
            // Training runs in blocks; what is left of a batch shares their tiles or has short ones.
            bool small = samples < _block && pass != Pass.Forward;
            var lowering = new PassLowering(pass, samples, _target, _pool, _packed, _trainingPacked, checked(scratch * samples), rankings: _rankings, small: small);
            Kernel kernel = lowering.Lower(flow, samples > 0 ? $"{pass}{Invariant.Text(samples)}" : pass.ToString());
            entries.Add(new Entry(pass, samples, kernel));
            if (samples == _block && pass is Pass.Forward or Pass.Backward or Pass.InputGradient)
            {
                _choices.AddRange(lowering.Choices);
            }

            return lowering.ScratchFloats;
        }
    }

    private IEnumerable<Call> Committed(Node node) => node is Map map
        ? MapLowering.Lower(map, samples: 1, _target, _pool)
        : [TransformLowering.Lower((Contract)node, null, samples: 1, _target, _pool)];

    /// <summary>Floats per sample of an input that maps alone walk, again and again where there are several.</summary>
    private static int Walked(LayerPlan plan) => plan.Forward.Nodes.All(n => n is Map)
        ? plan.Forward.Nodes.SelectMany(n => n.Sources).Where(t => t.Region == Region.Input).Max(t => t.Size)
        : 0;
}
