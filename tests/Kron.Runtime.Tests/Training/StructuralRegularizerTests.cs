using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;
using Kron.Runtime.Tests.Decomposition;
using Kron.Runtime.Tests.IO;
using Kron.Runtime.Tests.Layers;
using Kron.Training;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training;

public class StructuralRegularizerTests
{
    /// <summary>Outputs, channels and side of the kernel, and the structured channels and side.</summary>
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 3, 4, 3, 2, 2 },
        { 2, 5, 3, 5, 2 },
        { 2, 4, 2, 3, 2 },
        { 4, 3, 1, 1, 1 },
        { 1, 2, 4, 1, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Loss_and_gradient_are_those_of_the_projector_by_its_definition(int outputs, int channels, int side, int structuredChannels, int structuredSide)
    {
        LayerEngine layer = Convolution(outputs, channels, side, seed: 1);
        float[] before = Reference.Gaussian(layer.Gradients.Length, 2);
        before.CopyTo(layer.Gradients);
        Matrix<double> a = Windows(channels, structuredChannels).KroneckerProduct(Windows(side, structuredSide)).KroneckerProduct(Windows(side, structuredSide));

        double loss = new StructuralRegularizer().Add(layer, structuredChannels, structuredSide).AddGradients(0.3);

        (double residual, double[] gradient) = Definition(layer, outputs, a);
        residual.ShouldBeGreaterThan(0.1);
        loss.ShouldBe(0.3 * residual, 1e-12);
        Added(layer, before)[..gradient.Length].ShouldBe(gradient.Select(value => 0.3 * value), 1e-6);
        Added(layer, before)[gradient.Length..].ShouldAllBe(value => value == 0, "the bias");
    }

    [Fact]
    public void A_layer_of_vectors_is_taken_likewise()
    {
        LayerEngine layer = Vectors(3, 11, seed: 3);

        double loss = new StructuralRegularizer().Add(layer, 4).AddGradients(1);

        (double residual, double[] gradient) = Definition(layer, 3, Windows(11, 4));
        loss.ShouldBe(residual, 1e-12);
        Added(layer, new float[layer.Gradients.Length])[..33].ShouldBe(gradient, 1e-7);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradient_agrees_with_finite_differences(int outputs, int channels, int side, int structuredChannels, int structuredSide)
    {
        // Binary fractions, so that a step of one loses nothing to rounding.
        const double Step = 1.0 / 1024;
        LayerEngine layer = Convolution(outputs, channels, side, seed: 4);
        foreach (ref float value in layer.Parameters)
        {
            value = MathF.Round(value * 1024) / 1024;
        }

        StructuralRegularizer regularizer = new StructuralRegularizer().Add(layer, structuredChannels, structuredSide);
        regularizer.AddGradients(1);
        float[] gradient = layer.Gradients.ToArray();

        for (int i = 0; i < outputs * channels * side * side; i++)
        {
            float value = layer.Parameters[i];
            layer.Parameters[i] = (float)(value + Step);
            double above = regularizer.AddGradients(1);
            layer.Parameters[i] = (float)(value - Step);
            double below = regularizer.AddGradients(1);
            layer.Parameters[i] = value;
            ((double)gradient[i]).ShouldBe((above - below) / (2 * Step), 3e-6, $"weight {i}");
        }
    }

    [Fact]
    public void Layers_add_up_and_lambda_scales_all_of_it()
    {
        LayerEngine first = Convolution(2, 4, 3, seed: 5), second = Vectors(3, 40, seed: 6);
        StructuralRegularizer both = new StructuralRegularizer().Add(first, 2, 2).Add(second, 15);

        double loss = both.AddGradients(1);
        float[] once = first.Gradients.ToArray();

        loss.ShouldBe(Definition(first, 2, Windows(4, 2).KroneckerProduct(Windows(3, 2)).KroneckerProduct(Windows(3, 2))).Residual + Definition(second, 3, Windows(40, 15)).Residual, 1e-12);
        both.AddGradients(0.25).ShouldBe(loss / 4, 1e-12);
        Added(first, once).ShouldBe(once.Select(value => value / 4.0), 1e-7);
        both.AddGradients(0).ShouldBe(0);
    }

    [Fact]
    public void A_structured_weight_and_a_zero_one_are_left_alone()
    {
        LayerEngine structured = Convolution(3, 6, 3, seed: 7), zero = Vectors(3, 8, seed: 8), trivial = Vectors(2, 9, seed: 9);
        StructuredFit.Expand(Reference.Gaussian(3 * 4 * 2 * 2, 10), 3, (6, 3, 3), (4, 2, 2), structured.Parameters[..162]);
        zero.Parameters.Clear();
        StructuralRegularizer regularizer = new StructuralRegularizer().Add(structured, 4, 2).Add(zero, 2).Add(trivial, 9);

        regularizer.AddGradients(1).ShouldBeInRange(0, 1e-7);

        foreach (LayerEngine layer in new[] { structured, zero, trivial })
        {
            layer.Gradients.ToArray().ShouldAllBe(value => value == 0);
        }

        // One entry that is off by far more than rounding is seen.
        structured.Parameters[5] += 1e-3f;
        regularizer.AddGradients(1).ShouldBeGreaterThan(1e-5);
        structured.Gradients.ToArray().ShouldContain(value => Math.Abs(value) > 1e-3);
    }

    [Fact]
    public void Steps_along_it_make_the_weight_structured()
    {
        LayerEngine layer = Convolution(4, 6, 3, seed: 11);
        StructuralRegularizer regularizer = new StructuralRegularizer().Add(layer, 3, 2);
        LearningRate strength = LearningRate.Constant(1).WithWarmUp(50), rate = LearningRate.Cosine(1, 2000);
        var optimizer = new Sgd(layer);
        double norm = Reference.Norm(layer.Parameters[..216].ToArray());

        for (int step = 0; step < 2000; step++)
        {
            regularizer.AddGradients(strength.At(step));
            optimizer.Step(rate.At(step));
        }

        var alpha = new float[4 * 3 * 2 * 2];
        StructuredFit.Project(layer.Parameters[..216], 4, (6, 3, 3), (3, 2, 2), alpha).RelativeError.ShouldBeLessThan(1e-3);

        // Steps are orthogonal to the weight, so it can only have grown.
        Reference.Norm(layer.Parameters[..216].ToArray()).ShouldBeGreaterThan(norm);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        StructuralRegularizer regularizer = new StructuralRegularizer().Add(Convolution(2, 4, 3, seed: 12), 2, 2).Add(Vectors(3, 8, seed: 13), 3);

        Allocation.Of(() => regularizer.AddGradients(0.1)).ShouldBe(0);
    }

    [Fact]
    public void Layers_and_sizes_that_do_not_fit_are_named()
    {
        var regularizer = new StructuralRegularizer();
        LayerEngine convolution = Convolution(2, 4, 3, seed: 14), vectors = Vectors(3, 8, seed: 15);

        Should.Throw<ArgumentException>(() => regularizer.Add(convolution, 2)).Message
            .ShouldContain("Expected a dense layer with a tensor weight [outputs, inputs], but LayerEngine has weight [2, 4, 3, 3], bias [2].");
        Should.Throw<ArgumentException>(() => regularizer.Add(vectors, 2, 2)).Message.ShouldContain("a tensor weight [o, c, n, n], but LayerEngine has weight [3, 8]");
        Should.Throw<ArgumentException>(() => regularizer.Add(StoredLayers.Kronecker(seed: 1), 2)).Message.ShouldContain("has A.0 [2, 3, 5], B.0 [2, 4, 4]");
        Should.Throw<ArgumentException>(() => regularizer.Add(new TanhLayer(2, 3, 1), 2)).Message.ShouldContain("TanhLayer has no named tensors");
        Should.Throw<ArgumentException>(() => regularizer.Add(Rectangular(), 2, 2)).Message.ShouldContain("square kernels, but those of LayerEngine are 3 × 5");
        Should.Throw<ArgumentOutOfRangeException>(() => regularizer.Add(convolution, 5, 2)).ParamName.ShouldBe("structuredChannels");
        Should.Throw<ArgumentOutOfRangeException>(() => regularizer.Add(convolution, 4, 0)).Message.ShouldContain("Expected a size from 1 to 3");
        Should.Throw<ArgumentOutOfRangeException>(() => regularizer.Add(vectors, 9)).ParamName.ShouldBe("structuredInputs");
        Should.Throw<ArgumentException>(() => regularizer.Add(vectors, 3).Add(vectors, 4)).Message.ShouldContain("added before");
        Should.Throw<ArgumentOutOfRangeException>(() => regularizer.AddGradients(-1)).ParamName.ShouldBe("strength");
        Should.Throw<ArgumentOutOfRangeException>(() => regularizer.AddGradients(double.NaN)).ParamName.ShouldBe("strength");
        vectors.Gradients.ToArray().ShouldAllBe(value => value == 0);
    }

    /// <summary>‖P·W‖/‖W‖ and its gradient with P = I − A·A⁺ formed explicitly.</summary>
    private static (double Residual, double[] Gradient) Definition(LayerEngine layer, int outputs, Matrix<double> a)
    {
        Matrix<double> w = Matrix<double>.Build.Dense(outputs, a.RowCount, (i, j) => layer.Parameters[(i * a.RowCount) + j]);
        Matrix<double> projector = Matrix<double>.Build.DenseIdentity(a.RowCount) - (a * a.PseudoInverse());
        Matrix<double> rest = w * projector.Transpose();
        double norm = w.FrobeniusNorm(), left = rest.FrobeniusNorm();
        return (left / norm, ((rest / (left * norm)) - (w * (left / Math.Pow(norm, 3)))).ToRowMajorArray());
    }

    private static double[] Added(LayerEngine layer, float[] before) => [.. before.Select((value, i) => (double)layer.Gradients[i] - value)];

    /// <summary>T by its definition.</summary>
    private static Matrix<double> Windows(int size, int reduced) =>
        Matrix<double>.Build.Dense(size, reduced, (i, j) => i >= j && i - j <= size - reduced ? 1 : 0);

    private static LayerEngine Convolution(int outputs, int channels, int side, int seed) =>
        Filled(Kernels.Layer(LayerKind.Dense, new ImageWindow(channels, 7, 7, side, side, 1, 1, 0, 0), outputs), seed);

    private static LayerEngine Rectangular() => Filled(Kernels.Layer(LayerKind.Dense, new ImageWindow(2, 7, 7, 3, 5, 1, 1, 0, 0), 2), seed: 1);

    private static LayerEngine Vectors(int outputs, int inputs, int seed) =>
        Filled(new LayerDefinition { Name = "Tests.Vectors", Attributes = "", Inputs = inputs, Outputs = outputs, Groups = [] }, seed);

    private static LayerEngine Filled(LayerDefinition definition, int seed)
    {
        var engine = new LayerEngine(definition, StoredLayers.NoKernels);
        Reference.Gaussian(engine.Parameters.Length, seed).AsSpan().CopyTo(engine.Parameters);
        return engine;
    }
}
