using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Ir;

/// <summary>What the compiler makes of layers: well formed, within the JIT's budget, and unchanged by the passes.</summary>
public class CompiledProgramTests
{
    private static readonly TypeSpec Type = new("", [], "C", "C");
    private static readonly EpilogueSpec Linear = new(ActivationKind.None, 0.01f, 1, PerTerm: false, BiasKind.Shared);

    private static readonly Dictionary<string, LayerSpec> Layers = new()
    {
        ["tiny"] = Layer(Linear with { Activation = ActivationKind.Relu }, new GroupSpec(4, 8, 4, 8, 2)),
        ["ragged"] = Layer(Linear with { Activation = ActivationKind.Gelu }, new GroupSpec(3, 7, 5, 2, 3)),
        ["several"] = Layer(Linear with { Activation = ActivationKind.Tanh }, new GroupSpec(6, 2, 3, 5, 1), new GroupSpec(4, 3, 5, 3, 2)),
        ["per term"] = Layer(new EpilogueSpec(ActivationKind.Maxout, 0.01f, 3, PerTerm: true, BiasKind.PerTerm), new GroupSpec(4, 6, 6, 3, 2)),
        ["dense"] = new LayerSpec(Type, "", 19, 10, [], null, Linear with { Activation = ActivationKind.Silu }),
        ["middle"] = Layer(Linear, new GroupSpec(32, 32, 32, 32, 4)),
        ["digits"] = Layer(Linear with { Activation = ActivationKind.Sigmoid }, new GroupSpec(64, 4, 256, 25, 5)),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string layer in Layers.Keys)
            {
                foreach (TargetModel target in Targets.All)
                {
                    cases.Add(layer, target.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ProgramsAreWellFormedAndWithinTheBudget(string layer, string target)
    {
        LayerProgramIr program = Program(layer, target);
        Verifier.Verify(program).ShouldBeEmpty();
        JitBudget.Check(program).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("ragged")]
    [InlineData("per term")]
    public void OneStraightLineBodyComputesTheSame(string layer)
    {
        foreach (TargetModel target in Targets.All)
        {
            LayerProgramIr program = Program(layer, target.Name);
            foreach (Entry entry in program.Entries.Where(e => e.Pass is Pass.Forward && e.Samples == 1))
            {
                Kernel straight = Unroller.UnrollAll(Inliner.Inline(entry.Kernel, program.Kernels));
                PrivateScratch scratch = new(nameof(Region.Scratch), 0, program.Sizes.ForwardScratch);
                Kernel optimised = CommonLoads.Run(ScratchPromotion.Promote(straight, target.Lanes, scratch), Aliasing.None);
                Verifier.Verify(optimised, target, [.. program.Kernels]).ShouldBeEmpty();
                optimised.Body.Count.ShouldBeLessThanOrEqualTo(straight.Body.Count);
                Output(program, entry.Kernel, Layers[layer]).ShouldBe(Output(program, optimised, Layers[layer]), $"{layer}, {target.Name}");
            }
        }
    }

    private static float[] Output(LayerProgramIr program, Kernel kernel, LayerSpec spec)
    {
        Random random = new(3);
        float[] Fill(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];

        float[] output = Pointer.Uninitialised(spec.OutputSize);
        Dictionary<string, Pointer> memory = new()
        {
            [nameof(Region.Input)] = Fill(spec.Inputs),
            [nameof(Region.Parameters)] = Fill(10_000),
            [nameof(Region.Packed)] = Fill(program.Sizes.Packed),
            [nameof(Region.Scratch)] = Pointer.Uninitialised(program.Sizes.ForwardScratch),
            [nameof(Region.Output)] = output,
        };
        new Interpreter(program).Run(kernel, memory);
        output.ShouldAllBe(value => !float.IsNaN(value));
        return output;
    }

    private static LayerProgramIr Program(string layer, string target) =>
        ProgramBuilder.Build(Layers[layer], Targets.All.Single(t => t.Name == target));

    private static LayerSpec Layer(EpilogueSpec epilogue, params GroupSpec[] groups) =>
        new(Type, "", groups[0].N1 * groups[0].N2, groups[0].M1 * groups[0].M2, new(groups), null, epilogue);
}
