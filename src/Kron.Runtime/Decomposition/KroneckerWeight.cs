using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.IO;

namespace Kron.Decomposition;

/// <summary>
/// A weight W [outputs × inputs] as a sum of Kronecker products, outside of any compiled layer: what a tool fits, saves and
/// turns back into a dense matrix. A class with <see cref="Attributes"/> on it loads the file that <see cref="Save"/> writes.
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

    private KroneckerWeight(LayerDefinition definition, float[]? bias)
    {
        _definition = definition;
        _parameters = new float[ParameterLayout.Of(definition).Length];
        if (bias is not null)
        {
            WeightChecks.Length(bias.Length, definition.Outputs, "one per output", nameof(bias));
            bias.CopyTo(_parameters, FactorLength);
        }
    }

    /// <summary>Rows of W.</summary>
    public int Outputs => _definition.Outputs;

    /// <summary>Columns of W.</summary>
    public int Inputs => _definition.Inputs;

    /// <summary>The shape groups.</summary>
    public IReadOnlyList<ShapeGroup> Groups => _definition.Groups;

    /// <summary>The input image c × h × w; zeros where there is none.</summary>
    public (int Channels, int Height, int Width) Image => _definition.Image;

    /// <summary>A.0 [r, m1, n1], B.0 [r, m2, n2], A.1, …, row-major.</summary>
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
        var fitted = new KroneckerWeight(Define(outputs, inputs, groups, bias is not null, image), bias);
        report = KroneckerFit.Fit(fitted._definition, weight, fitted._parameters, options);
        return fitted;
    }

    /// <summary>Loads a file of factors: one that <see cref="Save"/> or a generated layer wrote, or any with the tensors A.0, B.0, ….</summary>
    /// <remarks>
    /// Shapes are those of the tensors. The metadata <c>attributes</c>, where there is any, tells padding and formulations;
    /// without it m = m1·m2 and n = n1·n2. An activation that it names is left out, as it is no part of W.
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
        foreach (ParameterTensor tensor in ParameterLayout.Of(weight._definition).Tensors)
        {
            file.Read(prefix + tensor.Name, weight._parameters.AsSpan(tensor.Offset, tensor.Length));
        }

        return weight;
    }

    /// <summary>Writes W: the sum of all products with padding cut and the formulations' reordering undone.</summary>
    /// <param name="weight">Receives W [outputs × inputs], row-major.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing is written.</exception>
    public void ToDense(Span<float> weight) => KroneckerFit.Expand(_definition, _parameters, weight);

    /// <summary>Saves factors, bias and attributes as a safetensors file. The same weight always gives the same bytes.</summary>
    /// <param name="path">The file; one that exists is replaced, whole or not at all.</param>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public void Save(string path) => Safetensors.Write(
        path,
        ParameterLayout.Of(_definition).Tensors.Select(tensor => new SafetensorsTensor(
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
}
