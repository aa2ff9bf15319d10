using System;
using System.Linq;
using Kron.Runtime.Tests.Decomposition;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training;

public class LossTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 10)]
    [InlineData(3, 37)]
    [InlineData(2, 64)]
    public void Cross_entropy_and_its_gradient_agree_with_the_definition(int batch, int classes)
    {
        float[] scores = Reference.Gaussian(batch * classes, 1, 3), gradient = new float[batch * classes];
        int[] labels = Enumerable.Range(0, batch).Select(s => s * 7 % classes).ToArray();
        double[] exact = scores.Select(v => (double)v).ToArray();

        double loss = SoftmaxCrossEntropy.Evaluate(scores, labels, gradient);

        loss.ShouldBe(Loss(), 1e-6);
        SoftmaxCrossEntropy.Evaluate(scores, labels).ShouldBe(loss);
        for (int i = 0; i < exact.Length; i++)
        {
            const double H = 1e-5;
            exact[i] = scores[i] + H;
            double above = Loss();
            exact[i] = scores[i] - H;
            double slope = (above - Loss()) / (2 * H);
            exact[i] = scores[i];
            ((double)gradient[i]).ShouldBe(slope, 1e-6, $"score {i}");
        }

        double Loss() => Enumerable.Range(0, batch).Average(s =>
            Math.Log(exact.Skip(s * classes).Take(classes).Sum(Math.Exp)) - exact[(s * classes) + labels[s]]);
    }

    [Fact]
    public void Cross_entropy_is_stable()
    {
        float[] gradient = new float[3];
        SoftmaxCrossEntropy.Evaluate([1e30f, 0, -1e30f], [0], gradient).ShouldBe(0);
        gradient.ShouldBe([0f, 0, 0]);
        SoftmaxCrossEntropy.Evaluate([3e38f, 0, -3e38f], [2], gradient).ShouldBe(6e38, 1e33);
        gradient.ShouldBe([1f, 0, -1]);
        SoftmaxCrossEntropy.Evaluate([float.NegativeInfinity, 0], [1]).ShouldBe(0);
        SoftmaxCrossEntropy.Evaluate([1000.5f, 1000.5f, 1000.5f], [1], gradient).ShouldBe(Math.Log(3), 1e-6);
        gradient.ShouldBe([1f / 3, -2f / 3, 1f / 3], 1e-6);
        double.IsNaN(SoftmaxCrossEntropy.Evaluate([float.NaN, 0], [1])).ShouldBeTrue();
    }

    [Fact]
    public void Cross_entropy_sums_many_classes_without_losing_any()
    {
        // The paper's word classifier has some 88 thousand.
        float[] scores = new float[87_718], gradient = new float[87_718];

        // The exponentials are single precision, an ulp of 1.2e-7 each; the sum of them adds nothing to that.
        SoftmaxCrossEntropy.Evaluate(scores, [5], gradient).ShouldBe(Math.Log(87_718), 1.3e-7);
        gradient.Sum(g => (double)g).ShouldBe(0, 1e-6);
    }

    [Fact]
    public void Errors_are_counted()
    {
        SoftmaxCrossEntropy.CountErrors([1, 2, 3, 3, 3, 1, 0, 9, 0], [2, 0, 0]).ShouldBe(1);
        SoftmaxCrossEntropy.CountErrors([], []).ShouldBe(0);
    }

    [Fact]
    public void Cross_entropy_names_wrong_arguments_and_writes_nothing()
    {
        float[] gradient = [7, 7, 7, 7];
        Should.Throw<ArgumentException>(() => SoftmaxCrossEntropy.Evaluate([1, 2, 3], [0, 1], gradient)).Message.ShouldContain("'scores' has 3 floats; expected a positive multiple of 2");
        Should.Throw<ArgumentException>(() => SoftmaxCrossEntropy.Evaluate([1], [], gradient)).ParamName.ShouldBe("scores");
        Should.Throw<ArgumentException>(() => SoftmaxCrossEntropy.Evaluate([], [1], gradient)).ParamName.ShouldBe("scores");
        Should.Throw<ArgumentException>(() => SoftmaxCrossEntropy.Evaluate([1, 2, 3, 4], [0, 2], gradient)).Message.ShouldContain("labels[1] is 2; expected a class from 0 to 1");
        Should.Throw<ArgumentException>(() => SoftmaxCrossEntropy.Evaluate([1, 2, 3, 4], [0, -1], gradient)).ParamName.ShouldBe("labels");
        Should.Throw<ArgumentException>(() => SoftmaxCrossEntropy.Evaluate([1, 2], [0], gradient)).ParamName.ShouldBe("gradient");
        Should.Throw<ArgumentException>(() => SoftmaxCrossEntropy.Evaluate(gradient, [0], gradient)).Message.ShouldContain("overlaps");
        gradient.ShouldAllBe(g => g == 7);
        SoftmaxCrossEntropy.Evaluate([], [], []).ShouldBe(0);
    }

    [Fact]
    public void Squared_error_and_its_gradient_agree_with_the_definition()
    {
        float[] outputs = Reference.Gaussian(23, 2), targets = Reference.Gaussian(23, 3), gradient = new float[23];

        double loss = MeanSquaredError.Evaluate(outputs, targets, gradient);

        loss.ShouldBe(Loss(0, 0), 1e-12);
        MeanSquaredError.Evaluate(outputs, targets).ShouldBe(loss);
        for (int i = 0; i < 23; i++)
        {
            ((double)gradient[i]).ShouldBe((Loss(i, 1e-5) - Loss(i, -1e-5)) / 2e-5, 1e-7);
        }

        double Loss(int at, double shift) =>
            outputs.Select((y, i) => Math.Pow(y + (i == at ? shift : 0) - targets[i], 2)).Average();
    }

    [Fact]
    public void Squared_error_names_wrong_arguments_and_writes_nothing()
    {
        float[] gradient = [7, 7];
        Should.Throw<ArgumentException>(() => MeanSquaredError.Evaluate([1, 2], [1], gradient)).ParamName.ShouldBe("targets");
        Should.Throw<ArgumentException>(() => MeanSquaredError.Evaluate([1, 2, 3], [1, 2, 3], gradient)).ParamName.ShouldBe("gradient");
        Should.Throw<ArgumentException>(() => MeanSquaredError.Evaluate([1, 2], gradient, gradient)).ParamName.ShouldBe("gradient");
        gradient.ShouldAllBe(g => g == 7);
        MeanSquaredError.Evaluate([], []).ShouldBe(0);
    }
}
