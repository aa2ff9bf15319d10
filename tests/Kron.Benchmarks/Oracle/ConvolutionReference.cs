using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kron.Benchmarks.Layers;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Oracle;

/// <summary>
/// What a convolution must compute: of whatever kind it is, by the dense kernel that it stands for. Each output pixel is the product of
/// that kernel and a patch of the image; the parameters' gradients are the kernel's, by the chain rule.
/// </summary>
internal sealed class ConvolutionReference : Reference
{
    // F(4, 3) along one axis: its transforms have constants up to 8.
    private const double WinogradGrowth = 4;

    private readonly SampleSet _samples;
    private readonly LayerCase _layer;
    private readonly double[] _kernel;
    private readonly int _patch;
    private readonly Lazy<double[][]> _outputs;

    public ConvolutionReference(SampleSet samples)
    {
        (_samples, _layer) = (samples, samples.Subject.Case);
        if (_layer.Activation != Activation.None || _layer.Bias != BiasMode.None)
        {
            throw new NotSupportedException($"{samples.Subject.Name}: no bias and no activation.");
        }

        _patch = _layer.InputChannels * _layer.Kernel.H * _layer.Kernel.W;
        _kernel = ConvolutionKernel.Exact(_layer, samples.Parameters);
        _outputs = new(() =>
        {
            var outputs = new double[SampleSet.Distinct][];
            Parallel.For(0, outputs.Length, sample => outputs[sample] = Convolve(_layer, _kernel, Input(sample)));
            return outputs;
        });
    }

    public override int Length => LengthOf(_layer);

    public override IReadOnlyList<Range> Tensors
    {
        get
        {
            var tensors = new List<Range>();
            int start = 0;
            foreach (ShapeGroup g in _layer.Groups)
            {
                int b = start + (g.R * g.M1 * g.N1 * g.H1 * g.W1), end = b + (g.R * g.M2 * g.N2 * g.H2 * g.W2);
                tensors.AddRange([start..b, b..end]);
                start = end;
            }

            return tensors.Count > 0 ? tensors : [0.._layer.ParameterCount];
        }
    }

    public override double[][] Outputs => _outputs.Value;

    /// <summary>Values added up in one output of a convolution, all its contractions and window sums.</summary>
    public static int LengthOf(LayerCase layer) => layer switch
    {
        { Groups.Count: > 0 } => layer.Groups.Sum(g => (g.R * g.N1 * g.H1 * g.W1) + (g.N2 * g.H2 * g.W2)),
        { Structured.C: > 0 } => (layer.Structured.C * layer.Structured.N * layer.Structured.N)
            + ((layer.InputChannels - layer.Structured.C + 1) * (layer.Kernel.H - layer.Structured.N + 1) * (layer.Kernel.W - layer.Structured.N + 1)),
        _ => layer.InputChannels * layer.Kernel.H * layer.Kernel.W,
    };

    /// <summary>How many times as large as a sum's the rounding errors may be: Kron computes three taps along an axis by Winograd's form where that is faster.</summary>
    public static double GrowthOf(LayerCase layer)
    {
        IEnumerable<int> taps = layer switch
        {
            { Groups.Count: > 0 } => layer.Groups.SelectMany(g => new[] { g.H1, g.W1, g.H2, g.W2 }),
            { Structured.C: > 0 } => [layer.Structured.N],
            _ => [layer.Kernel.H, layer.Kernel.W],
        };
        return taps.Contains(3) ? WinogradGrowth : 1;
    }

    protected override Gradient Derive(int batch)
    {
        var kernel = new double[_kernel.Length];
        var inputs = new double[SampleSet.Distinct][];
        int pixels = _layer.Pixels;
        for (int place = 0; place < batch; place++)
        {
            int sample = SampleSet.IndexAt(place);
            double[] patches = Patches(_layer, Input(sample));
            double[] dy = [.. _samples.OutputGradients.AsSpan(sample * _layer.Outputs, _layer.Outputs).ToArray().Select(v => (double)v)];
            Parallel.For(0, _layer.OutputChannels, o =>
            {
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    Vectors.Add(patches.AsSpan(pixel * _patch, _patch), dy[(o * pixels) + pixel], kernel.AsSpan(o * _patch, _patch));
                }
            });
            Parallel.For(0, pixels, pixel =>
            {
                Span<double> patch = patches.AsSpan(pixel * _patch, _patch);
                patch.Clear();
                for (int o = 0; o < _layer.OutputChannels; o++)
                {
                    Vectors.Add(_kernel.AsSpan(o * _patch, _patch), dy[(o * pixels) + pixel], patch);
                }
            });
            var dx = new double[_layer.Inputs];
            Visit(_layer, (source, target) => dx[source] += patches[target]);
            inputs[sample] = dx;
        }

        var parameters = new double[_samples.Parameters.Length];
        float[] p = _samples.Parameters;
        ConvolutionKernel.Visit(_layer, (weight, a, b) =>
        {
            parameters[a] += kernel[weight] * (b < 0 ? 1 : p[b]);
            if (b >= 0)
            {
                parameters[b] += kernel[weight] * p[a];
            }
        });

        // What one element of a weight's gradient adds up at most: every pixel of every sample, for every channel that shares the weight.
        int shared = _layer.Groups.Select(g => Math.Max(g.M1, g.M2)).DefaultIfEmpty(1).Max();
        return new Gradient(parameters, inputs, (batch * pixels * shared) + _patch);
    }

    /// <summary>A dense kernel at every pixel, without bias and activation.</summary>
    public static double[] Convolve(LayerCase layer, double[] kernel, double[] input)
    {
        double[] patches = Patches(layer, input);
        int pixels = layer.Pixels, length = patches.Length / pixels;
        var outputs = new double[layer.Outputs];
        for (int o = 0; o < layer.OutputChannels; o++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                outputs[(o * pixels) + pixel] = Vectors.Dot(kernel.AsSpan(o * length, length), patches.AsSpan(pixel * length, length));
            }
        }

        return outputs;
    }

    private double[] Input(int sample) => Array.ConvertAll(_samples.Inputs[(sample * _layer.Inputs)..((sample + 1) * _layer.Inputs)], value => (double)value);

    /// <summary>[pixels, channels, rows, columns of the kernel], zero outside of the image.</summary>
    private static double[] Patches(LayerCase layer, double[] input)
    {
        var patches = new double[layer.Pixels * layer.InputChannels * layer.Kernel.H * layer.Kernel.W];
        Visit(layer, (source, target) => patches[target] = input[source]);
        return patches;
    }

    /// <summary>Every element of the image with every place among the patches that it goes to.</summary>
    private static void Visit(LayerCase layer, Action<int, int> visit)
    {
        Sliding s = layer.Sliding!;
        var (kernel, outputs) = (layer.Kernel, layer.OutputImage);
        int target = 0;
        for (int py = 0; py < outputs.H; py++)
        {
            for (int px = 0; px < outputs.W; px++)
            {
                for (int c = 0; c < layer.InputChannels; c++)
                {
                    for (int ky = 0; ky < kernel.H; ky++)
                    {
                        for (int kx = 0; kx < kernel.W; kx++, target++)
                        {
                            int y = (py * s.StrideH) - s.PaddingH + ky, x = (px * s.StrideW) - s.PaddingW + kx;
                            if (y >= 0 && y < s.Height && x >= 0 && x < s.Width)
                            {
                                visit((((c * s.Height) + y) * s.Width) + x, target);
                            }
                        }
                    }
                }
            }
        }
    }
}
