using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.Decomposition;
using Kron.IO;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public sealed class KroneckerWeightTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["factors.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_saved_is_loaded_with_padding_formulations_and_bias()
    {
        ShapeGroup[] groups = [new(4, 3, 3, 20, 2, Formulation.I), new(6, 2, 15, 4, 1, Formulation.III)];
        float[] weight = Reference.Gaussian(11 * 60, 1), bias = Reference.Gaussian(11, 2);
        KroneckerWeight fitted = KroneckerWeight.Fit(weight, 11, 60, groups, null, out FitReport report, bias, (3, 4, 5));

        fitted.Save(Path);
        KroneckerWeight loaded = KroneckerWeight.Load(Path);

        loaded.Groups.ShouldBe(groups);
        (loaded.Outputs, loaded.Inputs, loaded.Image).ShouldBe((11, 60, (3, 4, 5)));
        loaded.Bias.ToArray().ShouldBe(bias);
        loaded.Factors.ToArray().ShouldBe(fitted.Factors.ToArray());
        loaded.Attributes.ShouldBe(
            """
            [KroneckerLayer(4, 3, 3, 20, 2, Formulation = Formulation.I, Channels = 3, Height = 4, Width = 5, Outputs = 11)]
            [KroneckerTerm(6, 2, 15, 4, 1, Formulation = Formulation.III)]
            """.ReplaceLineEndings("\n"));
        var dense = new float[weight.Length];
        loaded.ToDense(dense);
        (Reference.Norm(weight.Zip(dense, (x, y) => (double)x - y)) / Reference.Norm(weight)).ShouldBe(report.RelativeError, 1e-6);
    }

    [Fact]
    public void Low_rank_is_a_shape_like_any_other_and_reaches_the_singular_value_optimum()
    {
        float[] weight = Reference.Gaussian(12 * 20, 3);
        var shape = new ShapeGroup(1, 12, 20, 1, 4);

        KroneckerWeight fitted = KroneckerWeight.Fit(weight, 12, 20, [shape], null, out FitReport report);

        double[] values = [.. MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(20, 12, [.. weight.Select(v => (double)v)]).Svd(false).S];
        report.RelativeError.ShouldBe(Reference.Norm(values.Skip(4)) / Reference.Norm(weight), 1e-7);
        report.Parameters.ShouldBe(4 * (12 + 20));
        fitted.Attributes.ShouldBe("[KroneckerLayer(1, 12, 20, 1, 4, Bias = BiasMode.None)]");
    }

    [Fact]
    public void A_file_without_attributes_and_one_of_a_model_are_read_by_their_shapes()
    {
        float[] a = Reference.Gaussian(2 * 6, 4), b = Reference.Gaussian(2 * 4, 5);
        Safetensors.Write(Path, [new("fc.A.0", [2, 3, 2], a), new("fc.B.0", [2, 2, 2], b), new("fc.bias", [6], new float[6]), new("other.weight", [1], new float[1])]);

        KroneckerWeight weight = KroneckerWeight.Load(Path, "fc");

        weight.Groups.ShouldBe([new ShapeGroup(3, 2, 2, 2, 2)]);
        weight.Factors.ToArray().ShouldBe([.. a, .. b]);
        weight.Bias.Length.ShouldBe(6);
        Should.Throw<InvalidDataException>(() => KroneckerWeight.Load(Path)).Message.ShouldContain("no tensor 'A.0' or 'V'");
    }

    [Fact]
    public void Files_of_anything_else_are_refused_with_the_reason()
    {
        float[] two = new float[2], four = new float[4];
        Dictionary<string, string> Attributes(string text) => new() { ["attributes"] = text };

        Refused("no 'B.0'", [new("A.0", [1, 2, 1], two)]);
        Refused("expected [r, m1, n1] and [r, m2, n2]", [new("A.0", [1, 2, 1], two), new("B.0", [2, 1], two)]);
        Refused("expected [r, m1, n1] and [r, m2, n2]", [new("A.0", [1, 2, 1], two), new("B.0", [2, 1, 1], two)]);
        Refused("do not tell the image", [new("A.0", [1, 2, 1, 1, 1], two), new("B.0", [1, 1, 2, 1, 1], two)]);
        Refused("do not tell the image", [new("V", [1, 2, 1, 1], two), new("H", [2, 1, 1, 1], two)]);
        Refused("expected [r, o1, c1, h1, w1] and [r, o2, c2, h2, w2]", [new("A.0", [1, 2, 1, 1, 1], two), new("B.0", [1, 1, 2], two)]);
        Refused("no 'H'", [new("V", [1, 2, 1, 1], two)]);
        Refused("expected [rank, c, d, 1] and [o, rank, 1, d]", [new("V", [1, 2, 1, 1], two), new("H", [1, 1, 1, 2], two)]);
        Refused("disagree with the shapes", [new("V", [1, 2, 1, 1], two), new("H", [2, 1, 1, 1], two)], Attributes("[KroneckerConv(1, 2, 1, 1, 2, 1, 1, 1, 1, Height = 1, Width = 1)]"));
        Refused("disagree with the shapes", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two)], Attributes("[KroneckerConv(2, 1, 1, 1, 1, 2, 1, 1, 1, Height = 1, Width = 1)]"));
        Refused("must be at least 1", [new("V", [1, 2, 1, 1], two), new("H", [2, 1, 1, 1], two)], Attributes("[LowRankConv(2, 2, 1, 1, Height = 1)]"));
        Refused("none of a Kronecker layer", [new("V", [1, 2, 1, 1], two), new("H", [2, 1, 1, 1], two)], Attributes("[LowRankConv(2, 2, 1, 1, Height = 1, Width = 1)]\n[KroneckerConvTerm(2, 2, 1, 1, 1, 1, 1, 1, 1)]"));
        Refused("unexpected tensor 'scale'", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two), new("scale", [2], two)]);
        Refused("its bias has shape [4]; expected [2]", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two), new("bias", [4], four)]);
        Refused("none of a Kronecker layer", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two)], Attributes("[DenseLayer(2, 2)]"));
        Refused("disagree with the shapes", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two)], Attributes("[KroneckerLayer(2, 2, 1, 1, 1)]"));
        Refused("to each product", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two)], Attributes("[KroneckerLayer(2, 1, 1, 2, 1, Nonlinearity = Nonlinearity.PerTerm)]"));
        Refused("is only 2 × 2", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two)], Attributes("[KroneckerLayer(2, 1, 1, 2, 1, Outputs = 3)]"));
        Refused("same m1·m2", [new("A.0", [1, 2, 1], two), new("B.0", [1, 1, 2], two), new("A.1", [1, 2, 2], four), new("B.1", [1, 2, 1], two)]);

        void Refused(string reason, SafetensorsTensor[] tensors, Dictionary<string, string>? metadata = null)
        {
            Safetensors.Write(Path, tensors, metadata);
            Should.Throw<InvalidDataException>(() => KroneckerWeight.Load(Path)).Message.ShouldContain(reason);
        }
    }

    [Fact]
    public void The_kernels_of_a_convolution_are_fitted_saved_and_loaded()
    {
        ShapeGroup[] groups = [Kernels.Shape(4, 3, 3, 1, 2, 2, 1, 2, 2), Kernels.Shape(2, 1, 1, 2, 4, 6, 3, 1, 1)];
        var convolution = new ConvolutionShape(8, 6, 3, 2, 11, 9) { StrideH = 2, StrideW = 2, PaddingW = 1 };
        float[] weight = Reference.Gaussian(8 * 6 * 3 * 2, 6), bias = Reference.Gaussian(8, 7), dense = new float[weight.Length];

        KroneckerWeight fitted = KroneckerWeight.Fit(weight, convolution, groups, null, out FitReport report, bias);
        fitted.Save(Path);
        KroneckerWeight loaded = KroneckerWeight.Load(Path);

        loaded.Groups.ShouldBe(groups);
        loaded.Convolution.ShouldBe(convolution);
        loaded.Shape.ShouldBe([8, 6, 3, 2]);
        (loaded.Outputs, loaded.Inputs).ShouldBe((8, 6));
        loaded.Bias.ToArray().ShouldBe(bias);
        loaded.Factors.ToArray().ShouldBe(fitted.Factors.ToArray());
        loaded.Tensors.Select(tensor => tensor.Name).ShouldBe(["A.0", "B.0", "A.1", "B.1", "bias"]);
        loaded.Attributes.ShouldBe(
            """
            [KroneckerConv(4, 3, 3, 1, 2, 2, 1, 2, 2, Height = 11, Width = 9, Stride = 2, PaddingW = 1)]
            [KroneckerConvTerm(2, 1, 1, 2, 4, 6, 3, 1, 1)]
            """.ReplaceLineEndings("\n"));
        double[] expected = Kernels.Expand(groups, loaded.Factors.ToArray());
        loaded.ToDense(dense);
        dense.Select(value => (double)value).ShouldBe(expected, 1e-5);
        report.RelativeError.ShouldBe(Reference.Distance(weight, expected) / Reference.Norm(weight), 1e-6);
        report.DenseMultiplyAdds.ShouldBe(weight.Length * 5 * 5);
        new KroneckerWeight(convolution, groups, loaded.Factors, bias).Factors.ToArray().ShouldBe(fitted.Factors.ToArray());
    }

    [Fact]
    public void A_low_rank_convolution_has_the_factors_of_its_layer()
    {
        var convolution = new ConvolutionShape(5, 4, 3, 3, 8, 8) { PaddingH = 1, PaddingW = 1 };
        float[] weight = Reference.Gaussian(5 * 4 * 9, 8), dense = new float[weight.Length];

        KroneckerWeight fitted = KroneckerWeight.FitLowRank(weight, convolution, 3, null, out FitReport report);
        fitted.Save(Path);
        KroneckerWeight loaded = KroneckerWeight.Load(Path);

        loaded.Attributes.ShouldBe("[LowRankConv(5, 4, 3, 3, Height = 8, Width = 8, Padding = 1, Bias = BiasMode.None)]");
        loaded.Convolution.ShouldBe(convolution);
        loaded.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").ShouldBe(["V [3, 4, 3, 1]", "H [5, 3, 1, 3]"]);
        loaded.Factors.ToArray().ShouldBe(fitted.Factors.ToArray());
        loaded.ToDense(dense);
        double optimum = Kernels.OptimalError(weight, Kernels.Shape(1, 4, 3, 1, 5, 1, 1, 3, 3));
        Reference.Distance(weight, [.. dense.Select(value => (double)value)]).ShouldBe(optimum, 1e-5);
        report.RelativeError.ShouldBe(optimum / Reference.Norm(weight), 1e-6);
    }

    [Fact]
    public void Wrong_arguments_of_a_convolution_are_named()
    {
        ShapeGroup shape = Kernels.Shape(2, 3, 3, 1, 1, 1, 1, 2, 1);
        var convolution = new ConvolutionShape(2, 3, 3, 2, 8, 8);
        float[] weight = new float[36];
        Wrong("at least one shape group", convolution, []);
        Wrong("Every size must be at least 1", convolution, [shape with { R = 0 }]);
        Wrong("The kernels are 2 × 3 × 3 × 2, but the product of (2, 3, 3, 1, 1, 1, 1, 1, 1) is 2 × 3 × 3 × 1", convolution, [shape with { W2 = 1 }]);
        Wrong("has III", convolution, [shape with { Formulation = Formulation.III }]);
        Wrong("must fit an array", convolution, [shape with { R = 1 << 30 }]);
        Wrong("must hold 36 floats", convolution, [shape], new float[35]);
        Wrong("must be at least 1", convolution with { StrideW = 0 }, [shape]);
        Wrong("Padding must be at least 0, but is -1 × 0", convolution with { PaddingH = -1 }, [shape]);
        Wrong("A kernel of 3 × 2 does not fit the image, which is 2 × 8", convolution with { Height = 2 }, [shape]);
        Wrong("The number of inputs must be at most 16777216", convolution with { Height = 1 << 24 }, [shape]);
        Wrong("The number of outputs must be at most 16777216", convolution with { PaddingH = 4096, PaddingW = 4096 }, [shape]);
        Should.Throw<ArgumentException>(() => new KroneckerWeight(convolution, [shape], new float[9])).Message.ShouldContain("factors must hold 20 floats");
        Should.Throw<ArgumentException>(() => KroneckerWeight.Fit(weight, convolution, [shape], null, out _, new float[3])).Message.ShouldContain("bias must hold 2 floats");
        Should.Throw<ArgumentException>(() => KroneckerWeight.FitLowRank(weight, convolution, 1, null, out _)).Message.ShouldContain("square kernels, but these are 3 × 2");
        Should.Throw<ArgumentException>(() => KroneckerWeight.FitLowRank(weight, convolution, 0, null, out _)).ParamName.ShouldBe("rank");
        var moments = new InputMoments(18);
        moments.Add(new float[36]);
        Should.Throw<NotSupportedException>(() => KroneckerWeight.Fit(weight, convolution, [shape], new FitOptions { Inputs = moments }, out _)).Message
            .ShouldContain("is a convolution; fit its weight alone, without FitOptions.Inputs");

        void Wrong(string reason, ConvolutionShape sizes, ShapeGroup[] groups, float[]? values = null) =>
            Should.Throw<ArgumentException>(() => KroneckerWeight.Fit(values ?? weight, sizes, groups, null, out _)).Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("matrix")]
    [InlineData("convolution")]
    [InlineData("low rank")]
    public void Mutated_files_are_read_or_refused(string kind)
    {
        var convolution = new ConvolutionShape(4, 3, 3, 3, 9, 8) { StrideH = 2, PaddingW = 1 };
        float[] kernels = Reference.Gaussian(4 * 3 * 9, 1);
        KroneckerWeight weight = kind switch
        {
            "matrix" => KroneckerWeight.Fit(Reference.Gaussian(11 * 60, 1), 11, 60, [new(4, 3, 3, 20, 1, Formulation.I)], null, out _, new float[11], (3, 4, 5)),
            "convolution" => KroneckerWeight.Fit(kernels, convolution, [Kernels.Shape(2, 3, 3, 1, 2, 1, 1, 3, 2)], null, out _, new float[4]),
            _ => KroneckerWeight.FitLowRank(kernels, convolution, 2, null, out _, new float[4]),
        };
        weight.Save(Path);
        byte[] valid = File.ReadAllBytes(Path);
        int header = 8 + BitConverter.ToInt32(valid);
        var random = new Random(1);
        int loaded = 0;
        for (int i = 0; i < 3000; i++)
        {
            // Digits and names of the header, where every byte means something.
            byte[] mutated = [.. valid];
            for (int change = 0; change <= i % 3; change++)
            {
                mutated[random.Next(8, header)] = (byte)random.Next(32, 127);
            }

            File.WriteAllBytes(Path, mutated);
            try
            {
                KroneckerWeight.Load(Path);
                loaded++;
            }
            catch (InvalidDataException)
            {
            }
        }

        loaded.ShouldBeInRange(1, 2999);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        ShapeGroup shape = new(2, 3, 2, 2, 1);
        float[] weight = new float[24];
        Wrong("at least one shape group", [], weight);
        Wrong("Every size must be at least 1", [shape with { R = 0 }], weight);
        Wrong("Expected the factors of a matrix, but (2, 2, 1, 1, 3, 2, 1, 2, 1) are kernels", [shape with { W2 = 2 }], weight);
        Wrong("same m1·m2 and n1·n2", [shape, new(2, 2, 2, 2, 1)], weight);
        Wrong("The weight is 6 × 4, but (2, 2, 2, 2, 1) is only 4 × 4", [new(2, 2, 2, 2, 1)], weight);
        Wrong("at most 16777216", [new(65536, 65536, 65536, 65536, 1)], weight);
        Wrong("must fit an array", [new(4096, 4096, 4096, 4096, 1000)], weight);
        Wrong("needs an image with c = n1 = 2 and h·w = n2 = 2", [shape with { Formulation = Formulation.I }], weight);
        Wrong("6 × 4, but holds 23", [shape], new float[23]);
        Should.Throw<ArgumentException>(() => new KroneckerWeight(6, 4, [shape], new float[9])).Message.ShouldContain("factors must hold 10 floats");
        Should.Throw<ArgumentException>(() => new KroneckerWeight(6, 4, [shape], new float[10], new float[5])).Message.ShouldContain("bias must hold 6 floats");
        Should.Throw<ArgumentException>(() => new KroneckerWeight(6, 4, [shape], new float[10], image: (1, 2, 3))).Message.ShouldContain("must have 4 values");

        void Wrong(string reason, ShapeGroup[] groups, float[] weight) =>
            Should.Throw<ArgumentException>(() => KroneckerWeight.Fit(weight, 6, 4, groups, null, out _)).Message.ShouldContain(reason);
    }
}
