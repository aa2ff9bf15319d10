using System.Linq;
using Kron.Generator.Spec;

namespace Kron.Generator.Planning;

/// <summary>Makes the dataflow of W x and of W ∗ x: one contraction, and what follows it.</summary>
internal static class DensePlanner
{
    public static ForwardPlan Plan(LayerSpec spec)
    {
        var plan = new PlanBuilder(spec);
        Contract(plan, spec.Channels, plan.Input, spec.Window, "weight");
        return plan.Build([]);
    }

    /// <summary>Adds the contraction with a parameter [outputs, inputs], or [outputs, channels, rows, columns] where a kernel slides, then bias and activation.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="outputs">Pre-activations, or channels of them.</param>
    /// <param name="input">What the matrix or the kernel is applied to.</param>
    /// <param name="window">How the kernel slides over the input; null for a matrix.</param>
    /// <param name="name">The parameter's name.</param>
    public static void Contract(PlanBuilder plan, int outputs, Tensor input, WindowSpec? window, string name)
    {
        Dim[] taps = window is null ? [] : [new Dim("ky", window.KernelH), new Dim("kx", window.KernelW)];
        AxisIndex[] read = window is null
            ? []
            : [
                AxisIndex.Of(("py", window.StrideH), ("ky", 1)) with { Offset = -window.PaddingH },
                AxisIndex.Of(("px", window.StrideW), ("kx", 1)) with { Offset = -window.PaddingW },
            ];
        int inputs = input.Extents[0];
        AxisIndex m = AxisIndex.Of(("m", 1)), n = AxisIndex.Of(("n", 1));
        Tensor weight = plan.Parameter(name, [outputs, inputs, .. taps.Select(d => d.Extent)]);
        Tensor sum = plan.Image("u", outputs);
        plan.Add(new Contract(
            "ContractW",
            [new Dim("m", outputs), .. plan.Pixels, new Dim("n", inputs), .. taps],
            new Access(sum, [m, .. plan.PixelAxes]),
            new Access(input, [n, .. read]),
            new Access(weight, [m, n, .. taps.Select(d => AxisIndex.Of((d.Name, 1)))]),
            Accumulate: false));
        plan.Finish(sum, plan.Bias(terms: 1));
    }
}
