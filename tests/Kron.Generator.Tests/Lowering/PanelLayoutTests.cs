using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Lowering;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Lowering;

/// <summary>What a rearrangement puts where, against the index of every single element.</summary>
public class PanelLayoutTests
{
    public static TheoryData<string> TargetNames => [.. Targets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void EveryElementIsWhereItsViewSaysAndNothingElseIsWritten(string targetName)
    {
        TargetModel target = Targets.All.Single(t => t.Name == targetName);
        foreach (SampleContraction sample in SampleContraction.All.Values)
        {
            Contraction contraction = sample.Bound;
            foreach ((Schedule schedule, PanelLayout layout) in Layouts(contraction, target))
            {
                string what = $"{sample.Node.Name}: {layout.Key(contraction)}";
                float[] panels = Fill(layout, contraction, target);
                OperandView view = layout.View(contraction, default);
                HashSet<long> written = [];
                if (schedule.Reduced)
                {
                    CheckGroups(contraction, schedule, layout, panels, what);
                    continue;
                }

                foreach ((LoopDim Loop, int Index)[] point in Points([schedule.Lanes, .. schedule.Loops.Where(l => l.Uses(layout.Operand))]))
                {
                    int lane = point[0].Index;
                    long to = (lane / layout.Columns * view.VectorStride) + (lane % layout.Columns) + point.Skip(1).Sum(p => p.Index * view.Stride(p.Loop));
                    long from = contraction.Operands[layout.Operand].Base.Offset + point.Sum(p => Walk(p.Loop, p.Index, layout.Operand));
                    panels[to].ShouldBe(from, what);
                    written.Add(to).ShouldBeTrue(what);
                }

                panels.Count(v => !float.IsNaN(v)).ShouldBe(written.Count, what);
                ((long)panels.Length).ShouldBe(layout.Floats, what);
            }
        }
    }

    /// <summary>Element e of a group lies e floats on; the last group is filled up with zeros.</summary>
    private static void CheckGroups(Contraction contraction, Schedule schedule, PanelLayout layout, float[] panels, string what)
    {
        OperandView view = layout.View(contraction, default);
        LoopDim steps = schedule.Inner[^1];
        int perVector = layout.Columns;
        int written = 0;
        foreach ((LoopDim Loop, int Index)[] point in Points([schedule.Lanes, .. schedule.Loops.Where(l => l.Uses(layout.Operand) && l != steps)]))
        {
            long to = (point[0].Index / perVector * view.VectorStride) + (point[0].Index % perVector * layout.Group) + point.Skip(1).Sum(p => p.Index * view.Stride(p.Loop));
            long from = contraction.Operands[layout.Operand].Base.Offset + point.Sum(p => Walk(p.Loop, p.Index, layout.Operand));
            int count = (steps.Extent * layout.Group) + layout.Remainder;
            for (int k = 0; k < (count + layout.Group - 1) / layout.Group * layout.Group; k++)
            {
                float expected = k < count ? from + (k * (steps.Parts[0].Strides[layout.Operand] / layout.Group)) : 0;
                panels[to + (k / layout.Group * view.Stride(steps)) + (k % layout.Group)].ShouldBe(expected, what);
                written++;
            }
        }

        panels.Count(v => !float.IsNaN(v)).ShouldBe(written, what);
        ((long)panels.Length).ShouldBe(layout.Floats, what);
    }

    [Fact]
    public void EqualKeysMeanEqualContent()
    {
        int shared = 0;
        foreach (SampleContraction sample in SampleContraction.All.Values)
        {
            Contraction contraction = sample.Bound;
            var byKey = Layouts(contraction, Targets.Avx2, distinct: false).GroupBy(p => p.Layout.Key(contraction)).ToList();
            foreach (var same in byKey)
            {
                float[][] contents = [.. same.Take(6).Select(p => Fill(p.Layout, contraction, Targets.Avx2))];
                contents.ShouldAllBe(c => c.SequenceEqual(contents[0]));
                shared += contents.Length - 1;
            }
        }

        shared.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void TheWidthTheTensorAndItsPlaceAreInTheKey()
    {
        Contraction contraction = SampleContraction.Named("Dense").Bound;
        PanelLayout layout = Layouts(contraction, Targets.Avx2).First(p => p.Layout.Operand == Contraction.Right).Layout;
        string key = layout.Key(contraction);
        (layout with { Width = 4 }).Key(contraction).ShouldNotBe(key);
        Operand weight = contraction.Operands[Contraction.Right];
        layout.Key(With(weight with { Base = weight.Base + 1 })).ShouldNotBe(key);
        layout.Key(With(weight with { Tensor = weight.Tensor with { Name = "V" } })).ShouldNotBe(key);

        Contraction With(Operand operand) => contraction with { Operands = [contraction.Operands[0], contraction.Operands[1], operand] };
    }

    [Fact]
    public void AStoreKeepsEachPanelOnceOnLinesOfItsOwn()
    {
        Contraction contraction = SampleContraction.Named("Dense").Bound;
        PanelLayout layout = Layouts(contraction, Targets.Avx2).First(p => p.Layout.Operand == Contraction.Right).Layout;
        var store = new PanelStore(Kron.Generator.Planning.Region.Packed);
        store.Find("a").ShouldBeNull();
        store.Add("a", layout, contraction).ShouldBe(new Address("Packed", 0));
        store.Floats.ShouldBe(((int)layout.Floats + 15) / 16 * 16);
        store.Add("b", layout, contraction).Offset.ShouldBe(((int)layout.Floats + 15) / 16 * 16);
        store.Find("b")!.Value.Offset.ShouldBeGreaterThan(0);
        store.Build("Pack").Pointers.ShouldBe(["Parameters", "Packed"]);
    }

    private static IEnumerable<(Schedule Schedule, PanelLayout Layout)> Layouts(Contraction contraction, TargetModel target, bool distinct = true)
    {
        var all = ContractScheduler.Enumerate(contraction, target).Where(s => s.Packed)
            .Select(s => (Schedule: s, Layout: PanelLayout.Of(s.VectorOperand, s, s.Inner, target.Lanes)));
        return distinct ? all.GroupBy(p => p.Layout.Key(contraction)).Select(g => g.First()) : all;
    }

    /// <summary>The panels of an operand whose every element is its own address.</summary>
    private static float[] Fill(PanelLayout layout, Contraction contraction, TargetModel target)
    {
        var builder = new KernelBuilder();
        layout.Emit(builder, contraction, new Address("Packed", 0));
        float[] panels = Pointer.Uninitialised((int)layout.Floats);
        float[] source = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        new Interpreter(target, []).Run(
            builder.BuildEntry("Pack", ""),
            new Dictionary<string, Pointer> { ["Packed"] = panels, [contraction.Operands[layout.Operand].Base.Pointer] = source });
        return panels;
    }

    /// <summary>Floats from the start at an index of a loop, by the dimensions that it was merged from.</summary>
    private static long Walk(LoopDim loop, int index, int operand)
    {
        long offset = 0;
        foreach (LoopPart part in loop.Parts.Reverse())
        {
            offset += index % part.Extent * part.Strides[operand];
            index /= part.Extent;
        }

        return offset;
    }

    private static IEnumerable<(LoopDim Loop, int Index)[]> Points(LoopDim[] loops) => loops.Aggregate(
        (IEnumerable<(LoopDim, int)[]>)[[]],
        (points, loop) => points.SelectMany(p => Enumerable.Range(0, loop.Extent).Select(i => p.Append((loop, i)).ToArray())));
}
