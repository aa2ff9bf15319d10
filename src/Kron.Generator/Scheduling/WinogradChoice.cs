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
/// the second-level cache, and so is what the next contraction makes of these rows alone.
/// </summary>
internal sealed class WinogradChoice
{
    // A gain that the model is sure of, for its rounding errors and its text.
    private const double Worthwhile = 0.9;

    private readonly LayerPlan _plan;
    private readonly Rankings _rankings;
    private readonly int _samples;
    private readonly int _scratch;
    private readonly List<Node> _nodes = [];
    private readonly List<Node> _commit = [];
    private int _committed;
    private int _scratchEnd;

    private WinogradChoice(LayerPlan plan, Rankings rankings, int samples)
    {
        (_plan, _rankings, _samples) = (plan, rankings, samples);
        _scratch = _scratchEnd = CacheLines.Align(plan.ForwardScratch);
    }

    public static LayerPlan Apply(LayerPlan plan, Rankings rankings, int samples)
    {
        if (!plan.AllowsWinograd)
        {
            return plan;
        }

        var choice = new WinogradChoice(plan, rankings, samples);
        choice.Run();
        return choice._commit.Count == 0
            ? plan
            : plan with
            {
                Forward = new Dataflow(choice._nodes.ToEquatableArray()),
                ForwardScratch = CacheLines.Align(choice._scratchEnd),
                Commit = new Dataflow(choice._commit.ToEquatableArray()),
                CommittedFloats = choice._committed,
            };
    }

    private void Run()
    {
        IReadOnlyList<Node> nodes = _plan.Forward.Nodes;
        for (int i = 0; i < nodes.Count;)
        {
            if (StepAt(i, rowAxis: -1) is not { Site: { } site, Form: { } form } first)
            {
                _nodes.Add(nodes[i++]);
                continue;
            }

            i += first.Count;
            Step? next = first.Map is null && i < nodes.Count && nodes[i] is Contract reader && reader.Left.Tensor.Name == site.Contract.Output.Tensor.Name
                && RowStrips.AxisOf(reader, site.StripAxis, site.FirstRow, site.Rows) is var axis and >= 0
                ? StepAt(i, axis)
                : null;
            i += next?.Count ?? 0;
            int done = 0;
            foreach (WinogradSite strip in Strips(site, form))
            {
                Add(first, done, strip.Rows);
                Add(next, done, strip.Rows);
                done += strip.Rows;
            }
        }
    }

    /// <summary>The contraction at an index in the cheapest form; one that is not Winograd's only along an axis of rows.</summary>
    private Step? StepAt(int index, int rowAxis)
    {
        if (_plan.Forward.Nodes[index] is not Contract contract)
        {
            return null;
        }

        // A transform stores its rows: terms are added up by a pass of their own.
        Map? map = Epilogue.FusedWith(_plan.Forward, index) is { Fold: Fold.Store } store ? store : null;
        if (WinogradSite.Of(contract) is not { } site || (rowAxis >= 0 && site.StripAxis != rowAxis) || Cheapest(site) is not { } form)
        {
            return rowAxis < 0 ? null : new Step(contract, map, rowAxis, null, null, 0);
        }

        int kernel = _committed;
        _commit.Add(site.TransformKernel(form, kernel));
        _committed = CacheLines.Align(kernel + site.Kernel(form, 0).Size);
        return new Step(contract, map, site.StripAxis, site, form, kernel);
    }

    private void Add(Step? step, int row, int rows)
    {
        if (step is { Site: { } site, Form: { } form })
        {
            WinogradSite strip = site.Strip(row, rows);
            (int input, int products) = strip.Scratch(form);
            _nodes.AddRange(strip.Nodes(form, step.Kernel, _scratch, _scratch + input, step.Map));
            _scratchEnd = Math.Max(_scratchEnd, checked(_scratch + input + products));
        }
        else if (step is not null)
        {
            _nodes.AddRange(RowStrips.Of(step.Contract, step.Map, step.RowAxis, row, rows));
        }
    }

    private WinogradForm? Cheapest(WinogradSite site)
    {
        WinogradForm? best = null;
        double least = Worthwhile * TapSkipping.Apply(site.Contract).Sum(part => _rankings.LeastCycles(Contraction.Of(part, null, _samples)));
        foreach (WinogradForm form in WinogradForm.All.Where(site.Fits))
        {
            double cycles = Strips(site, form)
                .SelectMany(strip => strip.Nodes(form, 0, 0, 0, null))
                .Cast<Contract>()
                .Sum(c => c.IsTransform ? CostModel.TransformCycles(c, _rankings.Target, _samples) : _rankings.LeastCycles(Contraction.Of(c, null, _samples)));
            if (cycles < least)
            {
                (best, least) = (form, cycles);
            }
        }

        return best;
    }

    /// <summary>Equal strips of whole tiles, then the rows that are left.</summary>
    private IEnumerable<WinogradSite> Strips(WinogradSite site, WinogradForm form)
    {
        int rows = site.RowsPerTile(form), tiles = site.Rows / rows, done = 0;
        (int input, int products) = site.Strip(0, rows).Scratch(form);
        CacheLevel second = _rankings.Target.Caches[1];
        long most = Math.Max(1, (long)second.Lines * second.LineFloats / 2 / ((long)(input + products) * _samples));
        foreach ((int size, int count) in EqualBlocks.Of(tiles, (int)Math.Min(most, tiles)))
        {
            for (int k = 0; k < count; k++, done += size * rows)
            {
                yield return site.Strip(done, size * rows);
            }
        }

        if (done < site.Rows)
        {
            yield return site.Strip(done, site.Rows - done);
        }
    }

    /// <summary>A contraction and the map over its sums.</summary>
    /// <param name="Contract">The contraction.</param>
    /// <param name="Map">The map, or null.</param>
    /// <param name="RowAxis">The axis of its output that rows are.</param>
    /// <param name="Site">Where it is Winograd's, what slides; else null.</param>
    /// <param name="Form">And the form.</param>
    /// <param name="Kernel">And where its transformed weights lie.</param>
    private sealed record Step(Contract Contract, Map? Map, int RowAxis, WinogradSite? Site, WinogradForm? Form, int Kernel)
    {
        /// <summary>Nodes that it stands for.</summary>
        public int Count => Map is null ? 1 : 2;
    }
}
