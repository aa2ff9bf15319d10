using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.IO;

namespace Kron.Decomposition;

/// <summary>
/// A weight as a sum of Kronecker products, outside of any compiled layer: what a tool fits, saves and turns back into a dense
/// weight. It is a matrix W [outputs × inputs] or, with a <see cref="Convolution"/>, the kernels W [o, c, h, w] of one.
/// A class with <see cref="Attributes"/> on it loads the file that <see cref="Save"/> writes.
/// </summary>
public sealed class KroneckerWeight
{
    private readonly LayerDefinition _definition;
    private readonly float[] _parameters;

    /// <summary>A weight of given factors, which are copied.</summary>
    /// <param name="outputs">Rows of W; at most m1·m2 of every group.</param>
    /// <param name="inputs">Columns of W; at most n1·n2 of every group.</param>
    /// <param name="groups">The shape groups.</param>
    /// <param name="factors">A.0 [r, m1, n1], B.0 [r, m2, n2], A.1, …, row-major.</param>
    /// <param name="bias">One value per output, or null for a layer without a bias.</param>
    /// <param name="image">The input image c × h × w that the formulations of the groups read; default for none.</param>
    /// <exception cref="ArgumentException">Shapes disagree with each other, with the sizes or with the image, or a length does not fit.</exception>
    public KroneckerWeight(
        int outputs,
        int inputs,
        IReadOnlyList<ShapeGroup> groups,
        ReadOnlySpan<float> factors,
        float[]? bias = null,
        (int Channels, int Height, int Width) image = default)
        : this(Define(outputs, inputs, groups, bias is not null, image), bias)
    {
        WeightChecks.Length(factors.Length, FactorLength, "all factors", nameof(factors));
        factors.CopyTo(_parameters);
    }

    /// <summary>The kernels of a convolution from given factors, which are copied.</summary>
    /// <param name="convolution">The sizes of the kernels, and the image they slide over.</param>
    /// <param name="groups">The shape groups: o1·o2, c1·c2, h1·h2 and w1·w2 of each are the kernels' sizes.</param>
    /// <param name="factors">A.0 [r, o1, c1, h1, w1], B.0 [r, o2, c2, h2, w2], A.1, …, row-major.</param>
    /// <param name="bias">One value per output channel, or null for a layer without a bias.</param>
    /// <exception cref="ArgumentException">Shapes disagree with the kernels, the kernels do not fit the image, or a length does not fit.</exception>
    public KroneckerWeight(ConvolutionShape convolution, IReadOnlyList<ShapeGroup> groups, ReadOnlySpan<float> factors, float[]? bias = null)
        : this(Define(convolution, groups, bias is not null), bias)
    {
        WeightChecks.Length(factors.Length, FactorLength, "all factors", nameof(factors));
        factors.CopyTo(_parameters);
    }

    private KroneckerWeight(LayerDefinition definition, float[]? bias)
    {
        _definition = definition;
        ParameterLayout layout = ParameterLayout.Of(definition);
        Tensors = layout.Tensors;
        _parameters = new float[layout.Length];
        if (bias is not null)
        {
            WeightChecks.Length(bias.Length, Outputs, "one per output", nameof(bias));
            bias.CopyTo(_parameters, FactorLength);
        }
    }

    /// <summary>Rows of W; output channels of a convolution.</summary>
    public int Outputs => _definition.Channels;

    /// <summary>Columns of W; input channels of a convolution.</summary>
    public int Inputs => _definition.Kernel.Channels;

    /// <summary>The convolution that W is the kernels of; null for a matrix.</summary>
    public ConvolutionShape? Convolution => _definition.Window is not { } w
        ? null
        : new ConvolutionShape(Outputs, w.Channels, w.KernelH, w.KernelW, w.Height, w.Width)
        {
            StrideH = w.StrideH,
            StrideW = w.StrideW,
            PaddingH = w.PaddingH,
            PaddingW = w.PaddingW,
        };

    /// <summary>The extents of W, outermost first: outputs and inputs, and of a convolution the kernels' rows and columns.</summary>
    public IReadOnlyList<int> Shape => Convolution is { } c ? [c.Outputs, c.Inputs, c.KernelHeight, c.KernelWidth] : [Outputs, Inputs];

    /// <summary>The shape groups.</summary>
    public IReadOnlyList<ShapeGroup> Groups => _definition.Groups;

    /// <summary>The input image c × h × w that formulations read; zeros where there is none.</summary>
    public (int Channels, int Height, int Width) Image => _definition.Image;

    /// <summary>Factors and bias by name, as the file has them; offsets are from the start of <see cref="Factors"/>, which the bias follows.</summary>
    public IReadOnlyList<ParameterTensor> Tensors { get; }

    /// <summary>
    /// A.0 [r, m1, n1], B.0 [r, m2, n2], A.1, …, row-major; of a convolution [r, o1, c1, h1, w1] and [r, o2, c2, h2, w2]; of a low-rank
    /// one V [rank, c, d, 1] and H [o, rank, 1, d].
    /// </summary>
    public Span<float> Factors => _parameters.AsSpan(0, FactorLength);

