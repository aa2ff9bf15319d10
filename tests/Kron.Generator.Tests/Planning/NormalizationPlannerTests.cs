using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Activations;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

/// <summary>The passes of batch normalisation in double, run block by block as the engine runs them, against its definition and finite differences.</summary>
public class NormalizationPlannerTests
{
    private const int Channels = 3, Height = 2, Width = 4, Samples = 5;
    private const float Epsilon = 0.01f, Momentum = 0.3f, Slope = 0.2f;

    public static TheoryData<string> Activations =>
        [.. Enum.GetNames<ActivationKind>().Where(name => name != nameof(ActivationKind.Maxout))];

    [Theory]
    [MemberData(nameof(Activations))]
    public void TrainingNormalisesByTheWholeBatchHoweverItIsCut(string activation)
    {
        var kind = Enum.Parse<ActivationKind>(activation);
        double[] x = [.. Fill(1, Samples * Channels * Height * Width).Select((v, i) => (v * (1 + (i % 7))) + (i % 5))];
        double[] expected = Oracle(kind).Train(x);
        foreach (int[] blocks in (int[][])[[5], [2, 2, 1], [1, 1, 1, 1, 1], [4, 1]])
        {
            new Layer(kind).Forward(x, blocks).ShouldBe(expected, 1e-6);
        }
    }

