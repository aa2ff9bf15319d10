using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

/// <summary>Structured layers against the dense kernel that α stands for, and gradients against finite differences: all in double.</summary>
public class StructuredPlannerTests
{
    private const int Samples = 2;

    /// <summary>Channels and small channels; image; kernel and small kernel; strides; paddings, each by axis.</summary>
    public static readonly TheoryData<int[], int[], int[], int[], int[]> Shapes = new()
    {
        { [8, 4], [5, 5], [3, 3, 2, 2], [1, 1], [1, 1] },
        { [8, 2], [6, 4], [3, 3, 2, 2], [1, 1], [0, 0] },
        { [6, 5], [4, 7], [3, 3, 2, 2], [2, 2], [1, 1] },
        { [4, 4], [5, 4], [3, 3, 2, 2], [1, 1], [1, 1] },
        { [4, 4], [3, 4], [2, 2, 2, 2], [1, 1], [1, 1] },
        { [5, 2], [5, 6], [3, 3, 3, 3], [1, 1], [1, 1] },
        { [4, 1], [4, 5], [3, 3, 1, 1], [1, 1], [1, 1] },
        { [3, 2], [7, 6], [3, 3, 1, 1], [2, 2], [1, 1] },
        { [3, 2], [7, 5], [5, 3, 2, 3], [2, 1], [2, 1] },
        { [3, 2], [5, 6], [1, 4, 1, 2], [1, 3], [0, 2] },
        { [3, 2], [3, 2], [3, 3, 2, 1], [1, 1], [3, 4] },
        { [2, 1], [2, 2], [2, 2, 2, 1], [5, 7], [3, 3] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_structured_convolution_is_the_convolution_with_its_dense_kernel(int[] channels, int[] image, int[] kernel, int[] stride, int[] padding)
    {
        LayerSpec spec = Convolution(channels, image, kernel, stride, padding);
        IReadOnlyList<Node> nodes = LayerPlan.PlanOf(spec).Nodes;
        Dictionary<string, double[]> tensors = Given(nodes, Samples);
        double[] expected = Convolve(spec, tensors["alpha"], tensors["x"]);
        DataflowInterpreter.Run(nodes, Samples, tensors);
        tensors["y"].ShouldBe(expected, 1e-12);
        CheckGradients(spec);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(7, 3)]
    [InlineData(7, 6)]
    [InlineData(7, 7)]
    [InlineData(1, 1)]
    public void A_structured_layer_multiplies_sums_of_neighbouring_inputs(int inputs, int small)
    {
        LayerSpec spec = Structured(Linear, 3, inputs, small);
        IReadOnlyList<Node> nodes = LayerPlan.PlanOf(spec).Nodes;
        Dictionary<string, double[]> tensors = Given(nodes, Samples);
        double[] x = tensors["x"], alpha = tensors["alpha"];
        double[] expected = new double[Samples * 3];
        for (int at = 0; at < expected.Length; at++)
        {
            for (int r = 0; r < small; r++)
            {
                expected[at] += alpha[(at % 3 * small) + r] * Enumerable.Range(r, inputs - small + 1).Sum(n => x[(at / 3 * inputs) + n]);
            }
        }

        DataflowInterpreter.Run(nodes, Samples, tensors);
        tensors["y"].ShouldBe(expected, 1e-12);
        CheckGradients(spec);
    }

    [Theory]
    [InlineData(8, 4, 3, 2, "SumChannels SumRows SumColumns")]
    [InlineData(8, 8, 3, 2, "SumRows SumColumns")]
    [InlineData(8, 4, 3, 3, "SumChannels")]
    [InlineData(8, 8, 3, 3, "")]
    public void An_axis_without_sums_has_no_node(int channels, int smallChannels, int kernel, int smallKernel, string sums)
    {
        ForwardPlan plan = LayerPlan.PlanOf(Convolution([channels, smallChannels], [5, 5], [kernel, kernel, smallKernel, smallKernel], [1, 1], [1, 1]));
        string.Join(' ', plan.Nodes.OfType<WindowSum>().Select(n => n.Name)).ShouldBe(sums);
        plan.Nodes.OfType<Contract>().ShouldHaveSingleItem().Right.Tensor.Extents.ShouldBe([3, smallChannels, smallKernel, smallKernel]);
    }

    [Fact]
    public void Padding_costs_a_row_of_sums_and_no_copy()
    {
        // 3×3 with padding 1, small kernel 2×2: 5 + 1 sums, and the contraction stays inside of them.
        IReadOnlyList<Node> nodes = LayerPlan.PlanOf(Convolution([8, 4], [5, 7], [3, 3, 2, 2], [1, 1], [1, 1])).Nodes;
        nodes.OfType<WindowSum>().Select(n => n.Destination.Extents.ToArray()).ShouldBe([[4, 5, 7], [4, 6, 7], [4, 6, 8]]);
        LayerPlan.Of(Convolution([8, 4], [5, 7], [3, 3, 2, 2], [1, 1], [1, 1])).Forward.Nodes.ShouldAllBe(n => n is WindowSum || n is Contract);
    }

    [Fact]
    public void The_backward_pass_writes_each_gradient_once()
    {
        Adjoint adjoint = Adjoint.Derive(LayerPlan.PlanOf(Convolution([8, 4], [5, 7], [3, 3, 2, 2], [1, 1], [1, 1])).Nodes);
        WindowSum[] back = [.. adjoint.InputNodes.OfType<WindowSum>()];
        back.Select(n => n.Name).ShouldBe(["GradientS1", "GradientS0", "GradientX"]);
        back.ShouldAllBe(n => !n.Accumulate);
        adjoint.InputNodes.ShouldAllBe(n => !(n is Map));

        // Only what α multiplies is kept.
        adjoint.Saved.ShouldBe(["s2"]);
    }

    private static LayerSpec Convolution(int[] channels, int[] image, int[] kernel, int[] stride, int[] padding) =>
        Structured(Linear, [3, .. channels], image, kernel, stride, padding);

    /// <summary>By definition: W is the sum of boxes of ones, placed at each position of α and weighted by it.</summary>
    private static double[] Convolve(LayerSpec spec, double[] alpha, double[] input)
    {
        WindowSpec w = spec.Window!;
        StructuredSpec s = spec.Structured!;
        var kernel = new double[3, w.Channels, w.KernelH, w.KernelW];
        foreach ((int o, int c, int y, int x) in Indices(3, s.Channels, s.KernelH, s.KernelW))
        {
            foreach ((int _, int k, int v, int u) in Indices(1, w.Channels - s.Channels + 1, w.KernelH - s.KernelH + 1, w.KernelW - s.KernelW + 1))
            {
                kernel[o, c + k, y + v, x + u] += alpha[(((((o * s.Channels) + c) * s.KernelH) + y) * s.KernelW) + x];
            }
        }

        int rows = ((w.Height + (2 * w.PaddingH) - w.KernelH) / w.StrideH) + 1, columns = ((w.Width + (2 * w.PaddingW) - w.KernelW) / w.StrideW) + 1;
        var output = new double[Samples * 3 * rows * columns];
        foreach ((int sample, int o, int py, int px) in Indices(Samples, 3, rows, columns))
        {
            foreach ((int _, int c, int y, int x) in Indices(1, w.Channels, w.KernelH, w.KernelW))
            {
                int row = (py * w.StrideH) + y - w.PaddingH, column = (px * w.StrideW) + x - w.PaddingW;
                if (row >= 0 && row < w.Height && column >= 0 && column < w.Width)
                {
                    output[(((((sample * 3) + o) * rows) + py) * columns) + px] += kernel[o, c, y, x] * input[(((((sample * w.Channels) + c) * w.Height) + row) * w.Width) + column];
                }
            }
        }

        return output;
    }

    private static IEnumerable<(int, int, int, int)> Indices(int a, int b, int c, int d) =>
        from i in Enumerable.Range(0, a) from j in Enumerable.Range(0, b) from k in Enumerable.Range(0, c) from l in Enumerable.Range(0, d) select (i, j, k, l);

    private static void CheckGradients(LayerSpec spec)
    {
        IReadOnlyList<Node> forward = LayerPlan.PlanOf(spec).Nodes;
        Adjoint adjoint = Adjoint.Derive(forward);
        Dictionary<string, double[]> inputs = Given(forward, Samples);
        double[] y = Run(inputs, forward)["y"], outer = Fill(7, y.Length);
        Dictionary<string, double[]> derived = Run(new(inputs) { ["dy"] = outer, ["dalpha"] = new double[inputs["alpha"].Length] }, [.. forward, .. adjoint.ParameterNodes, .. adjoint.InputNodes]);

        // The loss is linear in every input alone: any step, in any direction, is exact.
        foreach (string name in inputs.Keys)
        {
            for (int trial = 0; trial < 3; trial++)
            {
                double[] direction = Fill(50 + trial, inputs[name].Length);
                Dictionary<string, double[]> moved = new(inputs) { [name] = [.. inputs[name].Zip(direction, (v, d) => v + d)] };
                double difference = Dot(Run(moved, forward)["y"], outer) - Dot(y, outer);
                Dot(derived["d" + name], direction).ShouldBe(difference, 1e-9, $"d{name} of {spec}");
            }
        }
    }

    private static Dictionary<string, double[]> Run(Dictionary<string, double[]> given, IEnumerable<Node> nodes)
    {
        Dictionary<string, double[]> tensors = new(given);
        DataflowInterpreter.Run(nodes, Samples, tensors);
        return tensors;
    }
}
