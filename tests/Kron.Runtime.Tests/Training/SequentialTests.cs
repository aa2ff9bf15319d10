using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Kron.Runtime.Tests.Decomposition;
using Kron.Runtime.Tests.Layers;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training;

public class SequentialTests
{
    private static readonly int[] Sizes = [5, 7, 3, 4];

    [Fact]
    public void Gradients_agree_with_finite_differences_of_the_definition()
    {
        Sequential model = Model();
        const int Batch = 3;
        float[] input = Reference.Gaussian(Batch * 5, 10), targets = Reference.Gaussian(Batch * 4, 11);
        float[] output = new float[Batch * 4], gradient = new float[Batch * 4], inputGradient = new float[Batch * 5];
        SequentialTape tape = model.CreateTape(4);

        model.Forward(input, output, tape);
        MeanSquaredError.Evaluate(output, targets, gradient);
        model.Backward(input, gradient, inputGradient, tape);

        double[][] parameters = model.Select(layer => Doubles(layer.Parameters)).ToArray();
        double[] inputs = Doubles(input);
        for (int l = 0; l < model.Count; l++)
        {
            for (int i = 0; i < parameters[l].Length; i++)
            {
                ((double)model[l].Gradients[i]).ShouldBe(Slope(parameters[l], i), 1e-5, $"layer {l}, parameter {i}");
            }
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            ((double)inputGradient[i]).ShouldBe(Slope(inputs, i), 1e-5, $"input {i}");
        }

        double Slope(double[] values, int i)
        {
            const double H = 1e-5;
            double value = values[i];
            values[i] = value + H;
            double above = Loss();
            values[i] = value - H;
            double below = Loss();
            values[i] = value;
            return (above - below) / (2 * H);
        }

        double Loss()
        {
            double[] value = inputs;
            for (int l = 0; l < parameters.Length; l++)
            {
                value = TanhLayer.Define(Sizes[l], Sizes[l + 1], parameters[l], value);
            }

            return value.Zip(targets, (y, t) => (y - t) * (y - t)).Average();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(1000)]
    public void Inference_in_blocks_agrees_with_the_recorded_pass(int batch)
    {
        Sequential model = Model();
        float[] input = Reference.Gaussian(batch * 5, 12);
        float[] plain = new float[batch * 4], recorded = new float[batch * 4];

        model.Forward(input, plain);
        model.Forward(input, recorded, model.CreateTape(1000));

        plain.ShouldBe(recorded);
    }

    [Fact]
    public void A_single_layer_and_a_repeated_layer_work()
    {
        var layer = new TanhLayer(4, 4, 1);
        float[] input = Reference.Gaussian(8, 13), once = new float[8], twice = new float[8];
        layer.Forward(input, once);
        layer.Forward(once, twice);

        float[] output = new float[8];
        new Sequential(layer).Forward(input, output);
        output.ShouldBe(once);
        var repeated = new Sequential(layer, layer);
        repeated.Forward(input, output);
        output.ShouldBe(twice);
        repeated.ParameterCount.ShouldBe(20);
        new AdamW(repeated).Layers.ShouldHaveSingleItem();
    }

    [Fact]
    public void The_input_gradient_is_optional_and_gradients_add_up()
    {
        Sequential model = Model();
        float[] input = Reference.Gaussian(10, 14), output = new float[8], gradient = Reference.Gaussian(8, 15);
        SequentialTape tape = model.CreateTape(2);
        model.Forward(input, output, tape);
        model.Backward(input, gradient, [], tape);
        float[] once = model[0].Gradients.ToArray();

        model.Backward(input, gradient, new float[10], tape);

        model[0].Gradients.ToArray().Select(g => (double)g).ShouldBe(once.Select(g => 2.0 * g), 1e-6);
        tape.RecordedBatch.ShouldBe(2);
    }

    [Fact]
    public void Sizes_that_do_not_chain_are_named()
    {
        string message = Should.Throw<ArgumentException>(() => new Sequential(new TanhLayer(5, 7, 1), new TanhLayer(7, 3, 2), new TanhLayer(4, 2, 3))).Message;

        message.ShouldContain("Layer 2 (TanhLayer) takes 4 floats per sample, but layer 1 (TanhLayer) gives 3.");
        Should.Throw<ArgumentException>(() => new Sequential()).ParamName.ShouldBe("layers");
        Should.Throw<ArgumentException>(() => new Sequential(new TanhLayer(1, 1, 1), null!)).ParamName.ShouldBe("layers");
    }

    [Fact]
    public void Wrong_buffers_are_named_and_outputs_stay_untouched()
    {
        Sequential model = Model();
        SequentialTape tape = model.CreateTape(2);
        float[] input = new float[10], output = [9, 9, 9, 9, 9, 9, 9, 9];

        Should.Throw<ArgumentException>(() => model.Forward(new float[9], output)).Message.ShouldContain("'input' has 9 floats; expected a multiple of 5");
        Should.Throw<ArgumentException>(() => model.Forward(input, new float[7])).Message.ShouldContain("'output' has 7 floats; expected 8");
        Should.Throw<ArgumentException>(() => model.Forward(new float[15], new float[12], tape)).Message.ShouldContain("at most 2");
        Should.Throw<ArgumentException>(() => model.Forward(input, output, Model().CreateTape(2))).ParamName.ShouldBe("tape");
        Should.Throw<ArgumentException>(() => model.Backward(input, output, [], tape)).Message.ShouldContain("no pass");
        var shared = new float[18];
        Should.Throw<ArgumentException>(() => model.Forward(shared.AsSpan(0, 10), shared.AsSpan(9, 8))).Message.ShouldContain("overlaps");
        output.ShouldAllBe(v => v == 9);

        model.Forward(input, output, tape);
        Should.Throw<ArgumentException>(() => model.Backward(new float[5], output, [], tape)).Message.ShouldContain("a pass of 2 samples");
        Should.Throw<ArgumentException>(() => model.Backward(input, new float[4], [], tape)).ParamName.ShouldBe("outputGradient");
        Should.Throw<ArgumentException>(() => model.Backward(input, output, new float[4], tape)).ParamName.ShouldBe("inputGradient");
        Should.Throw<ArgumentOutOfRangeException>(() => model.CreateTape(0));
        Should.Throw<ArgumentOutOfRangeException>(() => model.CreateTape(int.MaxValue));
        model[0].Gradients.ToArray().ShouldAllBe(g => g == 0);
    }

    [Fact]
    public void Concurrent_inference_agrees_with_sequential_inference()
    {
        Sequential model = Model();
        float[] input = Reference.Gaussian(5 * 700, 16), expected = new float[4 * 700];
        model.Forward(input, expected);

        Parallel.For(0, 64, _ =>
        {
            var output = new float[4 * 700];
            model.Forward(input, output);
            output.ShouldBe(expected);
        });
    }

    [Fact]
    public void A_warm_model_allocates_nothing()
    {
        Sequential model = Model();
        float[] input = Reference.Gaussian(5 * 8, 17), output = new float[4 * 8], gradient = new float[4 * 8];
        int[] labels = [0, 1, 2, 3, 0, 1, 2, 3];
        SequentialTape tape = model.CreateTape(8);
        var sgd = new Sgd(model) { Momentum = 0.9, WeightDecay = 1e-4 };
        var adam = new AdamW(model);
        LearningRate schedule = LearningRate.Cosine(0.01, 100).WithWarmUp(5);

        Allocation.Of(() => model.Forward(input, output)).ShouldBe(0);
        Allocation.Of(() =>
        {
            model.Forward(input, output, tape);
            SoftmaxCrossEntropy.Evaluate(output, labels, gradient);
            MeanSquaredError.Evaluate(output, output, gradient);
            model.Backward(input, gradient, [], tape);
            sgd.Step(schedule.At(sgd.Steps));
            adam.Step(schedule.At(adam.Steps));
        }).ShouldBe(0);
    }

    [Fact]
    public void A_saved_model_loads_into_an_equal_one()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Sequential model = Model(), other = new(new TanhLayer(5, 7, 91), new TanhLayer(7, 3, 92), new TanhLayer(3, 4, 93));
            model.Save(path);
            other.Load(path);

            for (int i = 0; i < 3; i++)
            {
                other[i].Parameters.ToArray().ShouldBe(model[i].Parameters.ToArray());
                ((TanhLayer)other[i]).Commits.ShouldBe(1);
            }

            Should.Throw<InvalidDataException>(() => new Sequential(new TanhLayer(5, 7, 1)).Load(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_model_learns()
    {
        // Two classes apart by a circle, which no linear map separates.
        var model = new Sequential(new TanhLayer(2, 16, 1), new TanhLayer(16, 2, 2));
        float[] input = Reference.Gaussian(2 * 200, 18), output = new float[400], gradient = new float[400];
        int[] labels = Enumerable.Range(0, 200).Select(i => (input[2 * i] * input[2 * i]) + (input[(2 * i) + 1] * input[(2 * i) + 1]) > 1.4 ? 1 : 0).ToArray();
        SequentialTape tape = model.CreateTape(200);
        var optimizer = new AdamW(model);
        LearningRate schedule = LearningRate.Cosine(0.05, 300).WithWarmUp(10);
        double first = 0, last = 0;
        for (int step = 0; step < 300; step++)
        {
            model.Forward(input, output, tape);
            last = SoftmaxCrossEntropy.Evaluate(output, labels, gradient);
            first = step == 0 ? last : first;
            model.Backward(input, gradient, [], tape);
            optimizer.Step(schedule.At(step));
        }

        last.ShouldBeLessThan(first / 2);
        SoftmaxCrossEntropy.CountErrors(output, labels).ShouldBeLessThan(10);
    }

    private static Sequential Model() => new(new TanhLayer(5, 7, 1), new TanhLayer(7, 3, 2), new TanhLayer(3, 4, 3));

    private static double[] Doubles(ReadOnlySpan<float> values) => values.ToArray().Select(v => (double)v).ToArray();
}
