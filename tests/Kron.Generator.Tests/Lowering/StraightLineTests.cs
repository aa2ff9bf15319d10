using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Lowering;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Lowering;

public class StraightLineTests
{
    /// <summary>Twice the input, by way of the scratch, so many vectors at a time.</summary>
    private static readonly Kernel Double = Kernel(
        "Double",
        ["x", "y"],
        Let("v", Load("x", 0, 4)),
        Let("d", new Binary(BinaryKind.Add, "v", "v")),
        Store("y", 0, "d", 4));

    [Fact]
    public void ASmallForwardPassIsOneBodyAndComputesTheSame()
    {
        LayerProgramIr before = Program(vectors: 5);
        LayerProgramIr after = StraightLine.Apply(before);
        Kernel forward = after.Entries.Single(e => e.Pass == Pass.Forward).Kernel;
        All(forward.Body).ShouldAllBe(s => !(s is Loop || s is Call));
        Run(after).ShouldBe(Run(before));
        Run(after).ShouldBe(Numbers(20).Select(v => 4 * v));

        // The intermediate stays in registers.
        forward.Body.OfType<Store>().ShouldAllBe(s => s.To.Pointer == "Output");
    }

    [Fact]
    public void WhatNothingCallsAnyMoreGoes()
    {
        LayerProgramIr after = StraightLine.Apply(Program(vectors: 5));
        after.Kernels.Select(k => k.Name).ShouldBe(["Double"]); // recording still calls it
        LayerProgramIr alone = Program(vectors: 5);
        StraightLine.Apply(alone with { Entries = [alone.Entries[0]] }).Kernels.ShouldBeEmpty();
    }

    [Fact]
    public void ALargeOneKeepsItsLoops()
    {
        int most = JitLimits.StraightLineOperations / 6;
        LayerProgramIr large = Program(vectors: most + 1);
        StraightLine.Apply(large).ShouldBe(large);
        StraightLine.Apply(Program(vectors: 40)).Entries[0].Kernel.Body.ShouldAllBe(s => !(s is Loop));
    }

    [Fact]
    public void OtherPassesAreLeftAlone()
    {
        LayerProgramIr before = Program(vectors: 5);
        StraightLine.Apply(before).Entries[1].ShouldBe(before.Entries[1]);
    }

    private static float[] Run(LayerProgramIr program)
    {
        float[] output = Pointer.Uninitialised(20);
        Interpreter.Run(program, Pass.Forward, 1, new Dictionary<string, Pointer> { ["Input"] = Numbers(20), ["Output"] = output, ["Scratch"] = Pointer.Uninitialised(20) });
        return output;
    }

    private static LayerProgramIr Program(int vectors)
    {
        Kernel all = Kernel("All", ["from", "to"], Loop(vectors, [Cursor("p", "from", 0, 4), Cursor("q", "to", 0, 4)], Call("Double", At("p"), At("q"))));
        Kernel forward = Kernel("Forward1", ["Input", "Output", "Scratch"], Call("All", At("Input"), At("Scratch")), Call("All", At("Scratch"), At("Output")));
        Kernel record = Kernel("Record1", ["Input", "Output"], Call("Double", At("Input"), At("Output")));
        return new(
            Targets.Vector128,
            1,
            [Double, all],
            [new Entry(Pass.Forward, 1, forward), new Entry(Pass.Record, 1, record)],
            new ProgramSizes(0, 0, vectors * 4, 0, 0),
            []);
    }
}