    /// <summary>One value per output; empty for a weight without a bias.</summary>
    public Span<float> Bias => _parameters.AsSpan(FactorLength);

    /// <summary>The attributes of a class that loads the file, as C# text, one per line.</summary>
    public string Attributes => _definition.Attributes;

    private int FactorLength => KroneckerFit.FactorLength(_definition.Groups);

    /// <summary>Fits a dense weight; see <see cref="KroneckerFit"/>.</summary>
    /// <param name="weight">W [outputs × inputs], row-major.</param>
    /// <param name="outputs">Rows of W; at most m1·m2 of every group.</param>
    /// <param name="inputs">Columns of W; at most n1·n2 of every group.</param>
    /// <param name="groups">The shape groups. A low-rank weight is the shape (1, m, n, 1, r).</param>
    /// <param name="options">How to fit; null for the defaults.</param>
    /// <param name="report">What the fit reached.</param>
    /// <param name="bias">One value per output, which is taken as it is; or null for a layer without a bias.</param>
    /// <param name="image">The input image c × h × w that the formulations of the groups read; default for none.</param>
    /// <returns>The nearest sum of Kronecker products that was found.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes disagree with each other, with the sizes or with the image, a length does not fit, or an entry is not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException"><see cref="FitOptions.CancellationToken"/> was cancelled.</exception>
    public static KroneckerWeight Fit(
        ReadOnlySpan<float> weight,
        int outputs,
        int inputs,
        IReadOnlyList<ShapeGroup> groups,
        FitOptions? options,
        out FitReport report,
        float[]? bias = null,
        (int Channels, int Height, int Width) image = default)
    {
        return Fit(Define(outputs, inputs, groups, bias is not null, image), weight, bias, options, out report);
    }

    /// <summary>Fits the dense kernels of a convolution; see <see cref="KroneckerFit"/>.</summary>
    /// <param name="weight">W [o, c, h, w], row-major.</param>
    /// <param name="convolution">The sizes of the kernels, and the image they slide over.</param>
    /// <param name="groups">The shape groups: o1·o2, c1·c2, h1·h2 and w1·w2 of each are the kernels' sizes.</param>
    /// <param name="options">How to fit, without <see cref="FitOptions.Inputs"/>; null for the defaults.</param>
    /// <param name="report">What the fit reached.</param>
    /// <param name="bias">One value per output channel, which is taken as it is; or null for a layer without a bias.</param>
    /// <returns>The nearest sum of Kronecker products that was found.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes disagree with the kernels, the kernels do not fit the image, a length does not fit, or an entry is not finite.
    /// </exception>
    /// <exception cref="NotSupportedException"><see cref="FitOptions.Inputs"/> are given.</exception>
    /// <exception cref="OperationCanceledException"><see cref="FitOptions.CancellationToken"/> was cancelled.</exception>
    public static KroneckerWeight Fit(
        ReadOnlySpan<float> weight,
        ConvolutionShape convolution,
        IReadOnlyList<ShapeGroup> groups,
        FitOptions? options,
        out FitReport report,
        float[]? bias = null) => Fit(Define(convolution, groups, bias is not null), weight, bias, options, out report);

    /// <summary>Fits the dense kernels of a convolution by a vertical and a horizontal one, in the closed form of arXiv 1511.06067, theorem 1.</summary>
    /// <param name="weight">W [o, c, d, d], row-major.</param>
    /// <param name="convolution">The sizes of the kernels, which are square, and the image they slide over.</param>
    /// <param name="rank">The channels between the two convolutions.</param>
    /// <param name="options">How to fit, without <see cref="FitOptions.Inputs"/>; null for the defaults.</param>
    /// <param name="report">What the fit reached.</param>
    /// <param name="bias">One value per output channel, which is taken as it is; or null for a layer without a bias.</param>
    /// <returns>The nearest pair of V [rank, c, d, 1] and H [o, rank, 1, d].</returns>
    /// <exception cref="ArgumentException">
    /// The kernels are not square or do not fit the image, the rank is not positive, a length does not fit, or an entry is not finite.
    /// </exception>
    /// <exception cref="NotSupportedException"><see cref="FitOptions.Inputs"/> are given.</exception>
    /// <exception cref="OperationCanceledException"><see cref="FitOptions.CancellationToken"/> was cancelled.</exception>
    public static KroneckerWeight FitLowRank(
        ReadOnlySpan<float> weight, ConvolutionShape convolution, int rank, FitOptions? options, out FitReport report, float[]? bias = null) =>
        Fit(DefineLowRank(convolution, rank, bias is not null), weight, bias, options, out report);

