using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>A dense convolution as one call of the library.</summary>
/// <param name="Source">How the input lies.</param>
/// <param name="Target">How the output lies.</param>
/// <param name="Way">How it is computed.</param>
internal sealed record DenseConvolutionPlan(ImageLayout Source, ImageLayout Target, ConvolutionWay Way)
{
    public bool HasUsersLayout => Source == ImageLayout.Nchw && Target == ImageLayout.Nchw;

    public override string ToString() => FormattableString.Invariant($"{Way}, {Source} → {Target}");
}

/// <summary>The dense kernel that a layer stands for, by the library.</summary>
internal sealed unsafe class DenseConvolution
{
    public const string Name = "dense oneDNN";

    // The transforms for 4 × 4 outputs have constants up to 8, and add what they have multiplied with them.
    private const double WinogradGrowth = 10;

    private readonly OneDnnApi _api;
    private readonly Workload _workload;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _output;
    private readonly ConvolutionShape _shape;
    private readonly float[] _kernel;

    public DenseConvolution(OneDnnApi api, Workload workload, int batch, FloatBuffer output)
    {
        (_api, _workload, _output, _input) = (api, workload, output, workload.Input(batch));
        LayerCase layer = workload.Subject.Case;
        Sliding s = layer.Sliding!;
        _shape = new ConvolutionShape(
            batch, layer.InputChannels, layer.OutputChannels, new(s.Height, s.Width), new(layer.Kernel.H, layer.Kernel.W), new(1, 1), new(s.PaddingH, s.PaddingW));
        _kernel = ConvolutionKernel.Of(layer, workload.Samples.Parameters);
    }

    /// <summary>Everything that the library can do.</summary>
    public IEnumerable<DenseConvolutionPlan> Plans() =>
        from source in ImageLayouts.All
        from target in ImageLayouts.All
        from way in OneDnnConvolution.Ways(_api, _shape, source, target)
        select new DenseConvolutionPlan(source, target, way);

    public OneDnnForward Create(DenseConvolutionPlan plan, bool users)
    {
        Subject dense = Subject.Dense(_workload.Subject);
        var forward = new OneDnnForward(
            _api,
            Name,
            plan.ToString(),
            users || plan.HasUsersLayout,
            _workload,
            _output,
            length: ConvolutionReference.LengthOf(dense.Case),
            growth: plan.Way.IsWinograd ? WinogradGrowth : 1,
            multiplyAdds: dense.MultiplyAdds);
        float* source = _input.Pointer, target = _output.Pointer;
        OneDnnConvolution convolution = OneDnnConvolution.Create(_api, _shape, plan.Source, plan.Target, plan.Way);
        if (plan.Source != ImageLayout.Nchw)
        {
            source = forward.Allocate(plan.Source.Floats(_shape.Images, _shape.Inputs, _shape.Size));
            Images(_shape.Inputs, _shape.Size).AppendEnter(_api, forward.Enter, _input.Pointer, plan.Source, source);
        }

        if (plan.Target != ImageLayout.Nchw)
        {
            target = forward.Allocate(plan.Target.Floats(_shape.Images, _shape.Outputs, _shape.OutSize));
        }

        convolution.Append(forward.Timed, source, convolution.Pack(_kernel), target);
        if (plan.Target != ImageLayout.Nchw)
        {
            Images(_shape.Outputs, _shape.OutSize).AppendLeave(_api, forward.Leave, plan.Target, target, _output.Pointer);
        }

        forward.Begin();
        return forward;
    }

    private UserImages Images(int channels, Extent size) => new(_shape.Images, channels, size, (long)channels * size.Area, size.Area);
}
