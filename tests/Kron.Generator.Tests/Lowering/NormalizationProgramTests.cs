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
using Kron.Generator.Tests.Activations;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Whole batch normalisations on every target, in memory of exactly the declared sizes, against their definition.</summary>
public class NormalizationProgramTests
{
    public static TheoryData<string, int, int, int, string> Cases
    {
        get
        {
            (int Channels, int Height, int Width, ActivationKind Activation)[] layers =
            [
                (3, 2, 5, ActivationKind.None),
                (5, 1, 1, ActivationKind.Relu),
                (1, 4, 9, ActivationKind.LeakyRelu),
                (2, 7, 7, ActivationKind.Tanh),
                (17, 3, 3, ActivationKind.Relu),
                (2, 9, 16, ActivationKind.None),
            ];
            TheoryData<string, int, int, int, string> cases = [];
            foreach ((int channels, int height, int width, ActivationKind activation) in layers)
            {
                foreach (TargetModel target in Targets.All)
                {
                    cases.Add(target.Name, channels, height, width, activation.ToString());
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryPassComputesTheNormalisation(string target, int channels, int height, int width, string activation)
    {
        var kind = Enum.Parse<ActivationKind>(activation);
        LayerSpec spec = NormalizationSpecs.Layer(channels, height, width, kind);
        var layer = new Layer(spec, Targets.All.Single(t => t.Name == target));
        var random = new Random(channels);
        NaiveNormalization oracle = new(channels, height * width, z => ActivationReference.Value(kind, spec.Epilogue.Slope, z), z => ActivationReference.Derivative(kind, spec.Epilogue.Slope, z))
        {
            Weight = Doubles(layer.Parameters[..channels]),
            Bias = Doubles(layer.Parameters[channels..]),
        };

        for (int step = 0; step < 2; step++)
        {
            // A block and single samples; a mean that differs from channel to channel.
            float[] x = [.. Enumerable.Range(0, spec.Inputs * (layer.Block + 2)).Select(i => (float)(random.NextDouble() + (i / (height * width) % channels)))];
            float[] dy = [.. x.Select(_ => (float)((random.NextDouble() * 2) - 1))];
            Agree(layer.Record(x), oracle.Train(Doubles(x)), 1e-5);
            oracle.Update(Doubles(x));
            Agree(layer.State, [.. oracle.RunningMean, .. oracle.RunningVariance], 1e-5);
            Agree(layer.Forward(x), oracle.Infer(Doubles(x)), 2e-5);

            Array.Clear(layer.Gradients);
            (double[] dx, double[] weight, double[] bias) = oracle.Backward(Doubles(x), Doubles(dy));
            Agree(layer.Backward(x, dy), dx, 1e-4);
            Agree(layer.Gradients, [.. weight, .. bias], 1e-4);
        }
    }

    [Fact]
    public void ALargeMeanCostsNoAccuracy()
    {
        // Values of 10,000 ± 1, whose squares are beyond a float's 24 bits.
        LayerSpec spec = NormalizationSpecs.Layer(2, 5, 9);
        foreach (TargetModel target in Targets.All)
        {
            var layer = new Layer(spec, target);
            var random = new Random(4);
            float[] x = [.. Enumerable.Range(0, spec.Inputs * ((2 * layer.Block) + 1)).Select(_ => (float)(10000 + (random.NextDouble() * 2) - 1))];
            NaiveNormalization oracle = new(2, 45, z => z, _ => 1) { Weight = Doubles(layer.Parameters[..2]), Bias = Doubles(layer.Parameters[2..]) };
            oracle.Update(Doubles(x));
            float[] y = layer.Record(x);

            // The variance to all its digits; the mean to its last one, which moves all outputs alike.
            for (int c = 0; c < 2; c++)
            {
                ((double)layer.State[2 + c]).ShouldBe(oracle.RunningVariance[c], 1e-6, target.Name);
                ((double)layer.State[c]).ShouldBe(oracle.RunningMean[c], 2e-4, target.Name);
            }

            Agree(y, oracle.Train(Doubles(x)), 2e-3);
        }
    }

    [Fact]
    public void InferenceAndTrainingShareTheirKernel()
    {
        LayerProgramIr program = ProgramBuilder.Build(NormalizationSpecs.Layer(8, 6, 6, ActivationKind.Relu), Targets.Avx512);
        program.Kernels.Count(k => k.Name.StartsWith("Normalize", StringComparison.Ordinal)).ShouldBe(2); // a block, and a single sample
    }

    private static void Agree(float[] actual, double[] expected, double tolerance)
    {
        actual.Length.ShouldBe(expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            ((double)actual[i]).ShouldBe(expected[i], tolerance * Math.Max(1, Math.Abs(expected[i])), $"at {i}");
        }
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    /// <summary>The entries in the engine's order, blocks first and then single samples.</summary>
    private sealed class Layer
    {
        private readonly LayerSpec _spec;
        private readonly LayerProgramIr _program;
        private readonly float[] _packed;
        private readonly float[] _batch;

        public Layer(LayerSpec spec, TargetModel target)
        {
            _spec = spec;
            _program = ProgramBuilder.Build(spec, target);
            Verifier.Verify(_program).ShouldBeEmpty();
            JitBudget.Check(_program).ShouldBeEmpty();
            var random = new Random(9);
            Parameters = [.. Enumerable.Range(0, 2 * spec.Channels).Select(_ => (float)((random.NextDouble() * 2) - 1))];
            Gradients = new float[Parameters.Length];
            State = [.. new float[spec.Channels], .. Enumerable.Repeat(1f, spec.Channels)];
            _packed = Pointer.Uninitialised(_program.Sizes.Packed);
            _batch = new float[_program.Sizes.Batch];
        }

        public int Block => _program.SampleBlock;

        public float[] Parameters { get; }

        public float[] Gradients { get; }

        public float[] State { get; }

        public float[] Record(float[] x)
        {
            float[] y = Pointer.Uninitialised(x.Length);
            Array.Clear(_batch);
            OverBlocks(Pass.Measure, x, y);
            Run(Pass.Settle, 0, []);
            OverBlocks(Pass.Record, x, y);
            return y;
        }

        public float[] Forward(float[] x)
        {
            float[] y = Pointer.Uninitialised(x.Length);
            Run(Pass.Pack, 0, []);
            OverBlocks(Pass.Forward, x, y);
            return y;
        }

        public float[] Backward(float[] x, float[] dy)
        {
            float[] dx = Pointer.Uninitialised(x.Length), whole = new float[_program.Sizes.BatchGradient];
            OverBlocks(Pass.Backward, x, dy: dy, dx: dx, whole: whole);
            Run(Pass.SettleGradient, 0, [(Region.BatchGradient, whole)]);
            OverBlocks(Pass.InputGradient, x, dy: dy, dx: dx, whole: whole);
            return dx;
        }

        private void OverBlocks(Pass pass, float[] x, float[]? y = null, float[]? dy = null, float[]? dx = null, float[]? whole = null)
        {
            int batch = x.Length / _spec.Inputs;
            for (int start = 0, samples; start < batch; start += samples)
            {
                samples = batch - start >= Block ? Block : 1;
                var memory = new List<(Region, Pointer)> { (Region.Input, new Pointer(x, start * _spec.Inputs)), (Region.Scratch, Pointer.Uninitialised(_program.Sizes.ForwardScratch)) };
                foreach ((Region region, float[]? buffer) in ((Region, float[]?)[])[(Region.Output, y), (Region.OutputGradient, dy), (Region.InputGradient, dx)])
                {
                    if (buffer is not null)
                    {
                        memory.Add((region, new Pointer(buffer, start * _spec.Outputs)));
                    }
                }

                if (whole is not null)
                {
                    memory.Add((Region.BatchGradient, whole));
                }

                Run(pass, samples, memory);
            }
        }

        private void Run(Pass pass, int samples, IEnumerable<(Region Region, Pointer Place)> memory)
        {
            Dictionary<string, Pointer> places = memory.ToDictionary(m => m.Region.ToString(), m => m.Place);
            places[nameof(Region.Parameters)] = Parameters;
            places[nameof(Region.Gradients)] = Gradients;
            places[nameof(Region.State)] = State;
            places[nameof(Region.Packed)] = _packed;
            places[nameof(Region.Batch)] = _batch;
            Interpreter.Run(_program, pass, samples, places);
        }
    }
}