    /// <summary>Loads a file of factors: one that <see cref="Save"/> or a generated layer wrote, or any with the tensors A.0, B.0, …, or V and H.</summary>
    /// <remarks>
    /// Shapes are those of the tensors. The metadata <c>attributes</c>, where there is any, tells padding and formulations;
    /// without it m = m1·m2 and n = n1·n2. The factors of a convolution need it, for its image, stride and padding.
    /// An activation that it names is left out, as it is no part of W.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="layer">The layer's name in a file of a whole model; empty for a file of one layer.</param>
    /// <returns>The weight.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is malformed, holds no factors or others than these, its attributes disagree with its tensors, or its layer
    /// applies a nonlinearity to each product, so that there is no W.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static KroneckerWeight Load(string path, string layer = "")
    {
        ArgumentNullException.ThrowIfNull(layer);
        using SafetensorsFile file = Safetensors.Open(path);
        string prefix = layer.Length == 0 ? "" : layer + ".";
        var weight = new KroneckerWeight(FactorFile.Describe(file, path, prefix), bias: null);
        foreach (ParameterTensor tensor in weight.Tensors)
        {
            file.Read(prefix + tensor.Name, weight._parameters.AsSpan(tensor.Offset, tensor.Length));
        }

        return weight;
    }

    /// <summary>Writes W: the sum of all products with padding cut and the formulations' reordering undone.</summary>
    /// <param name="weight">Receives W [outputs × inputs] or [o, c, h, w], row-major.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing is written.</exception>
    public void ToDense(Span<float> weight) => KroneckerFit.Expand(_definition, _parameters, weight);

    /// <summary>Saves factors, bias and attributes as a safetensors file. The same weight always gives the same bytes.</summary>
    /// <param name="path">The file; one that exists is replaced, whole or not at all.</param>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public void Save(string path) => Safetensors.Write(
        path,
        Tensors.Select(tensor => new SafetensorsTensor(
            tensor.Name, tensor.Shape, _parameters.AsMemory(tensor.Offset, tensor.Length))),
        new Dictionary<string, string> { [ModelFile.AttributesKey] = Attributes });

    internal static LayerDefinition Define(
        int outputs, int inputs, IReadOnlyList<ShapeGroup> groups, bool hasBias, (int Channels, int Height, int Width) image)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ShapeGroup[] copy = [.. groups];
        ShapeChecks.Groups(copy, outputs, inputs, image, nameof(groups));
        return new LayerDefinition
        {
            Name = nameof(KroneckerWeight),
            Attributes = AttributeText.Of(copy, outputs, inputs, image, hasBias),
            Outputs = outputs,
            Inputs = inputs,
            Groups = copy,
            Image = image,
            Bias = hasBias ? BiasMode.Shared : BiasMode.None,
        };
    }

    internal static LayerDefinition Define(ConvolutionShape convolution, IReadOnlyList<ShapeGroup> groups, bool hasBias)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        ArgumentNullException.ThrowIfNull(groups);
        ShapeGroup[] copy = [.. groups];
        convolution.Check(nameof(convolution));
        ShapeChecks.Kernels(copy, convolution, nameof(groups));
        return Define(convolution, LayerKind.Kronecker, copy, AttributeText.Of(copy, convolution, hasBias), hasBias);
    }

    internal static LayerDefinition DefineLowRank(ConvolutionShape convolution, int rank, bool hasBias)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        convolution.Check(nameof(convolution));
        if (convolution.KernelHeight != convolution.KernelWidth)
        {
            throw new ArgumentException(
                $"A low-rank convolution has square kernels, but these are {convolution.KernelHeight} × {convolution.KernelWidth}; "
                + "the shape (1, c, h, 1, o, 1, 1, w, rank) is the same for any.",
                nameof(convolution));
        }

        ShapeGroup[] pair = [AttributeText.LowRankPair(convolution.Outputs, convolution.Inputs, convolution.KernelHeight, rank)];
        ShapeChecks.Kernels(pair, convolution, nameof(rank));
        return Define(convolution, LayerKind.LowRank, pair, AttributeText.OfLowRank(convolution, rank, hasBias), hasBias);
    }

    private static LayerDefinition Define(ConvolutionShape convolution, LayerKind kind, ShapeGroup[] groups, string attributes, bool hasBias)
    {
        ImageWindow window = convolution.Window;
        return new LayerDefinition
        {
            Name = nameof(KroneckerWeight),
            Attributes = attributes,
            Kind = kind,
            Outputs = convolution.Outputs * window.Pixels,
            Inputs = convolution.Inputs * convolution.Height * convolution.Width,
            Groups = groups,
            Window = window,
            Bias = hasBias ? BiasMode.Shared : BiasMode.None,
        };
    }

    private static KroneckerWeight Fit(LayerDefinition definition, ReadOnlySpan<float> weight, float[]? bias, FitOptions? options, out FitReport report)
    {
        var fitted = new KroneckerWeight(definition, bias);
        report = KroneckerFit.Fit(definition, weight, fitted._parameters, options);
        return fitted;
    }
}
