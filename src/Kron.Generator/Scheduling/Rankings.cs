using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Kron.Generator.Scheduling;

/// <summary>
/// The schedules of a target's contractions, each enumerated once: axis orders, cuts and passes ask for the same
/// contraction many times. Not for several threads at once.
/// </summary>
internal sealed class Rankings(TargetModel target)
{
    // Kernels are shared with a contraction that differs only in where its tensors lie, unless others are faster by more than this.
    private const double Similar = 1.03;

    private readonly Dictionary<Key, (double Cycles, bool IsExact)> _least = [];
    private readonly Dictionary<Key, Schedule> _chosen = [];

    private readonly Dictionary<Key, Schedule> _elsewhere = [];

    public TargetModel Target => target;

    /// <summary>Cycles of the cheapest schedule, or <paramref name="limit"/> if none takes less.</summary>
    public double LeastCycles(Contraction contraction, double limit = double.PositiveInfinity)
    {
        Key key = Key.Of(contraction);
        if (_least.TryGetValue(key, out (double Cycles, bool IsExact) known) && (known.IsExact || known.Cycles >= limit))
        {
            return Math.Min(known.Cycles, limit);
        }

        double cycles = ContractScheduler.LeastCycles(contraction, target, limit);
        _least[key] = (cycles, cycles < limit);
        return cycles;
    }

    /// <summary>Cycles of the cheapest schedules of several contractions together, or <paramref name="limit"/> if that is not less.</summary>
    public double LeastCycles(IReadOnlyList<Contraction> contractions, double limit)
    {
        // No schedule is faster than the multiply-adders: what is left cannot take less, so most losers are known early.
        double total = 0, rest = contractions.Sum(Peak);
        foreach (Contraction contraction in contractions)
        {
            rest -= Peak(contraction);
            double left = limit - total - rest;
            double cycles = LeastCycles(contraction, left);
            if (cycles >= left)
            {
                return limit;
            }

            total += cycles;
        }

        return Math.Min(total, limit);
    }

    private double Peak(Contraction contraction) => contraction.MultiplyAdds / (target.Lanes * (double)target.MultiplyAddsPerCycle);

    /// <summary>The cheapest schedule whose tiles stay within the JIT's budget.</summary>
    public Schedule Choose(Contraction contraction, Func<Schedule, bool> fits)
    {
        Key key = Key.Of(contraction), places = key with { Regions = "" };
        if (_chosen.TryGetValue(key, out Schedule? schedule))
        {
            return schedule;
        }

        double least = LeastCycles(contraction);
        if (!_elsewhere.TryGetValue(places, out schedule) || CostModel.Cycles(contraction, schedule, target) > Similar * least)
        {
            schedule = ContractScheduler.Choose(contraction, target, fits, least);
            _elsewhere[places] = schedule;
        }

        _chosen.Add(key, schedule);
        return schedule;
    }

    /// <summary>All that the choice of a schedule depends on: neither names of kernels and tensors nor where these lie.</summary>
    private readonly record struct Key(string Regions, string Loops, bool Accumulate, Epilogue? Epilogue)
    {
        public static Key Of(Contraction contraction)
        {
            StringBuilder regions = new(), text = new();
            foreach (Operand operand in contraction.Operands)
            {
                regions.Append((int)operand.Tensor.Region).Append(' ');
                text.Append(operand.IsParameter ? 'p' : ' ');
            }

            foreach (LoopDim loop in contraction.Loops)
            {
                text.Append(loop.Name).Append(loop.IsTerm ? '+' : ':').Append(loop.Extent);
                foreach (LoopPart part in loop.Parts)
                {
                    text.Append('/').Append(part.Extent);
                    foreach (long stride in part.Strides)
                    {
                        text.Append(',').Append(stride);
                    }
                }
            }

            return new Key(regions.ToString(), text.ToString(), contraction.Accumulate, contraction.Epilogue);
        }
    }
}
