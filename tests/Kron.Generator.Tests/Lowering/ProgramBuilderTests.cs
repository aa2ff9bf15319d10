using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Whole programs in whole numbers, in memory of exactly the declared sizes, against the dataflow by definition.</summary>
public class ProgramBuilderTests
{
    private static readonly Dictionary<string, LayerSpec> Layers = new()
    {
        ["relu"] = Layer(Relu, new GroupSpec(3, 2, 4, 5, 2), new GroupSpec(2, 3, 5, 4, 1)),
        ["maxout per term"] = Layer(Relu with { Activation = ActivationKind.Maxout, Pieces = 2, PerTerm = true, Bias = BiasKind.PerTerm }, new GroupSpec(4, 5, 3, 6, 2)),
        ["padded"] = Layer(Relu with { Bias = BiasKind.None }, new GroupSpec(3, 6, 4, 3, 2)) with { Inputs = 11, Outputs = 17 },
        ["structured"] = Structured(Relu, 9, 40, 11),
        ["structured convolution"] = Structured(Relu, [5, 16, 6], [6, 9], [3, 3, 2, 2], [1, 1], [1, 1]),
        ["strided structured convolution"] = Structured(Relu, [5, 8, 6], [7, 6], [4, 3, 2, 1], [2, 2], [1, 2]),
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
    public void EveryEntryStaysInsideItsRegionsAndAgreesWithTheFormulas(string layer, string targetName)
    {
        LayerSpec spec = Layers[layer];
        LayerProgramIr program = ProgramBuilder.Build(spec, Targets.All.Single(t => t.Name == targetName));
        program.Entries.Select(e => (e.Pass, e.Samples)).ShouldBeUnique();
        IReadOnlyList<Node> forward = ZeroExtension.Apply(LayerPlan.PlanOf(spec).Nodes);
        Adjoint adjoint = Adjoint.Derive(forward);
        Tensor[] parameters = [.. forward.SelectMany(n => n.Sources).Where(t => t.Region == Region.Parameters).GroupBy(t => t.Name).Select(g => g.First())];
        int count = parameters.Max(t => t.Offset + t.Size);
        foreach (int samples in new[] { program.SampleBlock, 1 })
        {
            float[] x = Whole(1, spec.Inputs * samples), w = Whole(2, count), dy = Whole(3, spec.OutputSize * samples);
            Dictionary<string, double[]> tensors = parameters.ToDictionary(t => t.Name, t => Doubles(w[t.Offset..(t.Offset + t.Size)]));
            foreach (Tensor t in parameters)
            {
                tensors["d" + t.Name] = new double[t.Size];
            }

            tensors["x"] = Doubles(x);
            tensors["dy"] = Doubles(dy);
            DataflowInterpreter.Run([.. forward, .. adjoint.ParameterNodes, .. adjoint.InputNodes], samples, tensors);

            float[] output = Pointer.Uninitialised(dy.Length), recorded = Pointer.Uninitialised(dy.Length), dx = Pointer.Uninitialised(x.Length), gradients = new float[count];
            Dictionary<string, Pointer> memory = new()
            {
                [nameof(Region.Parameters)] = w,
                [nameof(Region.Packed)] = Pointer.Uninitialised(program.Sizes.Packed),
                [nameof(Region.TrainingPacked)] = Pointer.Uninitialised(program.Sizes.TrainingPacked),
                [nameof(Region.Input)] = x,
                [nameof(Region.Output)] = output,
                [nameof(Region.OutputGradient)] = dy,
                [nameof(Region.InputGradient)] = dx,
                [nameof(Region.Gradients)] = gradients,
                [nameof(Region.Tape)] = Pointer.Uninitialised(program.Sizes.TapePerSample * samples),
            };
            Interpreter.Run(program, Pass.Pack, 0, memory);
            Interpreter.Run(program, Pass.PackTraining, 0, memory);
            memory[nameof(Region.Scratch)] = Pointer.Uninitialised(program.Sizes.ForwardScratch);
            Interpreter.Run(program, Pass.Forward, samples, memory);
            memory[nameof(Region.Output)] = recorded;
            memory[nameof(Region.Scratch)] = Pointer.Uninitialised(program.Sizes.ForwardScratch);
            Interpreter.Run(program, Pass.Record, samples, memory);
            memory[nameof(Region.Scratch)] = Pointer.Uninitialised(program.Sizes.BackwardScratch);
            Interpreter.Run(program, Pass.Backward, samples, memory);
            dx.ShouldAllBe(v => float.IsNaN(v));
            Interpreter.Run(program, Pass.InputGradient, samples, memory);

            Doubles(output).ShouldBe(tensors["y"]);
            Doubles(recorded).ShouldBe(tensors["y"]);
            Doubles(dx).ShouldBe(tensors["dx"]);
            foreach (Tensor t in parameters)
            {
                Doubles(gradients[t.Offset..(t.Offset + t.Size)]).ShouldBe(tensors["d" + t.Name], t.Name);
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void SizesAreWholeLines(long floats, int aligned) => CacheLines.Align(floats).ShouldBe(aligned);

    [Fact]
    public void SizesBeyondAnIntAreRefused() => Should.Throw<OverflowException>(() => CacheLines.Align(int.MaxValue - 3L));

    private static float[] Whole(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-3, 4))];
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];
}
