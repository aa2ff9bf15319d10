using Kron.Generator.Spec;

namespace Kron.Generator.Planning;

/// <summary>Makes the dataflow of the pools: one map, folded over the rows and columns of the window.</summary>
internal static class PoolPlanner
{
    public static ForwardPlan Plan(LayerSpec spec)
    {
        var plan = new PlanBuilder(spec);
        WindowSpec window = spec.Window!;
        AxisIndex c = AxisIndex.Of(("c", 1));
        Expression pixel = new Read(new Access(
            plan.Input,
            [
                c,
                AxisIndex.Of(("py", window.StrideH), ("ky", 1)) with { Offset = -window.PaddingH },
                AxisIndex.Of(("px", window.StrideW), ("kx", 1)) with { Offset = -window.PaddingW },
            ]));
        bool isMaximum = spec.Kind == LayerKind.MaxPool;
        plan.Add(new Map(
            isMaximum ? "MaxPool" : "AveragePool",
            [new Dim("c", window.Channels), .. plan.Pixels, new Dim("ky", window.KernelH), new Dim("kx", window.KernelW)],
            new Access(plan.Output, [c, .. plan.PixelAxes]),
            isMaximum ? Fold.Max : Fold.Add,
            isMaximum ? pixel : pixel * (1f / ((float)window.KernelH * window.KernelW)),
            Accumulate: false));
        return plan.Build([]);
    }
}
