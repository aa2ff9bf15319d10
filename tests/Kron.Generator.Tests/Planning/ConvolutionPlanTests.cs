using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Planning;

/// <summary>Convolutions against their definition, gradients against finite differences, and the legal dataflow against the derived one: all in double.</summary>
public class ConvolutionPlanTests
{
    private const int Samples = 2;

    /// <summary>Image, kernel of A, kernel of B, stride and padding by axis.</summary>
    public static readonly TheoryData<int[], int[], int[], int[]> Shapes = new()
    {
        { [5, 6], [1, 1, 1, 1], [1, 1], [0, 0] },
        { [5, 6], [3, 1, 1, 3], [1, 1], [1, 1] },
        { [5, 6], [1, 3, 3, 1], [1, 1], [1, 1] },
        { [9, 10], [3, 1, 1, 9], [1, 1], [0, 0] },
        { [9, 9], [3, 3, 3, 3], [1, 1], [4, 3] },
        { [7, 8], [2, 3, 3, 2], [2, 1], [1, 2] },
        { [8, 7], [2, 2, 2, 1], [3, 2], [2, 1] },
        { [9, 9], [3, 2, 2, 1], [2, 3], [3, 0] },
        { [10, 9], [1, 2, 2, 1], [3, 4], [0, 0] },
        { [3, 3], [3, 3, 1, 1], [1, 1], [2, 2] },
        { [4, 5], [4, 5, 1, 1], [1, 1], [0, 0] },
        { [6, 5], [1, 1, 3, 3], [2, 2], [1, 1] },
        { [2, 2], [2, 1, 2, 3], [2, 1], [3, 2] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_kronecker_convolution_is_the_convolution_with_its_dense_kernel(int[] image, int[] taps, int[] stride, int[] padding)
    {
        foreach (int[] channels in (int[][])[[2, 3, 2, 2], [1, 4, 3, 1], [3, 1, 2, 2]])
        {
            var spec = Kronecker(channels, taps, 2, image, stride, padding);
            Dictionary<string, double[]> tensors = PlanningSpecs.Given(LayerPlan.PlanOf(spec).Nodes, Samples);
            double[] expected = Convolve(spec, DenseKernel(spec.Groups[0], tensors["A0"], tensors["B0"]), tensors["x"]);
            DataflowInterpreter.Run(LayerPlan.PlanOf(spec).Nodes, Samples, tensors);
            tensors["y"].ShouldBe(expected, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_agree_with_finite_differences_and_legal_passes_with_both(int[] image, int[] taps, int[] stride, int[] padding)
    {
        CheckGradients(Kronecker([2, 1, 1, 2], taps, 1, image, stride, padding));
        CheckGradients(Kronecker([1, 2, 2, 1], taps, 2, image, stride, padding));
        CheckGradients(Kronecker([2, 1, 1, 1], taps, 1, image, stride, padding) with { Kind = LayerKind.Dense, Groups = [] });
    }

    /// <summary>Long sums, whose gradients are sent tap by tap where most of what would be gathered is zero.</summary>
    [Theory]
    [InlineData(6, 5, 4, 4, 1, 0)]
    [InlineData(5, 5, 3, 3, 2, 0)]
    [InlineData(4, 6, 4, 5, 1, 1)]
    public void Gradients_of_large_kernels_agree_too(int height, int width, int rows, int columns, int stride, int padding) =>
        CheckGradients(Kronecker([16, 1, 1, 1], [rows, columns, 1, 1], 1, [height, width], [stride, stride], [padding, padding]) with { Kind = LayerKind.Dense, Groups = [] });

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void A_low_rank_convolution_is_a_vertical_and_a_horizontal_one(int stride, int padding)
    {
        const int D = 3, C = 2, O = 3, K = 2;
        LayerSpec spec = Kronecker([1, C, O, 1], [D, 1, 1, D], K, [7, 6], [stride, stride], [padding, padding]) with { Kind = LayerKind.LowRank };
        Dictionary<string, double[]> tensors = PlanningSpecs.Given(LayerPlan.PlanOf(spec).Nodes, Samples);
        var kernel = new double[O * C * D * D];
        for (int o = 0; o < O; o++)
        {
            for (int c = 0; c < C; c++)
            {
                for (int y = 0; y < D; y++)
                {
                    for (int x = 0; x < D; x++)
                    {
                        kernel[(((((o * C) + c) * D) + y) * D) + x] = Enumerable.Range(0, K).Sum(k => tensors["V"][(((k * C) + c) * D) + y] * tensors["H"][(((o * K) + k) * D) + x]);
                    }
                }
            }
        }

        double[] expected = Convolve(spec, kernel, tensors["x"]);
        DataflowInterpreter.Run(LayerPlan.PlanOf(spec).Nodes, Samples, tensors);
        tensors["y"].ShouldBe(expected, 1e-12);
        CheckGradients(spec);
    }

    private static LayerSpec Kronecker(int[] channels, int[] taps, int rank, int[] image, int[] stride, int[] padding)
    {
        var group = new GroupSpec(channels[0], channels[2], channels[1], channels[3], rank) { H1 = taps[0], W1 = taps[1], H2 = taps[2], W2 = taps[3] };
        var window = new WindowSpec(group.N1 * group.N2, image[0], image[1], group.H1 * group.H2, group.W1 * group.W2, stride[0], stride[1], padding[0], padding[1]);
        return PlanningSpecs.Layer(PlanningSpecs.Linear, group) with
        {
            Window = window,
            Inputs = window.Channels * window.Height * window.Width,
            Outputs = group.M1 * group.M2 * window.Pixels,
        };
    }

    private static double[] DenseKernel(GroupSpec g, double[] a, double[] b)
    {
        int h = g.H1 * g.H2, w = g.W1 * g.W2, c = g.N1 * g.N2;
        var kernel = new double[g.M1 * g.M2 * c * h * w];
        for (int o = 0; o < g.M1 * g.M2; o++)
        {
            for (int n = 0; n < c; n++)
            {
                for (int y = 0; y < h; y++)
                {
                    for (int x = 0; x < w; x++)
                    {
                        for (int i = 0; i < g.R; i++)
                        {
                            double left = a[(((((((i * g.M1) + (o / g.M2)) * g.N1) + (n / g.N2)) * g.H1) + (y / g.H2)) * g.W1) + (x / g.W2)];
                            double right = b[(((((((i * g.M2) + (o % g.M2)) * g.N2) + (n % g.N2)) * g.H2) + (y % g.H2)) * g.W2) + (x % g.W2)];
                            kernel[(((((o * c) + n) * h) + y) * w) + x] += left * right;
                        }
                    }
                }
            }
        }

        return kernel;
    }

    private static double[] Convolve(LayerSpec spec, double[] kernel, double[] input)
    {
        WindowSpec win = spec.Window!;
        int rows = ((win.Height + (2 * win.PaddingH) - win.KernelH) / win.StrideH) + 1, columns = ((win.Width + (2 * win.PaddingW) - win.KernelW) / win.StrideW) + 1;
        var output = new double[Samples * spec.Channels * rows * columns];
        for (int at = 0; at < output.Length; at++)
        {
            int x = at % columns, y = at / columns % rows, o = at / (columns * rows) % spec.Channels, s = at / (columns * rows * spec.Channels);
            for (int tap = 0; tap < win.Channels * win.KernelH * win.KernelW; tap++)
            {
                int column = (x * win.StrideW) + (tap % win.KernelW) - win.PaddingW, row = (y * win.StrideH) + (tap / win.KernelW % win.KernelH) - win.PaddingH;
                if (row >= 0 && row < win.Height && column >= 0 && column < win.Width)
                {
                    int channel = tap / (win.KernelW * win.KernelH);
                    output[at] += kernel[(o * win.Channels * win.KernelH * win.KernelW) + tap] * input[(((((s * win.Channels) + channel) * win.Height) + row) * win.Width) + column];
                }
            }
        }

        return output;
    }

    private static void CheckGradients(LayerSpec spec)
    {
        IReadOnlyList<Node> forward = LayerPlan.PlanOf(spec).Nodes;
        Adjoint adjoint = Adjoint.Derive(forward);
        Dictionary<string, double[]> inputs = PlanningSpecs.Given(forward, Samples);
        double[] outer = PlanningSpecs.Fill(7, spec.OutputSize * Samples);
        double[] y = Run(forward)["y"];
        Dictionary<string, double[]> derived = Backward([.. forward, .. adjoint.ParameterNodes, .. adjoint.InputNodes]);

        // The loss is linear in every input alone: any step is exact.
        foreach (string name in inputs.Keys)
        {
            for (int i = 0; i < inputs[name].Length; i++)
            {
                double held = inputs[name][i];
                inputs[name][i] = held + 1;
                double difference = Run(forward)["y"].Zip(y, (moved, still) => moved - still).Zip(outer, (d, c) => d * c).Sum();
                inputs[name][i] = held;
                derived["d" + name][i].ShouldBe(difference, 1e-10, $"d{name}[{i}] of {spec}");
            }
        }

        (IReadOnlyList<Node> recorded, IReadOnlyList<Node> parameterNodes, IReadOnlyList<Node> inputNodes) = Borders.Apply(forward, adjoint.ParameterNodes, adjoint.InputNodes);
        Node[] cut = [.. ((IEnumerable<Node>)[.. recorded, .. parameterNodes, .. inputNodes]).SelectMany(node => node is Contract contract ? TapSkipping.Apply(contract) : (IEnumerable<Node>)[node])];
        foreach (Contract contract in cut.OfType<Contract>())
        {
            foreach (Access access in (Access[])[contract.Output, contract.Left, contract.Right])
            {
                access.Axes.Select((axis, k) => TapSkipping.IsInside(axis, access.Tensor.Extents[k], contract.Dims)).ShouldAllBe(inside => inside);
            }
        }

        Dictionary<string, double[]> legalised = Backward(cut);
        legalised["y"].ShouldBe(y, 1e-12);
        foreach (string name in inputs.Keys)
        {
            legalised["d" + name].ShouldBe(derived["d" + name], 1e-12);
        }

        Dictionary<string, double[]> Run(IEnumerable<Node> nodes)
        {
            Dictionary<string, double[]> tensors = new(inputs);
            DataflowInterpreter.Run(nodes, Samples, tensors);
            return tensors;
        }

        Dictionary<string, double[]> Backward(IEnumerable<Node> nodes)
        {
            Dictionary<string, double[]> tensors = new(inputs) { ["dy"] = outer };
            foreach (Tensor parameter in forward.SelectMany(n => n.Sources).Where(t => t.Region == Region.Parameters))
            {
                tensors["d" + parameter.Name] = new double[parameter.Size];
            }

            DataflowInterpreter.Run(nodes, Samples, tensors);
            return tensors;
        }
    }
}
