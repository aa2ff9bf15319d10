using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>Cuts a contraction in two where its last few columns would leave most lanes of a vector idle, so that they are scheduled on their own.</summary>
internal static class Tails
{
    // Two sets of kernels for one contraction must be worth it.
    private const double Worthwhile = 0.95;

    public static IReadOnlyList<Contraction> Cut(Contraction contraction, Rankings rankings)
    {
        IReadOnlyList<Contraction> best = [contraction];
        double least = Worthwhile * rankings.LeastCycles(contraction);
        foreach ((LoopDim loop, int at) in Cuts(contraction, rankings.Target))
        {
            Contraction[] parts = [Part(contraction, loop, 0, at, ""), Part(contraction, loop, at, loop.Extent - at, "Tail")];
            double cycles = rankings.LeastCycles(parts, least);
            if (cycles < least)
            {
                (best, least) = (parts, cycles);
            }
        }

        return best;
    }

    /// <summary>Places behind the last whole vector, for every loop of one operand alone or with another one inside it.</summary>
    private static IEnumerable<(LoopDim Loop, int At)> Cuts(Contraction contraction, TargetModel target)
    {
        foreach (int operand in (int[])[Contraction.Left, Contraction.Right])
        {
            int other = Contraction.Left + Contraction.Right - operand;
            LoopDim[] columns = [.. contraction.Loops.Where(l => l.Uses(operand) && l.Uses(Contraction.Output) && !l.Uses(other) && !l.IsTerm)];
            foreach (LoopDim loop in columns)
            {
                foreach (int inside in columns.Where(l => !ReferenceEquals(l, loop)).Select(l => l.Extent).Append(1))
                {
                    int lanes = loop.Extent * inside;
                    int tail = lanes % target.Lanes;
                    int whole = lanes - tail;
                    if (lanes > target.Lanes && lanes < 4 * target.Lanes && tail > 0 && 2 * tail <= target.Lanes && whole % inside == 0)
                    {
                        yield return (loop, whole / inside);
                    }
                }
            }
        }
    }

    private static Contraction Part(Contraction contraction, LoopDim cut, int from, int count, string suffix) => contraction with
    {
        Name = contraction.Name + suffix,
        Loops =
        [
            .. contraction.Loops
                .Select(l => ReferenceEquals(l, cut) ? l with { Extent = count, Parts = l.Parts.Select(p => p with { Extent = count }).ToEquatableArray() } : l)
                .Where(l => l.Extent > 1),
        ],
        Operands = [.. contraction.Operands.Select((o, k) => o with { Base = o.Base + (from * cut.Strides[k]) })],
    };
}
