using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Planning.Winograd;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>
/// Rewrites contractions of inference with three taps into Winograd's form where the target is faster so: fewer products beside
/// transforms that are paid for by memory. The output is made in strips of rows whose transformed input and products stay in
/// the second-level cache.
/// </summary>
internal static class WinogradChoice
{
    // A gain that the model is sure of, for its rounding errors and its text.
    private const double Worthwhile = 0.9;

    public static LayerPlan Apply(LayerPlan plan, Rankings rankings, int samples)
    {
        var commit = new List<Node>();
        int committed = 0, scratch = 0;
        IReadOnlyList<Node> nodes = plan.Forward.Nodes;
        var result = new List<Node>();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!plan.AllowsWinograd || nodes[i] is not Contract contract || WinogradSite.Of(contract) is not { } site || Cheapest(site, rankings, samples) is not { } form)
            {
                result.Add(nodes[i]);
                continue;
            }

            // A transform stores its rows: terms are added up by a pass of their own.
            Map? map = Epilogue.FusedWith(plan.Forward, i) is { Fold: Fold.Store } store ? store : null;
            commit.Add(site.TransformKernel(form, committed));
            int strip = StripOf(site, form, rankings.Target, samples), at = CacheLines.Align(plan.ForwardScratch);
            foreach ((int row, int tiles, int rows) in Strips(site, form, strip))
            {
                result.AddRange(site.Rows(form, row, tiles, rows, committed, at, map));
            }

            (int input, int products) = site.Scratch(form, strip);
            scratch = Math.Max(scratch, checked(at + input + products) - plan.ForwardScratch);
            committed = CacheLines.Align(committed + site.Kernel(form, 0).Size);
            i += map is null ? 0 : 1;
        }

        return commit.Count == 0
            ? plan
            : plan with
            {
                Forward = new Dataflow(result.ToEquatableArray()),
                ForwardScratch = CacheLines.Align(plan.ForwardScratch + scratch),
                Commit = new Dataflow(commit.ToEquatableArray()),
                CommittedFloats = committed,
            };
    }

    private static WinogradForm? Cheapest(WinogradSite site, Rankings rankings, int samples)
    {
        WinogradForm? best = null;
        double least = Worthwhile * TapSkipping.Apply(site.Contract).Sum(part => rankings.LeastCycles(Contraction.Of(part, null, samples)));
        foreach (WinogradForm form in WinogradForm.All.Where(f => f.Outputs <= site.Pixel.Extent))
        {
            double cycles = Strips(site, form, StripOf(site, form, rankings.Target, samples))
                .SelectMany(s => site.Rows(form, s.Row, s.Tiles, s.Rows, 0, 0, null))
                .Cast<Contract>()
                .Sum(c => c.IsTransform ? CostModel.TransformCycles(c, rankings.Target, samples) : rankings.LeastCycles(Contraction.Of(c, null, samples)));
            if (cycles < least)
            {
                (best, least) = (form, cycles);
            }
        }

        return best;
    }

    /// <summary>Tiles of rows that are worked on at once.</summary>
    private static int StripOf(WinogradSite site, WinogradForm form, TargetModel target, int samples)
    {
        int tiles = site.Pixel.Extent / form.Outputs;
        (int input, int products) = site.Scratch(form, 1);
        CacheLevel second = target.Caches[1];
        long most = Math.Max(1, (long)second.Lines * second.LineFloats / 2 / ((long)(input + products) * samples));
        return most >= tiles ? tiles : EqualBlocks.Run(tiles, (int)most, 0).Size;
    }

    /// <summary>Whole tiles in equal strips, then the rows that are left.</summary>
    private static IEnumerable<(int Row, int Tiles, int Rows)> Strips(WinogradSite site, WinogradForm form, int strip)
    {
        int tiles = site.Pixel.Extent / form.Outputs, rest = site.Pixel.Extent % form.Outputs, done = 0;
        foreach ((int size, int count) in EqualBlocks.Of(tiles, strip))
        {
            for (int k = 0; k < count; k++, done += size)
            {
                yield return (done * form.Outputs, size, form.Outputs);
            }
        }

        if (rest > 0)
        {
            yield return (done * form.Outputs, 1, rest);
        }
    }
}
