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
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Whole pools on every target, in memory of exactly the declared sizes, against pools by their definition.</summary>
public class PoolProgramTests
{
    public static TheoryData<int, bool> Cases
    {
        get
        {
            TheoryData<int, bool> cases = [];
            for (int i = 0; i < PoolSpecs.Windows.Count; i++)
            {
                cases.Add(i, true);
                cases.Add(i, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryPassComputesThePool(int index, bool isMaximum)
    {
        WindowSpec window = PoolSpecs.Windows[index];
        LayerSpec spec = PoolSpecs.Layer(window, isMaximum);
        LayerPlan plan = LayerPlan.Of(spec);
        foreach (TargetModel target in Targets.All)
        {
            LayerProgramIr program = ProgramBuilder.Build(plan, target);
            Verifier.Verify(program).ShouldBeEmpty();
            JitBudget.Check(program).ShouldBeEmpty();
            foreach (int samples in new[] { program.SampleBlock, 1 })
            {
                // Small whole numbers: many windows have several maxima.
                float[] x = Whole(1, spec.Inputs * samples), dy = Whole(2, spec.OutputSize * samples);
                float[] y = Pointer.Uninitialised(dy.Length), recorded = Pointer.Uninitialised(dy.Length), dx = Pointer.Uninitialised(x.Length);
                Dictionary<string, Pointer> memory = new()
                {
                    [nameof(Region.Input)] = x,
                    [nameof(Region.OutputGradient)] = dy,
                    [nameof(Region.InputGradient)] = dx,
                    [nameof(Region.Tape)] = Pointer.Uninitialised(program.Sizes.TapePerSample * samples),
                };
                Run(Pass.Forward, y, program.Sizes.ForwardScratch);
                Run(Pass.Record, recorded, program.Sizes.ForwardScratch);
                memory[nameof(Region.Scratch)] = Pointer.Uninitialised(program.Sizes.BackwardScratch);
                Interpreter.Run(program, Pass.Backward, samples, memory);
                Interpreter.Run(program, Pass.InputGradient, samples, memory);

                string name = $"{target.Name}, {samples} samples";
                Agree(y, NaivePool.Forward(window, isMaximum, Doubles(x)), name);
                Agree(recorded, NaivePool.Forward(window, isMaximum, Doubles(x)), name);
                Agree(dx, NaivePool.Backward(window, isMaximum, Doubles(x), Doubles(dy)), name);

                void Run(Pass pass, float[] output, int scratch)
                {
                    memory[nameof(Region.Output)] = output;
                    memory[nameof(Region.Scratch)] = Pointer.Uninitialised(scratch);
                    Interpreter.Run(program, pass, samples, memory);
                }
            }
        }
    }

    [Fact]
    public void APoolsTextIsShort()
    {
        // The largest of usual windows: nine kernels for the edges and the middle, and four maps of nine for the gradient.
        LayerSpec spec = PoolSpecs.Layer(new WindowSpec(64, 56, 56, 3, 3, 2, 2, 1, 1), isMaximum: true);
        foreach (TargetModel target in Targets.All)
        {
            Kron.Generator.Emit.ProgramEmitter.Emit(spec, ProgramBuilder.Build(spec, target)).Length.ShouldBeLessThan(100_000, target.Name);
        }
    }

    /// <summary>A maximum exactly; a mean up to the roundings of its products and sums.</summary>
    private static void Agree(float[] actual, double[] expected, string name)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            ((double)actual[i]).ShouldBe(expected[i], 2e-6 * Math.Max(1, Math.Abs(expected[i])), $"{name} at {i}");
        }
    }

    private static float[] Whole(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-3, 4))];
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];
}
