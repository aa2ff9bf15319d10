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

/// <summary>A dense convolution by the library.</summary>
internal sealed unsafe class DenseConvolution
{
    public const string Name = "dense oneDNN";

    // The transforms for 4 × 4 outputs have constants up to 8, and add what they have multiplied with them.
    private const double WinogradGrowth = 10;

    private readonly OneDnnApi _api;
    private readonly LayerCase _layer;
    private readonly float[] _kernel;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer _output;

    /// <param name="api">The library.</param>
    /// <param name="layer">A dense convolution; its bias and its activation are not computed.</param>
    /// <param name="kernel">[outputs, inputs, rows, columns].</param>
    /// <param name="batch">Samples of a call.</param>
    /// <param name="input">The user's input.</param>
    /// <param name="output">The user's output.</param>
    public DenseConvolution(OneDnnApi api, LayerCase layer, float[] kernel, int batch, FloatBuffer input, FloatBuffer output)
    {
        (_api, _layer, _kernel, _input, _output) = (api, layer, kernel, input, output);
        Sliding s = layer.Sliding!;
        Shape = new ConvolutionShape(
            batch, layer.InputChannels, layer.OutputChannels, new(s.Height, s.Width), new(layer.Kernel.H, layer.Kernel.W), new(1, 1), new(s.PaddingH, s.PaddingW));
    }

    public ConvolutionShape Shape { get; }

    /// <summary>Everything that the library can do.</summary>
    public IEnumerable<DenseConvolutionPlan> Plans() =>
        from source in ImageLayouts.All
        from target in ImageLayouts.All
        from way in OneDnnConvolution.Ways(_api, Shape, source, target)
        select new DenseConvolutionPlan(source, target, way);

    /// <param name="plan">How to compute it.</param>
    /// <param name="users">Whether the copies from and to the user's layout count.</param>
    /// <param name="reference">What must come out, by the different samples; null for trials.</param>
    public OneDnnForward Create(DenseConvolutionPlan plan, bool users, double[][]? reference = null)
    {
        var forward = new OneDnnForward(_api, Name, plan.ToString(), users || plan.HasUsersLayout, _output, Check, ConvolutionWork.Of(_layer));
        float* source = _input.Pointer, target = _output.Pointer;
        OneDnnConvolution convolution = OneDnnConvolution.Create(_api, Shape, plan.Source, plan.Target, plan.Way);
        if (plan.Source != ImageLayout.Nchw)
        {
            source = forward.Allocate(plan.Source.Floats(Shape.Images, Shape.Inputs, Shape.Size));
            Images(Shape.Inputs, Shape.Size).AppendEnter(_api, forward.Enter, _input.Pointer, plan.Source, source);
        }

        if (plan.Target != ImageLayout.Nchw)
        {
            target = forward.Allocate(plan.Target.Floats(Shape.Images, Shape.Outputs, Shape.OutSize));
        }

        convolution.Append(forward.Timed, source, convolution.Pack(_kernel), target);
        if (plan.Target != ImageLayout.Nchw)
        {
            Images(Shape.Outputs, Shape.OutSize).AppendLeave(_api, forward.Leave, plan.Target, target, _output.Pointer);
        }

        forward.Begin();
        return forward;

        void Check(string what) => Agreement.Batch(what, _output.Span, reference!, ConvolutionReference.LengthOf(_layer), plan.Way.IsWinograd ? WinogradGrowth : 1);
    }

    private UserImages Images(int channels, Extent size) => new(Shape.Images, channels, size, (long)channels * size.Area, size.Area);
}
