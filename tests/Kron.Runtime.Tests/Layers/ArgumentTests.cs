using System;
using System.Linq;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

public sealed class ArgumentTests
{
    private const float Untouched = 42;

    private readonly LayerEngine _engine = NaiveLayer.Create(seed: 1);

    [Theory]
    [InlineData(6, 3, "input", "6", "multiple of 5")]
    [InlineData(4, 3, "input", "4", "multiple of 5")]
    [InlineData(10, 3, "output", "3", "expected 6")]
    [InlineData(10, 7, "output", "7", "expected 6")]
    [InlineData(10, 0, "output", "0", "expected 6")]
    [InlineData(0, 1, "output", "1", "expected 0")]
    public void A_wrong_length_names_the_argument_and_both_lengths(int inputs, int outputs, string argument, string actual, string expected)
    {
        float[] output = Filled(outputs);
        LayerTape tape = _engine.CreateTape(4);
        Action[] passes =
        [
            () => _engine.Forward(new float[inputs], output),
            () => _engine.Forward(new float[inputs], output, tape),
            () => _engine.ForwardParallel(new float[inputs], output, 2),
        ];
        foreach (Action pass in passes)
        {
            CallLog.Of(() =>
            {
                ArgumentException error = Should.Throw<ArgumentException>(pass);
                error.ParamName.ShouldBe(argument);
                error.Message.ShouldContain($"'{argument}' has {actual} floats");
                error.Message.ShouldContain(expected);
            }).ShouldBeEmpty();
        }

        output.ShouldAllBe(value => value == Untouched);
        tape.RecordedBatch.ShouldBe(-1);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 4)]
    [InlineData(2, 0)]
    public void Overlapping_input_and_output_throw(int inputStart, int outputStart)
    {
        float[] memory = Filled(20);
        LayerTape tape = _engine.CreateTape(1);

        Should.Throw<ArgumentException>(() => _engine.Forward(memory.AsSpan(inputStart, 5), memory.AsSpan(outputStart, 3)))
            .ParamName.ShouldBe("output");
        Should.Throw<ArgumentException>(() => _engine.Forward(memory.AsSpan(inputStart, 5), memory.AsSpan(outputStart, 3), tape))
            .Message.ShouldContain("overlaps 'input'");

        memory.ShouldAllBe(value => value == Untouched);
        tape.RecordedBatch.ShouldBe(-1);
    }

    [Fact]
    public void Neighbouring_input_and_output_are_fine()
    {
        float[] memory = new float[8];

        Should.NotThrow(() => _engine.Forward(memory.AsSpan(0, 5), memory.AsSpan(5, 3)));
    }

    [Fact]
    public void A_tape_of_another_layer_object_throws()
    {
        LayerTape tape = NaiveLayer.Create(seed: 1).CreateTape(1);
        float[] output = Filled(3);

        Should.Throw<ArgumentException>(() => _engine.Forward(new float[5], output, tape)).ParamName.ShouldBe("tape");
        Should.Throw<ArgumentException>(() => _engine.Backward(new float[5], new float[3], [], tape)).ParamName.ShouldBe("tape");
        Should.Throw<ArgumentNullException>(() => _engine.Forward(new float[5], output, null!)).ParamName.ShouldBe("tape");
        Should.Throw<ArgumentNullException>(() => _engine.Backward(new float[5], new float[3], [], null!)).ParamName.ShouldBe("tape");

        output.ShouldAllBe(value => value == Untouched);
        tape.RecordedBatch.ShouldBe(-1);
    }

    [Fact]
    public void A_batch_beyond_the_tape_throws_and_keeps_the_recorded_pass()
    {
        LayerTape tape = _engine.CreateTape(2);
        _engine.Forward(NaiveLayer.Values(5, seed: 2), new float[3], tape);
        float[] values = tape.Values.ToArray();
        float[] output = Filled(9);

        ArgumentException error = Should.Throw<ArgumentException>(() => _engine.Forward(new float[15], output, tape));

        error.ParamName.ShouldBe("input");
        error.Message.ShouldContain("3 samples");
        error.Message.ShouldContain("at most 2");
        output.ShouldAllBe(value => value == Untouched);
        tape.RecordedBatch.ShouldBe(1);
        tape.Values.ToArray().ShouldBe(values);
    }

    [Fact]
    public void Backward_without_a_recorded_pass_throws() =>
        Should.Throw<InvalidOperationException>(() => _engine.Backward(new float[5], new float[3], [], _engine.CreateTape(1)));

    [Theory]
    [InlineData(9, 6, 10, "input", "multiple of 5")]
    [InlineData(5, 3, 5, "input", "expected 2")]
    [InlineData(15, 9, 15, "input", "expected 2")]
    [InlineData(10, 5, 10, "outputGradient", "expected 6")]
    [InlineData(10, 0, 10, "outputGradient", "expected 6")]
    [InlineData(10, 6, 9, "inputGradient", "expected 10")]
    [InlineData(10, 6, 15, "inputGradient", "expected 10")]
    public void A_wrong_length_in_the_backward_pass_leaves_all_gradients(int inputs, int outputs, int gradients, string argument, string expected)
    {
        LayerTape tape = _engine.CreateTape(4);
        _engine.Forward(NaiveLayer.Values(10, seed: 2), new float[6], tape);
        _engine.Gradients.Fill(Untouched);
        float[] inputGradient = Filled(gradients);

        ArgumentException error = Should.Throw<ArgumentException>(
            () => _engine.Backward(new float[inputs], new float[outputs], inputGradient, tape));

        error.ParamName.ShouldBe(argument);
        error.Message.ShouldContain(expected);
        inputGradient.ShouldAllBe(value => value == Untouched);
        _engine.Gradients.ToArray().ShouldAllBe(value => value == Untouched);
    }

    [Fact]
    public void An_input_gradient_that_overlaps_throws()
    {
        LayerTape tape = _engine.CreateTape(1);
        float[] memory = Filled(16);
        _engine.Forward(memory.AsSpan(0, 5), new float[3], tape);

        ArgumentException overInput = Should.Throw<ArgumentException>(
            () => _engine.Backward(memory.AsSpan(0, 5), new float[3], memory.AsSpan(4, 5), tape));
        ArgumentException overOutputGradient = Should.Throw<ArgumentException>(
            () => _engine.Backward(memory.AsSpan(0, 5), memory.AsSpan(8, 3), memory.AsSpan(10, 5), tape));

        overInput.ParamName.ShouldBe("inputGradient");
        overInput.Message.ShouldContain("'input'");
        overOutputGradient.ParamName.ShouldBe("inputGradient");
        overOutputGradient.Message.ShouldContain("'outputGradient'");
        memory.ShouldAllBe(value => value == Untouched);
        _engine.Gradients.ToArray().ShouldAllBe(value => value == 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(int.MaxValue)]
    public void A_tape_of_an_impossible_batch_throws_and_allocates_no_training_memory(int maxBatch)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _engine.CreateTape(maxBatch)).ParamName.ShouldBe("maxBatch");

        _engine.Memory.TrainingBytes.ShouldBe(0);
    }

    [Fact]
    public void Threads_below_one_throw() =>
        Should.Throw<ArgumentOutOfRangeException>(() => _engine.ForwardParallel(new float[5], new float[3], 0)).ParamName.ShouldBe("threads");

    private static float[] Filled(int length) => Enumerable.Repeat(Untouched, length).ToArray();
}
