using System;
using System.Linq;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>The oracle's forward pass against numbers worked out by hand and against the two steps that each convolution runs as in its paper.</summary>
public class OracleTests
{
    private readonly Random _random = new(31);

    private delegate double Image(int channel, int row, int column);

    [Fact]
    public void A_dense_convolution_by_hand()
    {
        LayerCase layer = ConvolutionCases.DenseOf(1, 1, 2, 2, new(3, 3) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 });
        layer.OutputImage.ShouldBe((2, 2));
        new Oracle(layer, [1, 2, 3, 4, 100]).Forward([1, 2, 3, 4, 5, 6, 7, 8, 9]).ShouldBe(
        [
            104,                            // 4·1
            100 + (3 * 2) + (4 * 3),
            100 + (2 * 4) + (4 * 7),
            100 + 5 + (2 * 6) + (3 * 8) + (4 * 9),
        ]);
    }

    [Fact]
    public void A_kernel_that_slides_along_one_axis_by_hand()
    {
        LayerCase layer = ConvolutionCases.DenseOf(2, 1, 1, 3, new(2, 4) { StrideW = 2, PaddingW = 1 }) with { Bias = BiasMode.None };
        layer.OutputImage.ShouldBe((2, 2));
        new Oracle(layer, [1, 10, 100, 2, 0, 0]).Forward([1, 2, 3, 4, 5, 6, 7, 8]).ShouldBe([210, 432, 650, 876, 0, 4, 0, 12]);
    }

    [Fact]
    public void Maxout_takes_consecutive_channels_of_a_pixel_and_a_bias_belongs_to_a_channel()
    {
        LayerCase layer = ConvolutionCases.DenseOf(4, 1, 1, 1, new(1, 3)) with { Activation = Activation.Maxout, Pieces = 2 };
        layer.OutputSize.ShouldBe(6);
        new Oracle(layer, [1, -1, 2, 3, 10, 20, 30, 31]).Forward([1, 5, 9]).ShouldBe([19, 15, 19, 34, 46, 58]);
    }

    [Fact]
    public void A_Kronecker_convolution_is_Bs_and_then_As_dilated()
    {
        ShapeGroup g = ConvolutionCases.Factors(2, 3, 2, 1, 3, 2, 3, 2, 2);
        Agrees(ConvolutionCases.Of(new(7, 5) { StrideH = 2, PaddingH = 2, PaddingW = 1 }, g), (w, x) =>
        {
            int sizeA = g.M1 * g.N1 * g.H1 * g.W1, sizeB = g.M2 * g.N2 * g.H2 * g.W2;
            return (o, row, column) => Sum(g.R, g.N1, g.H1, g.W1, (i, c1, y1, x1) =>
            {
                int top = (2 * row) - 2 + (g.H2 * y1), left = column - 1 + (g.W2 * x1);
                double a = w[(i * sizeA) + At(o / g.M2, c1, y1, x1, g.N1, g.H1, g.W1)];
                return a * Sum(1, g.N2, g.H2, g.W2, (_, c2, y2, x2) =>
                    w[(g.R * sizeA) + (i * sizeB) + At(o % g.M2, c2, y2, x2, g.N2, g.H2, g.W2)] * x((c1 * g.N2) + c2, top + y2, left + x2));
            });
        });
    }

    [Fact]
    public void A_low_rank_convolution_is_vertical_and_then_horizontal()
    {
        const int outputs = 4, inputs = 3, d = 3, rank = 2;
        Agrees(ConvolutionCases.LowRankOf(outputs, inputs, d, rank, new(6, 7) { StrideH = 2, StrideW = 3, PaddingH = 1, PaddingW = 2 }), (w, x) =>
        {
            Image vertical = (k, row, column) => Sum(1, inputs, d, 1, (_, c, y, _) => w[(((k * inputs) + c) * d) + y] * x(c, (2 * row) - 1 + y, column));
            return (o, row, column) => Sum(rank, 1, 1, d, (k, _, _, t) =>
                w[(rank * inputs * d) + (((o * rank) + k) * d) + t] * vertical(k, row, (3 * column) - 2 + t));
        });
    }

    [Fact]
    public void A_structured_convolution_is_box_sums_and_then_a_small_convolution()
    {
        const int outputs = 3, inputs = 5, kernel = 4, channels = 3, side = 2;
        Agrees(ConvolutionCases.StructuredOf(outputs, inputs, kernel, channels, side, new(7, 6) { StrideH = 3, StrideW = 2, PaddingH = 2, PaddingW = 1 }), (w, x) =>
        {
            Image boxes = (c, row, column) => Sum(1, inputs - channels + 1, kernel - side + 1, kernel - side + 1, (_, dc, dy, dx) => x(c + dc, row + dy, column + dx));
            return (o, row, column) => Sum(1, channels, side, side, (_, c, y, t) =>
                w[At(o, c, y, t, channels, side, side)] * boxes(c, (3 * row) - 2 + y, (2 * column) - 1 + t));
        });
    }

    [Fact]
    public void A_structured_layer_is_sums_of_neighbours_and_then_a_small_matrix()
    {
        double[] y = new Oracle(ConvolutionCases.StructuredOf(2, 5, 3), [1, 10, 100, 0, 0, 1, 0.5, 0]).Forward([1, 2, 3, 4, 5]);
        y.ShouldBe([6 + 90 + 1200 + 0.5, 12]);
    }

    /// <summary>Compares the layer, without its bias, with its two steps on an image that is zero outside.</summary>
    private void Agrees(LayerCase layer, Func<double[], Image, Image> steps)
    {
        layer = layer with { Bias = BiasMode.None };
        double[] weights = Draw(layer.ParameterCount), x = Draw(layer.Inputs);
        (int height, int width) = (layer.Sliding!.Height, layer.Sliding.Width);
        Image expected = steps(weights, (c, row, column) => row >= 0 && row < height && column >= 0 && column < width ? x[(((c * height) + row) * width) + column] : 0);

        double[] y = new Oracle(layer, weights).Forward(x);
        (int rows, int columns) = layer.OutputImage;
        y.Length.ShouldBe(layer.OutputChannels * rows * columns);
        for (int i = 0; i < y.Length; i++)
        {
            y[i].ShouldBe(expected(i / (rows * columns), i / columns % rows, i % columns), 1e-12, $"{layer}: y[{i}]");
        }
    }

    private double[] Draw(int length) => [.. Enumerable.Range(0, length).Select(_ => (_random.NextDouble() * 2) - 1)];

    private static int At(int o, int c, int y, int x, int channels, int rows, int columns) => (((((o * channels) + c) * rows) + y) * columns) + x;

    private static double Sum(int terms, int channels, int rows, int columns, Func<int, int, int, int, double> value) =>
        (from i in Enumerable.Range(0, terms)
         from c in Enumerable.Range(0, channels)
         from y in Enumerable.Range(0, rows)
         from x in Enumerable.Range(0, columns)
         select value(i, c, y, x)).Sum();
}
