using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>One entry kernel: the nodes of a pass in order, bound to a number of samples.</summary>
internal sealed class PassLowering
{
    private readonly Pass _pass;
    private readonly int _samples;
    private readonly TargetModel _target;
    private readonly KernelPool _pool;
    private readonly PanelStore _packed;
    private readonly PanelStore _trainingPacked;
    private readonly int _tensors;
    private readonly Rankings _rankings;
    private readonly bool _small;
    private readonly KernelBuilder _builder = new();

    /// <param name="pass">The pass.</param>
    /// <param name="samples">Samples of the block; 0 for a pass that runs on none.</param>
    /// <param name="target">The target.</param>
    /// <param name="pool">Receives the kernels.</param>
    /// <param name="packed">Panels for inference.</param>
    /// <param name="trainingPacked">Panels that only training needs.</param>
    /// <param name="tensors">Scratch floats that tensors occupy; panels of activations, and what sums need, come behind them.</param>
    /// <param name="rankings">Schedules that are known already.</param>
    /// <param name="small">Whether short text counts more than the last cycles.</param>
    public PassLowering(Pass pass, int samples, TargetModel target, KernelPool pool, PanelStore packed, PanelStore trainingPacked, int tensors, Rankings? rankings = null, bool small = false)
    {
        _rankings = rankings ?? new Rankings(target);
        (_pass, _samples, _target, _pool, _packed, _trainingPacked, _tensors) = (pass, samples, target, pool, packed, trainingPacked, tensors);
        ScratchFloats = tensors;
        _small = small;
    }

    public int ScratchFloats { get; private set; }

    /// <summary>One line per contraction and per window sum, for the reader.</summary>
    public List<string> Choices { get; } = [];

    public Kernel Lower(Dataflow flow, string name)
    {
        for (int i = 0; i < flow.Nodes.Count; i++)
        {
            switch (flow.Nodes[i])
            {
                case Contract contract:
                    Map? map = Epilogue.FusedWith(flow, i);
                    foreach (Contract inside in TapSkipping.Apply(Titled(contract)))
                    {
                        Lower(inside, map);
                    }

                    i += map is null ? 0 : 1;
                    break;
                case Map alone:
                    foreach (Call call in MapLowering.Lower(alone, _samples, _target, _pool))
                    {
                        _builder.Add(call);
                    }

                    break;
                case WindowSum sum:
                    LoweredSum lowered = WindowSumLowering.Lower(sum, _samples, _target, _pool, new Address(nameof(Region.Scratch), _tensors));
                    foreach (Call call in lowered.Calls)
                    {
                        _builder.Add(call);
                    }

                    Choices.Add($"{_pass} {lowered.Choice}");
                    ScratchFloats = Math.Max(ScratchFloats, CacheLines.Align(_tensors + lowered.ScratchFloats));
                    break;
                default:
                    throw new NotSupportedException($"No lowering for {flow.Nodes[i].GetType().Name}.");
            }
        }

        return _builder.BuildEntry(name, $"{_pass} of {(_samples > 0 ? Invariant.Count(_samples, "sample") : "the batch")}.");
    }

    /// <summary>Recording differs from inference by where its sums go: its kernels carry the pass's name.</summary>
    private Contract Titled(Contract contract) => _pass == Pass.Record ? contract with { Name = "Record" + contract.Name } : contract;

    private void Lower(Contract contract, Map? map)
    {
        if (contract.IsTransform)
        {
            _builder.Add(TransformLowering.Lower(contract, map, _samples, _target, _pool));
            return;
        }

        foreach (Contraction part in Tails.Cut(Contraction.Of(contract, map, _samples), _rankings))
        {
            Lower(part);
        }
    }

    private void Lower(Contraction contraction)
    {
        // Views of panels that are not placed yet are enough to measure a tile.
        Schedule schedule = _rankings.Choose(contraction, candidate =>
            JitBudget.Check(TileLowering.Largest(contraction, candidate, _target, Views(contraction, candidate, layout => layout.View(contraction, default))), _target).Count == 0);
        int panels = _tensors;
        ContractionViews views = Views(contraction, schedule, Place);
        _builder.Add(ContractLowering.Lower(contraction, schedule, _target, views, _pool, _samples, _small));
        Choices.Add($"{_pass} {schedule.Describe(contraction)}");
        ScratchFloats = Math.Max(ScratchFloats, panels);

        OperandView Place(PanelLayout layout)
        {
            if (contraction.Operands[layout.Operand].IsParameter)
            {
                string key = layout.Key(contraction);
                PanelStore store = _pass == Pass.Forward ? _packed : _trainingPacked;
                return layout.View(contraction, _packed.Find(key) ?? store.Find(key) ?? store.Add(key, layout, contraction));
            }

            var at = new Address(nameof(Region.Scratch), panels);
            panels = CacheLines.Align(panels + layout.Floats);
            layout.Emit(_builder, contraction, at);
            return layout.View(contraction, at);
        }
    }

    private ContractionViews Views(Contraction contraction, Schedule schedule, Func<PanelLayout, OperandView> panels)
    {
        var names = new HashSet<string>();
        OperandView vector = schedule.Packed
            ? panels(PanelLayout.Of(schedule.VectorOperand, schedule, schedule.Inner, _target.Lanes))
            : View(schedule.VectorOperand);
        OperandView[] extras = [.. Enumerable.Range(Contraction.Extras, contraction.Operands.Count - Contraction.Extras).Select(Extra)];
        return new ContractionViews(Named(View(Contraction.Output)), Named(vector), Named(View(schedule.BroadcastOperand)), [.. extras.Select(Named)]);

        OperandView View(int operand) => OperandView.Direct(contraction, operand, schedule);

        // What an epilogue reads against the grain of the lanes is rearranged along with the weights.
        OperandView Extra(int operand) => contraction.Operands[operand].IsParameter && schedule.Lanes.Strides[operand] is not (0 or 1)
            ? panels(PanelLayout.Of(operand, schedule, schedule.Rows.Select(r => r.Loop), _target.Lanes))
            : View(operand);

        OperandView Named(OperandView view)
        {
            string name = view.Name;
            for (int i = 2; !names.Add(name); i++)
            {
                name = view.Name + "_" + Invariant.Text(i);
            }

            return view with { Name = name };
        }
    }
}