    [Fact]
    public void RunningStatisticsFollowSeveralSteps()
    {
        NaiveNormalization oracle = Oracle(ActivationKind.None);
        var layer = new Layer(ActivationKind.None);
        for (int step = 0; step < 4; step++)
        {
            double[] x = [.. Fill(step, Samples * Channels * Height * Width).Select(v => (v * step) + 2)];
            layer.Forward(x, [3, 1, 1]);
            oracle.Update(x);
            layer.RunningMean.ShouldBe(oracle.RunningMean, 1e-7);
            layer.RunningVariance.ShouldBe(oracle.RunningVariance, 1e-7);
            layer.Infer(x).ShouldBe(oracle.Infer(x), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void GradientsAgreeWithFiniteDifferencesThroughTheStatistics(string activation)
    {
        var kind = Enum.Parse<ActivationKind>(activation);
        double[] x = Fill(7, Samples * Channels * Height * Width), dy = Fill(8, x.Length);
        NaiveNormalization oracle = Oracle(kind);
        var layer = new Layer(kind);
        layer.Forward(x, [2, 3]);
        double[] dx = layer.Backward(x, dy, [2, 3]);

        // The smooth activations' coefficients are floats; a step across a kink has no derivative.
        const double Step = 1e-6;
        for (int i = 0; i < x.Length; i++)
        {
            double[] at = x;
            dx[i].ShouldBe(Difference(move => oracle.Train([.. at.Select((v, k) => k == i ? v + move : v)])), 5e-6, $"dx[{i}]");
        }

        for (int c = 0; c < Channels; c++)
        {
            (double weight, double bias) = (oracle.Weight[c], oracle.Bias[c]);
            layer.WeightGradient[c].ShouldBe(Difference(move => Moved(oracle.Weight, weight + move)), 5e-6, $"dweight[{c}]");
            oracle.Weight[c] = weight;
            layer.BiasGradient[c].ShouldBe(Difference(move => Moved(oracle.Bias, bias + move)), 5e-6, $"dbias[{c}]");
            oracle.Bias[c] = bias;

            double[] Moved(double[] parameter, double to)
            {
                parameter[c] = to;
                return oracle.Train(x);
            }
        }

        double Difference(Func<double, double[]> output) => (Dot(output(Step), dy) - Dot(output(-Step), dy)) / (2 * Step);
    }

    [Fact]
    public void TheOraclesFormulaIsTheSameGradient()
    {
        // Of which engine tests compare large batches with the formula alone.
        double[] x = Fill(9, Samples * Channels * Height * Width), dy = Fill(10, x.Length);
        var layer = new Layer(ActivationKind.Tanh);
        layer.Forward(x, [5]);
        double[] dx = layer.Backward(x, dy, [1, 4]);
        (double[] X, double[] Weight, double[] Bias) expected = Oracle(ActivationKind.Tanh).Backward(x, dy);
        dx.ShouldBe(expected.X, 1e-6);
        layer.WeightGradient.ShouldBe(expected.Weight, 1e-6);
        layer.BiasGradient.ShouldBe(expected.Bias, 1e-6);
    }

    [Fact]
    public void ParameterGradientsAddUpAndTheRestStartsAnew()
    {
        double[] x = Fill(11, Samples * Channels * Height * Width), dy = Fill(12, x.Length);
        var layer = new Layer(ActivationKind.Relu);
        layer.Forward(x, [5]);
        double[] first = layer.Backward(x, dy, [5]);
        double[] weight = [.. layer.WeightGradient];
        layer.Backward(x, dy, [5]).ShouldBe(first);
        layer.WeightGradient.ShouldBe(weight.Select(v => 2 * v), 1e-12);
    }

    [Fact]
    public void TheTapeHoldsNoSamples()
    {
        LayerPlan plan = LayerPlan.Of(NormalizationSpecs.Layer(Channels, Height, Width, ActivationKind.Gelu));
        (plan.Tape, plan.ForwardScratch, plan.BackwardScratch).ShouldBe((0, 0, 0));
        plan.Batch.ShouldNotBeNull().Floats.ShouldBeLessThan(plan.Batch.Measure.Nodes.Count * 64);
        plan.Forward.Nodes.ShouldHaveSingleItem();
        plan.Record.Nodes.ShouldHaveSingleItem();
        plan.InputGradient.Nodes.ShouldHaveSingleItem();
    }

    [Fact]
    public void TensorsOfARegionLieApart()
    {
        LayerPlan plan = LayerPlan.Of(NormalizationSpecs.Layer(Channels, Height, Width));
        Node[] all = [.. new[] { plan.Commit, plan.Batch!.Measure, plan.Batch.Settle, plan.Batch.SettleGradient, plan.InputGradient }.SelectMany(f => f.Nodes)];
        foreach (IGrouping<Region, Tensor> region in all.SelectMany(n => n.Sources.Append(n.Destination)).Where(t => !t.PerSample).Distinct().GroupBy(t => t.Region))
        {
            Tensor[] ordered = [.. region.OrderBy(t => t.Offset)];
            for (int i = 1; i < ordered.Length; i++)
            {
                ordered[i].Offset.ShouldBeGreaterThanOrEqualTo(ordered[i - 1].Offset + ordered[i - 1].Size, $"{ordered[i]}");
            }
        }
    }

    private static NaiveNormalization Oracle(ActivationKind kind) => new(Channels, Height * Width, z => ActivationReference.Value(kind, Slope, z), z => ActivationReference.Derivative(kind, Slope, z))
    {
        Epsilon = Epsilon,
        Momentum = Momentum,
        Weight = [1.5, -0.7, 0.4],
        Bias = [0.2, 0.3, -0.6],
    };

    /// <summary>The plan's passes in the engine's order. Tensors of parameters, gradients, state and batch stay from pass to pass.</summary>
    private sealed class Layer
    {
        private readonly LayerPlan _plan;
        private readonly Dictionary<string, double[]> _training = new()
        {
            ["weight"] = [1.5, -0.7, 0.4],
            ["bias"] = [0.2, 0.3, -0.6],
            ["dweight"] = new double[Channels],
            ["dbias"] = new double[Channels],
            ["running_mean"] = new double[Channels],
            ["running_var"] = [1, 1, 1],
        };

        public Layer(ActivationKind kind)
        {
            LayerSpec spec = NormalizationSpecs.Layer(Channels, Height, Width, kind, Epsilon, Momentum);
            _plan = LayerPlan.Of(spec with { Epilogue = spec.Epilogue with { Slope = Slope } });
        }

        public double[] RunningMean => _training["running_mean"];

        public double[] RunningVariance => _training["running_var"];

        public double[] WeightGradient => _training["dweight"];

        public double[] BiasGradient => _training["dbias"];

        public double[] Forward(double[] x, int[] blocks)
        {
            Clear(_plan.Batch!.Measure, Region.Batch);
            OverBlocks(_plan.Batch.Measure, blocks, ("x", x));
            DataflowInterpreter.Run(_plan.Batch.Settle, 0, _training);
            return OverBlocks(_plan.Record, blocks, ("x", x));
        }

        public double[] Backward(double[] x, double[] dy, int[] blocks)
        {
            Clear(_plan.Batch!.SettleGradient, Region.BatchGradient);
            OverBlocks(_plan.Backward, blocks, ("x", x), ("dy", dy));
            DataflowInterpreter.Run(_plan.Batch.SettleGradient, 0, _training);
            return OverBlocks(_plan.InputGradient, blocks, ("x", x), ("dy", dy));
        }

        public double[] Infer(double[] x)
        {
            Dictionary<string, double[]> tensors = new(_training) { ["x"] = x };
            foreach (Tensor written in _plan.Commit.Nodes.Concat(_plan.Forward.Nodes).Select(n => n.Destination))
            {
                tensors.Remove(written.Name);
            }

            DataflowInterpreter.Run(_plan.Commit, 0, tensors);
            DataflowInterpreter.Run(_plan.Forward, Samples, tensors);
            return tensors["y"];
        }

        /// <returns>What the pass wrote of each sample.</returns>
        private double[] OverBlocks(Dataflow flow, int[] blocks, params (string Name, double[] Values)[] perSample)
        {
            var written = new List<double>();
            int start = 0;
            foreach (int samples in blocks)
            {
                foreach ((string name, double[] values) in perSample)
                {
                    int size = Channels * Height * Width;
                    _training[name] = values[(start * size)..((start + samples) * size)];
                }

                string result = flow.Nodes[flow.Nodes.Count - 1].Destination.Name;
                if (result is "y" or "dx")
                {
                    _training.Remove(result);
                }

                DataflowInterpreter.Run(flow, samples, _training);
                written.AddRange(result is "y" or "dx" ? _training[result] : []);
                start += samples;
            }

            start.ShouldBe(Samples);
            return [.. written];
        }

        private void Clear(Dataflow flow, Region region)
        {
            foreach (Tensor tensor in flow.Nodes.SelectMany(n => n.Sources.Append(n.Destination)).Where(t => t.Region == region))
            {
                _training[tensor.Name] = new double[tensor.Size];
            }
        }
    }
}
