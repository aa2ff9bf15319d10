using System;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>
/// The two convolutions of Σ_i (A_i ⊗ B_i) ∗ x in one order. The first contracts one half of the input's channels and makes its half of the
/// output's; the second contracts the channels that were kept, and the terms.
/// </summary>
internal sealed class Factors
{
    private readonly LayerCase _layer;
    private readonly ShapeGroup _group;
    private readonly float[] _parameters;

    public Factors(LayerCase layer, float[] parameters, bool isAFirst)
    {
        (_layer, _group, _parameters, IsAFirst) = (layer, layer.Groups.Single(), parameters, isAFirst);
        ShapeGroup g = _group;
        var (a, b) = (new Extent(g.H1, g.W1), new Extent(g.H2, g.W2));
        (FirstKernel, SecondKernel) = isAFirst ? (a, b) : (b, a);
        (FirstDilation, SecondDilation) = isAFirst ? (b, new Extent(1, 1)) : (new Extent(1, 1), b);
        (FirstInputs, FirstOutputs, Kept, SecondOutputs) = isAFirst ? (g.N1, g.M1, g.N2, g.M2) : (g.N2, g.M2, g.N1, g.M1);
        Sliding s = layer.Sliding!;
        Size = new Extent(s.Height, s.Width);

        // Where the first kernel has one tap along an axis, rows of zeros would only make more of them.
        FirstPadding = new Extent(FirstKernel.H > 1 ? s.PaddingH : 0, FirstKernel.W > 1 ? s.PaddingW : 0);
        SecondPadding = new Extent(s.PaddingH - FirstPadding.H, s.PaddingW - FirstPadding.W);
    }

    public bool IsAFirst { get; }

    public int Terms => _group.R;

    /// <summary>Channels of a kept channel that the first convolution contracts.</summary>
    public int FirstInputs { get; }

    /// <summary>Channels that it makes of them, for each term.</summary>
    public int FirstOutputs { get; }

    /// <summary>The other half of the input's channels: the second convolution contracts them.</summary>
    public int Kept { get; }

    /// <summary>Channels that the second convolution makes, for each that the first one made.</summary>
    public int SecondOutputs { get; }

    public Extent Size { get; }

    public Extent FirstKernel { get; }

    public Extent FirstDilation { get; }

    public Extent FirstPadding { get; }

    public Extent SecondKernel { get; }

    public Extent SecondDilation { get; }

    public Extent SecondPadding { get; }

    /// <summary>Rows and columns between the two.</summary>
    public Extent Between => First(1, 1, 1).OutSize;

    /// <summary>Multiply-adds per sample.</summary>
    public long Work => ConvolutionWork.Of(_layer, _group, IsAFirst);

    /// <summary>Floats of a sample of the input.</summary>
    public int Inputs => _layer.Inputs;

    /// <summary>Floats of a sample of the output.</summary>
    public int Outputs => _layer.Outputs;

    private Extent OutSize => new(_layer.OutputImage.H, _layer.OutputImage.W);

    private int KeptStride => IsAFirst ? 1 : _group.N2;

    /// <summary>The first convolution of images with so many channels.</summary>
    public ConvolutionShape First(int images, int inputs, int outputs) => new(images, inputs, outputs, Size, FirstKernel, FirstDilation, FirstPadding);

    /// <summary>The second convolution of images with so many channels.</summary>
    public ConvolutionShape Second(int images, int inputs) => new(images, inputs, SecondOutputs, Between, SecondKernel, SecondDilation, SecondPadding);

    /// <summary>The user's images of one contracted channel, or of one after the other as channels.</summary>
    public UserImages Kepts(int samples) => new(samples, Kept, Size, Inputs, (long)KeptStride * Size.Area);

    /// <summary>Floats from one contracted channel of the user's images to the next.</summary>
    public long ContractedStride => (long)(IsAFirst ? _group.N2 : 1) * Size.Area;

    /// <summary>The user's images with all channels.</summary>
    public UserImages All(int samples) => new(samples, Kept * FirstInputs, Size, Inputs, Size.Area);

    /// <summary>Every sample's kept channels as images of their own, whose channels are the contracted ones.</summary>
    public UserImages Contracted(int samples) => new(samples * Kept, FirstInputs, Size, Kept == 1 ? Inputs : (long)KeptStride * Size.Area, ContractedStride);

    /// <summary>Whether so many samples have such images: whether the step from sample to sample is that from one kept channel to the next.</summary>
    public bool HasContracted(int samples) => samples == 1 || Kept == 1 || Kept * KeptStride * Size.Area == Inputs;

    /// <summary>The user's results of one of the channels that the first convolution made.</summary>
    public UserImages Results(int samples) => new(samples, SecondOutputs, OutSize, Outputs, (long)(IsAFirst ? 1 : _group.M2) * OutSize.Area);

    /// <summary>Floats from the results of one channel that the first convolution made to those of the next.</summary>
    public long ResultStride => (long)(IsAFirst ? _group.M2 : 1) * OutSize.Area;

    /// <summary>The taps of the first kernel.</summary>
    public ReadOnlySpan<float> FirstTaps(int term, int output, int input) => IsAFirst ? A(term, output, input) : B(term, output, input);

    /// <summary>The taps of the second kernel.</summary>
    public ReadOnlySpan<float> SecondTaps(int term, int output, int input) => IsAFirst ? B(term, output, input) : A(term, output, input);

    private ReadOnlySpan<float> A(int term, int output, int input)
    {
        ShapeGroup g = _group;
        int taps = g.H1 * g.W1;
        return _parameters.AsSpan(((((term * g.M1) + output) * g.N1) + input) * taps, taps);
    }

    private ReadOnlySpan<float> B(int term, int output, int input)
    {
        ShapeGroup g = _group;
        int taps = g.H2 * g.W2, start = g.R * g.M1 * g.N1 * g.H1 * g.W1;

        // H of a low-rank layer is [outputs, rank, 1, taps].
        int kernel = _layer.LowRank ? (output * g.R) + term : (((term * g.M2) + output) * g.N2) + input;
        return _parameters.AsSpan(start + (kernel * taps), taps);
    }
}
