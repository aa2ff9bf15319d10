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
        Should.Throw<InvalidDataException>(() => KroneckerWeight.Load(Path)).Message.ShouldContain("no tensor 'A.0'");
    }

    [Fact]
    public void Files_of_anything_else_are_refused_with_the_reason()
    {
        float[] two = new float[2], four = new float[4];
        Dictionary<string, string> Attributes(string text) => new() { ["attributes"] = text };

        Refused("no 'B.0'", [new("A.0", [1, 2, 1], two)]);
        Refused("expected [r, m1, n1] and [r, m2, n2]", [new("A.0", [1, 2, 1], two), new("B.0", [2, 1], two)]);
        Refused("expected [r, m1, n1] and [r, m2, n2]", [new("A.0", [1, 2, 1], two), new("B.0", [2, 1, 1], two)]);
        Refused("so they are kernels of a convolution", [new("A.0", [1, 2, 1, 1, 1], two), new("B.0", [1, 1, 2, 1, 1], two)]);
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
    public void Mutated_files_are_read_or_refused()
    {
        KroneckerWeight.Fit(Reference.Gaussian(11 * 60, 1), 11, 60, [new(4, 3, 3, 20, 1, Formulation.I)], null, out _, new float[11], (3, 4, 5)).Save(Path);
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
