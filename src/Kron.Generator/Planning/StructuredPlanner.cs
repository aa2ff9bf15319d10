using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Makes the dataflow of W x and of W ∗ x for a structured W (arXiv 2008.02454): sums over windows of channels, rows and columns, then
/// the contraction with the small α. Channels come first, so that the other sums run on fewer maps; only sums that some output
/// reads and that meet the image are computed, for all others are zero.
/// </summary>
internal static class StructuredPlanner
{
    public static ForwardPlan Plan(LayerSpec spec)
    {
        var plan = new PlanBuilder(spec);
        StructuredSpec small = spec.Structured!;
        WindowSpec? window = spec.Window;
        int channels = plan.Input.Extents[0];
        Tensor sums = Sum(plan, plan.Input, 0, window is null ? "SumInputs" : "SumChannels", channels - small.Channels + 1, 0, small.Channels);
        if (window is not null)
        {
            SlidingAxis rows = Axis(window.Height, window.OutHeight, window.StrideH, window.PaddingH, window.KernelH, small.KernelH);
            SlidingAxis columns = Axis(window.Width, window.OutWidth, window.StrideW, window.PaddingW, window.KernelW, small.KernelW);
            sums = Sum(plan, sums, 1, "SumRows", rows.FirstTaps, rows.Origin, rows.Count);
            sums = Sum(plan, sums, 2, "SumColumns", columns.FirstTaps, columns.Origin, columns.Count);

            // Of an axis without sums the contraction reads the image itself.
            window = window with
            {
                Channels = small.Channels,
                Height = sums.Extents[1],
                Width = sums.Extents[2],
                KernelH = small.KernelH,
                KernelW = small.KernelW,
                PaddingH = rows.FirstTaps > 1 ? rows.First : window.PaddingH,
                PaddingW = columns.FirstTaps > 1 ? columns.First : window.PaddingW,
            };
        }

        DensePlanner.Contract(plan, spec.Channels, sums, window, "alpha");
        return plan.Build([]);
    }

    /// <summary>The sums as the first of two convolutions, the small kernel as the second one; a sum for every pixel, whatever the stride.</summary>
    private static SlidingAxis Axis(int inputs, int outputs, int stride, int padding, int kernel, int small) =>
        new(inputs, (stride * (outputs - 1)) + 1, Stride: 1, padding, kernel - small + 1, FirstStep: 1, small, SecondStep: 1);

    /// <summary>Sums over windows along one axis; of a window of 1, the tensor itself.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="input">What is summed.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="window">Elements of a sum.</param>
    /// <param name="origin">The first element of the first sum; elements outside are zero.</param>
    /// <param name="count">How many sums.</param>
    private static Tensor Sum(PlanBuilder plan, Tensor input, int axis, string name, int window, int origin, int count)
    {
        if (window == 1)
        {
            return input;
        }

        int[] extents = [.. input.Extents];
        extents[axis] = count;
        Tensor output = PlanBuilder.Intermediate("s" + Invariant.Text(axis), extents);
        Access written = Access.Whole(output);
        EquatableArray<AxisIndex> read = written.Axes.Select((index, k) => k == axis ? index with { Offset = origin } : index).ToEquatableArray();
        plan.Add(new WindowSum(name, output.Dims, written, new Access(input, read), output.Dims[axis].Name, window, Accumulate: false));
        return output;
    }
}
