using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Ir.Passes;

/// <summary>Over random programs: a pass leaves IR well formed and computes what was computed before, to the bit.</summary>
public class PassPropertyTests
{
    private const int Programs = 400;

    [Fact]
    public void Unrolling() => Preserves(loops: true, (kernel, callees, _) => (Unroller.UnrollAll(kernel), callees), (_, after) =>
        after.Body.ShouldAllBe(statement => !(statement is Loop)));

    [Fact]
    public void UnrollingSomeLoops() => Preserves(loops: true, (kernel, callees, _) => (Unroller.Unroll(kernel, loop => loop.Body.Count % 2 == 0), callees));

    [Fact]
    public void Inlining() => Preserves(loops: true, (kernel, callees, _) => (Inliner.Inline(kernel, callees), []), (_, after) =>
        after.Body.Deep().ShouldAllBe(statement => !(statement is Call)));

    [Fact]
    public void InliningThenUnrollingThenAllTheRest()
    {
        int removed = 0;
        Preserves(
            loops: true,
            (kernel, callees, target) =>
            {
                Kernel straight = Unroller.UnrollAll(Inliner.Inline(kernel, callees));
                Kernel result = CommonLoads.Run(ScratchPromotion.Promote(straight, target.Lanes, new PrivateScratch("s", 0, RandomProgram.Floats)), Aliasing.None);
                removed += straight.Body.Count - result.Body.Count;
                return (result, []);
            },
            compare: ["x", "y"]);
        removed.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void CopyPropagationOfCopies() => Preserves(loops: true, (kernel, callees, _) => (CopyPropagation.Run(kernel), callees));

    [Fact]
    public void DeadValueRemoval()
    {
        int removed = 0;
        Preserves(loops: true, (kernel, callees, _) => (DeadValues.Run(kernel), callees), (before, after) => removed += before.Body.Deep().Count() - after.Body.Deep().Count());
        removed.ShouldBeGreaterThan(Programs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CommonLoadsOfPointersThatMayAlias(bool loops) =>
        Preserves(loops, (kernel, callees, _) => (CommonLoads.Run(kernel, Aliasing.Possible), callees), aliased: true);

    [Theory]
    [InlineData(true, 50)]
    [InlineData(false, 200)]
    public void CommonLoadsOfPointersThatDoNot(bool loops, int least)
    {
        int removed = 0;
        Preserves(loops, (kernel, callees, _) => (CommonLoads.Run(kernel, Aliasing.None), callees), (before, after) => removed += Loads(before) - Loads(after));
        removed.ShouldBeGreaterThan(least);

        static int Loads(Kernel kernel) => kernel.Body.Deep().Count(s => s.Operation() is Load or LoadStrided or Broadcast);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ScratchPromotionOfAllOfScratch(bool loops)
    {
        int removed = 0;
        Preserves(
            loops,
            (kernel, callees, target) => (ScratchPromotion.Promote(kernel, target.Lanes, new PrivateScratch("s", 0, RandomProgram.Floats)), callees),
            (before, after) => removed += Touches(before) - Touches(after),
            compare: ["x", "y"]);
        removed.ShouldBeGreaterThan(Programs / 2);

        static int Touches(Kernel kernel) => kernel.Body.Deep().Count(s => Footprint.Of(s) is { Pointer: "s" });
    }

    [Fact]
    public void ScratchPromotionLeavesWhatIsNotPrivate() => Preserves(
        loops: false,
        (kernel, callees, target) => (ScratchPromotion.Promote(kernel, target.Lanes, new PrivateScratch("s", 16, 10)), callees),
        compare: ["x", "y", "s[..16]", "s[26..]"]);

    /// <summary>What tiles go through, with so few registers that there is something to do.</summary>
    [Fact]
    public void UnsharedAndPairedLoadsThroughNearCursors()
    {
        int changed = 0;
        Preserves(
            loops: true,
            (kernel, callees, target) => (NearCursors.Run(LoadPairs.Run(UnsharedLoads.Run(kernel, target with { Registers = 2 }), target), target), callees),
            (before, after) => changed += IrText.Of(before) == IrText.Of(after) ? 0 : 1);
        changed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void JoinedLoadsOfAFewFloats() => Preserves(loops: true, (kernel, callees, target) => (JoinedLoads.Run(kernel, target), callees));

    private static void Preserves(
        bool loops,
        Func<Kernel, Kernel[], TargetModel, (Kernel Kernel, Kernel[] Callees)> pass,
        Action<Kernel, Kernel>? inspect = null,
        string[]? compare = null,
        bool aliased = false)
    {
        foreach (TargetModel target in (TargetModel[])[Targets.AdvSimd, Targets.Scalar, Targets.Avx2])
        {
            for (int seed = 0; seed < Programs; seed++)
            {
                (Kernel kernel, Kernel[] callees) = RandomProgram.Make(seed, target, loops, loops ? 15 : 40);
                Verifier.Verify(kernel, target, callees).ShouldBeEmpty();
                string text = IrText.Of(kernel);
                (Kernel after, Kernel[] afterCallees) = pass(kernel, callees, target);
                string what = $"seed {seed}, {target.Name}\n{text}\n{IrText.Of(after)}";

                IrText.Of(kernel).ShouldBe(text);
                Verifier.Verify(after, target, afterCallees).ShouldBeEmpty(what);
                inspect?.Invoke(kernel, after);
                Dictionary<string, float[]> expected = RandomProgram.Run(kernel, callees, target, seed, aliased);
                Dictionary<string, float[]> actual = RandomProgram.Run(after, afterCallees, target, seed, aliased);
                foreach (string part in compare ?? ["x", "y", "s"])
                {
                    // ShouldBe would take minutes over so many; NaN equals NaN here, and +0 is not −0.
                    if (!Bits(Part(actual, part)).SequenceEqual(Bits(Part(expected, part))))
                    {
                        Part(actual, part).ShouldBe(Part(expected, part), what);
                    }
                }
            }
        }
    }

    private static IEnumerable<int> Bits(float[] values) => values.Select(v => float.IsNaN(v) ? -1 : BitConverter.SingleToInt32Bits(v));

    private static float[] Part(Dictionary<string, float[]> memory, string part) => part switch
    {
        "s[..16]" => memory["s"][..16],
        "s[26..]" => memory["s"][26..],
        _ => memory[part],
    };
}
