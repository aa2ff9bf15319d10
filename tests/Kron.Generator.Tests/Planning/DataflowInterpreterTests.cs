using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Planning;

/// <summary>The definitions of the nodes, against loops written out by hand: they admit what layers and convolutions need.</summary>
public class DataflowInterpreterTests
{
    private const int Samples = 3;

    private readonly Random _random = new(7);
    private readonly Dictionary<string, double[]> _tensors = [];

    [Fact]
    public void AContractionIsAProductPerSampleAndAWeightGradientSumsOverSamples()
    {
        Tensor x = Given("x", [4], perSample: true);
        Tensor w = Given("w", [5, 4]);
        Tensor y = new("y", Region.Output, [5], PerSample: true);
        Tensor dw = Given("dw", [5, 4]);
        double[] before = [.. _tensors["dw"]];
        EquatableArray<Dim> dims = [new Dim("m", 5), new Dim("n", 4)];
        Run(
            new Contract("Y", dims, At(y, "m"), At(x, "n"), At(w, "m", "n"), Accumulate: false),
            new Contract("Dw", dims, At(dw, "m", "n"), At(y, "m"), At(x, "n"), Accumulate: true));
        for (int m = 0; m < 5; m++)
        {
            for (int s = 0; s < Samples; s++)
            {
                _tensors["y"][(s * 5) + m].ShouldBe(Enumerable.Range(0, 4).Sum(n => X("x", s, 4, n) * X("w", m, 4, n)), 1e-12);
            }

            for (int n = 0; n < 4; n++)
            {
                double gradient = Enumerable.Range(0, Samples).Sum(s => X("y", s, 5, m) * X("x", s, 4, n));
                X("dw", m, 4, n).ShouldBe(before[(m * 4) + n] + gradient, 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 2)]
    [InlineData(3, 4, 2)]
    public void AStridedPaddedDilatedConvolutionIsOneContraction(int stride, int padding, int dilation)
    {
        const int C = 2, O = 3, H = 7, W = 6, K = 3;
        int height = ((H + (2 * padding) - (dilation * (K - 1)) - 1) / stride) + 1;
        int width = ((W + (2 * padding) - (dilation * (K - 1)) - 1) / stride) + 1;
        Tensor x = Given("x", [C, H, W], perSample: true);
        Tensor w = Given("w", [O, C, K, K]);
        Tensor y = new("y", Region.Output, [O, height, width], PerSample: true);
        Access image = new(x, [AxisIndex.Of(("c", 1)), AxisIndex.Of(("i", stride), ("u", dilation)) with { Offset = -padding }, AxisIndex.Of(("j", stride), ("v", dilation)) with { Offset = -padding }]);
        Contract convolution = new(
            "Convolve",
            [new Dim("o", O), new Dim("i", height), new Dim("j", width), new Dim("c", C), new Dim("u", K), new Dim("v", K)],
            At(y, "o", "i", "j"),
            image,
            At(w, "o", "c", "u", "v"),
            Accumulate: false);
        Run(convolution);
        for (int s = 0; s < Samples; s++)
        {
            for (int o = 0; o < O; o++)
            {
                for (int i = 0; i < height; i++)
                {
                    for (int j = 0; j < width; j++)
                    {
                        double sum = 0;
                        for (int c = 0; c < C; c++)
                        {
                            for (int u = 0; u < K; u++)
                            {
                                for (int v = 0; v < K; v++)
                                {
                                    (int row, int column) = ((i * stride) + (u * dilation) - padding, (j * stride) + (v * dilation) - padding);
                                    if (row is >= 0 and < H && column is >= 0 and < W)
                                    {
                                        sum += _tensors["x"][(((((s * C) + c) * H) + row) * W) + column] * _tensors["w"][(((((o * C) + c) * K) + u) * K) + v];
                                    }
                                }
                            }
                        }

                        _tensors["y"][(((((s * O) + o) * height) + i) * width) + j].ShouldBe(sum, 1e-12);
                    }
                }
            }
        }

        // Its input gradient is the contraction with operands exchanged: writes outside the image are skipped.
        double[] gradient = _tensors["y"];
        _tensors["dx"] = new double[Samples * C * H * W];
        Tensor dx = x with { Name = "dx" };
        Run(convolution with { Output = image with { Tensor = dx }, Left = convolution.Output, Accumulate = true });
        Dot(_tensors["dx"], _tensors["x"]).ShouldBe(Dot(gradient, gradient), 1e-9);
    }

    [Fact]
    public void AWindowSumAddsNeighboursAndItsAdjointIsAWindowSumFurtherBack()
    {
        Tensor x = Given("x", [2, 9], perSample: true);
        Tensor y = new("y", Region.Scratch, [2, 7], PerSample: true);
        Tensor dx = new("dx", Region.Scratch, [2, 9], PerSample: true);
        Run(new WindowSum("Sum", [new Dim("i", 2), new Dim("j", 7)], At(y, "i", "j"), At(x, "i", "j"), "j", 3, Accumulate: false));
        for (int row = 0; row < Samples * 2; row++)
        {
            for (int j = 0; j < 7; j++)
            {
                X("y", row, 7, j).ShouldBe(X("x", row, 9, j) + X("x", row, 9, j + 1) + X("x", row, 9, j + 2), 1e-12);
            }
        }

        Access outer = new(y, [AxisIndex.Of(("i", 1)), AxisIndex.Of(("j", 1)) with { Offset = -2 }]);
        Run(new WindowSum("Adjoint", [new Dim("i", 2), new Dim("j", 9)], At(dx, "i", "j"), outer, "j", 3, Accumulate: false));
        Dot(_tensors["dx"], _tensors["x"]).ShouldBe(Dot(_tensors["y"], _tensors["y"]), 1e-9);
    }

    [Theory]
    [InlineData(nameof(Fold.Add))]
    [InlineData(nameof(Fold.Max))]
    [InlineData(nameof(Fold.Min))]
    public void AMapFoldsWhatItsDestinationDoesNotIndexAndMayAddToWhatIsThere(string name)
    {
        Fold fold = Enum.Parse<Fold>(name);
        Tensor x = Given("x", [6], perSample: true);
        Tensor y = Given("y", [2], perSample: true);
        double[] before = [.. _tensors["y"]];
        Access groups = new(x, [AxisIndex.Of(("j", 3), ("q", 1))]);
        Map map = new("Fold", [new Dim("j", 2), new Dim("q", 3)], At(y, "j"), fold, new Read(groups) * 2f, Accumulate: false);
        Func<IEnumerable<double>, double> expected = fold switch { Fold.Add => Enumerable.Sum, Fold.Max => Enumerable.Max, _ => Enumerable.Min };
        Run(map with { Accumulate = true });
        for (int i = 0; i < Samples * 2; i++)
        {
            _tensors["y"][i].ShouldBe(before[i] + expected(_tensors["x"].Skip(i * 3).Take(3).Select(v => 2 * v)), 1e-12);
        }

        Run(map);
        for (int i = 0; i < Samples * 2; i++)
        {
            _tensors["y"][i].ShouldBe(expected(_tensors["x"].Skip(i * 3).Take(3).Select(v => 2 * v)), 1e-12);
        }
    }

    [Fact]
    public void AMapIntoASharedTensorReducesSamplesToo()
    {
        Given("x", [4], perSample: true);
        Tensor bias = Given("b", [4]);
        double[] before = [.. _tensors["b"]];
        Run(new Map("Sum", [new Dim("j", 4)], At(bias, "j"), Fold.Add, new Read(At(new Tensor("x", Region.Input, [4], true), "j")), Accumulate: true));
        for (int j = 0; j < 4; j++)
        {
            _tensors["b"][j].ShouldBe(before[j] + Enumerable.Range(0, Samples).Sum(s => X("x", s, 4, j)), 1e-12);
        }
    }

    [Fact]
    public void ANodeWithoutPerSampleTensorsRunsOnce()
    {
        Tensor a = Given("a", [2]);
        Tensor b = Given("b", [2]);
        double[] before = [.. _tensors["b"]];
        Run(new Map("Add", [new Dim("j", 2)], At(b, "j"), Fold.Store, new Read(At(a, "j")), Accumulate: true));
        _tensors["b"].ShouldBe([before[0] + _tensors["a"][0], before[1] + _tensors["a"][1]]);
    }

    [Fact]
    public void ExpressionsSeeIndicesMasksAndZerosOutside()
    {
        Tensor x = Given("x", [3]);
        Tensor y = new("y", Region.Scratch, [5], PerSample: false);
        Access shifted = new(x, [AxisIndex.Of(("j", 1)) with { Offset = -1 }]);
        Expression index = new IndexOf("j");
        Run(new Map("Shift", [new Dim("j", 5)], At(y, "j"), Fold.Store, Expression.Select(Expression.Greater(index, 3f), index, new Read(shifted)), Accumulate: false));
        _tensors["y"].ShouldBe([0, .. _tensors["x"], 4]);
    }

    [Fact]
    public void WhatAnOverwritingNodeDoesNotReachIsUndefined()
    {
        Tensor y = new("y", Region.Scratch, [4], PerSample: false);
        Access everySecond = new(y, [AxisIndex.Of(("j", 2)) with { Offset = 1 }]);
        Run(new Map("Sparse", [new Dim("j", 3)], everySecond, Fold.Store, 1f, Accumulate: false));
        _tensors["y"].ShouldBe([double.NaN, 1, double.NaN, 1]);
    }

    [Fact]
    public void WrongTensorsAreNamed()
    {
        Tensor x = new("x", Region.Input, [4], PerSample: true);
        Map map = new("Copy", [new Dim("j", 4)], At(x with { Name = "y" }, "j"), Fold.Store, new Read(At(x, "j")), Accumulate: false);
        Should.Throw<ArgumentException>(() => Run(map)).Message.ShouldContain("Nothing has written the tensor x");
        _tensors["x"] = new double[4];
        Should.Throw<ArgumentException>(() => Run(map)).Message.ShouldContain("x has 4 elements; 12 expected");
        _tensors["x"] = new double[12];
        Should.Throw<ArgumentException>(() => Run(map with { Dims = [new Dim("k", 4)] })).Message.ShouldContain("no dimension j");
    }

    private static Access At(Tensor tensor, params string[] dims) => new(tensor, dims.Select(dim => AxisIndex.Of((dim, 1))).ToEquatableArray());

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private Tensor Given(string name, EquatableArray<int> extents, bool perSample = false)
    {
        Tensor tensor = new(name, perSample ? Region.Input : Region.Parameters, extents, perSample);
        _tensors[name] = [.. Enumerable.Range(0, tensor.Size * (perSample ? Samples : 1)).Select(_ => _random.NextDouble() - 0.5)];
        return tensor;
    }

    private double X(string name, int row, int columns, int column) => _tensors[name][(row * columns) + column];

    private void Run(params Node[] nodes) => DataflowInterpreter.Run(new Dataflow(nodes.ToEquatableArray()), Samples, _tensors);
}
