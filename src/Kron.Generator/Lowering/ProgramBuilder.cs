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
    // 64-byte lines.
    private const int Alignment = 16;

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
        _block = SampleBlocks.For(Math.Max(plan.ForwardScratch, plan.BackwardScratch));
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
        foreach (Contract transform in _plan.Commit.Nodes.Cast<Contract>())
        {
            _packed.Add(TransformLowering.Lower(transform, null, samples: 1, _target, _pool));
        }

        int forwardScratch = 0, backwardScratch = 0;
        foreach (int samples in _block == 1 ? new[] { 1 } : [_block, 1])
        {
            forwardScratch = Math.Max(forwardScratch, Lower(Pass.Forward, _plan.Forward, _plan.ForwardScratch, samples));
            forwardScratch = Math.Max(forwardScratch, Lower(Pass.Record, _plan.Record, _plan.ForwardScratch, samples));
            backwardScratch = Math.Max(backwardScratch, Lower(Pass.Backward, _plan.Backward, _plan.BackwardScratch, samples));
            backwardScratch = Math.Max(backwardScratch, Lower(Pass.InputGradient, _plan.InputGradient, _plan.BackwardScratch, samples));
        }

        entries.Add(new Entry(Pass.Pack, 0, _packed.Build("Pack")));
        entries.Add(new Entry(Pass.PackTraining, 0, _trainingPacked.Build("PackTraining")));
        var program = new LayerProgramIr(
            _target,
            _block,
            _pool.Kernels.ToEquatableArray(),
            entries.ToEquatableArray(),
            new ProgramSizes(_packed.Floats, _trainingPacked.Floats, forwardScratch, backwardScratch, _plan.Tape),
            _choices.ToEquatableArray());
        return StraightLine.Apply(program);

        int Lower(Pass pass, Dataflow flow, int scratch, int samples)
        {
            // Training runs in blocks; what is left of a batch shares their tiles or has short ones.
            bool small = samples < _block && pass != Pass.Forward;
            var lowering = new PassLowering(pass, samples, _target, _pool, _packed, _trainingPacked, checked(scratch * samples), rankings: _rankings, small: small);
            Kernel kernel = lowering.Lower(flow, $"{pass}{Invariant.Text(samples)}");
            entries.Add(new Entry(pass, samples, kernel));
            if (samples == _block && pass is Pass.Forward or Pass.Backward or Pass.InputGradient)
            {
                _choices.AddRange(lowering.Choices);
            }

            return lowering.ScratchFloats;
        }
    }

    /// <summary>Rounds up to whole cache lines.</summary>
    public static int Align(long floats) => checked((int)((floats + Alignment - 1) / Alignment * Alignment));
}
