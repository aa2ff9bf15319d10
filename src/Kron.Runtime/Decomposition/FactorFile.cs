using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.IO;

namespace Kron.Decomposition;

/// <summary>Tells from a file of factors which sum of Kronecker products it holds.</summary>
internal sealed class FactorFile
{
    private const string BiasName = "bias";

    // [r, m1, n1] and [r, o1, c1, h1, w1].
    private const int MatrixAxes = 3, KernelAxes = 5;

    private readonly SafetensorsFile _file;
    private readonly string _path;
    private readonly string _prefix;

    private FactorFile(SafetensorsFile file, string path, string prefix) => (_file, _path, _prefix) = (file, path, prefix);

    /// <summary>Reads the shapes and the attributes, and checks that they agree.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Names it in messages.</param>
    /// <param name="prefix">What the layer's tensors begin with; empty for a file of one layer.</param>
    /// <exception cref="InvalidDataException">They do not, or there is no such layer.</exception>
    public static LayerDefinition Describe(SafetensorsFile file, string path, string prefix) => new FactorFile(file, path, prefix).Describe();

    private LayerDefinition Describe()
    {
        bool isLowRank = Shape(ParameterLayout.VerticalName) is not null && Shape(ParameterLayout.LeftName(0)) is null;
        ShapeGroup[] groups = isLowRank ? [LowRankPair()] : Groups();
        bool isConvolution = isLowRank || Shape(ParameterLayout.LeftName(0))!.Length == KernelAxes;
        int[]? bias = Shape(BiasName);
        CheckNames(groups.Length, isLowRank, bias is not null);
        AttributeText.Declaration? declaration = Declaration(groups, isConvolution, isLowRank);
        groups = [.. declaration?.Groups ?? groups];
        int outputs = declaration is { Outputs: > 0 and var o } ? o : Product(groups[0].M1, groups[0].M2);
        int inputs = declaration is { Inputs: > 0 and var n } ? n : Product(groups[0].N1, groups[0].N2);
        if (bias is not null && !bias.SequenceEqual([outputs]))
        {
            throw Invalid(FormattableString.Invariant($"its bias has shape [{string.Join(", ", bias)}]; expected [{outputs}], one for each output"));
        }

        try
        {
            if (!isConvolution)
            {
                return KroneckerWeight.Define(outputs, inputs, groups, bias is not null, declaration?.Image ?? default);
            }

            ConvolutionShape convolution = Convolution(declaration!, outputs, inputs, groups[0]);
            return isLowRank
                ? KroneckerWeight.DefineLowRank(convolution, groups[0].R, bias is not null)
                : KroneckerWeight.Define(convolution, groups, bias is not null);
        }
        catch (ArgumentException error)
        {
            throw Invalid(error.Message, error);
        }
    }

    /// <summary>What the attributes say; null for factors of matrices without any.</summary>
    private AttributeText.Declaration? Declaration(ShapeGroup[] groups, bool isConvolution, bool isLowRank)
    {
        if (!_file.Metadata.TryGetValue(_prefix + ModelFile.AttributesKey, out string? text))
        {
            return isConvolution
                ? throw Invalid(
                    "its factors are kernels of a convolution, which do not tell the image that they slide over; "
                    + $"expected the metadata '{_prefix}{ModelFile.AttributesKey}' with the layer's attributes")
                : null;
        }

        AttributeText.Declaration declaration = AttributeText.Parse(text) ?? throw Invalid($"its attributes '{text}' are none of a Kronecker layer");
        if (declaration.IsConvolution != isConvolution || declaration.IsLowRank != isLowRank || !declaration.Groups.Select(Matrix).SequenceEqual(groups))
        {
            throw Invalid($"its attributes '{text}' disagree with the shapes of its factors");
        }

        return !declaration.IsPerTerm
            ? declaration
            : throw Invalid("its layer applies the nonlinearity to each product, so it is no function of one weight");
    }

    private ConvolutionShape Convolution(AttributeText.Declaration declaration, int outputs, int inputs, ShapeGroup kernels) =>
        new(outputs, inputs, Product(kernels.H1, kernels.H2), Product(kernels.W1, kernels.W2), declaration.Image.Height, declaration.Image.Width)
        {
            StrideH = declaration.Stride.H,
            StrideW = declaration.Stride.W,
            PaddingH = declaration.Padding.H,
            PaddingW = declaration.Padding.W,
        };

    private ShapeGroup LowRankPair()
    {
        const string V = ParameterLayout.VerticalName, H = ParameterLayout.HorizontalName;
        int[] v = Shape(V)!, h = Shape(H) ?? throw Invalid($"it has a tensor '{_prefix}{V}' but no '{_prefix}{H}'");
        return v is [> 0, > 0, > 0, 1] && h is [> 0, _, 1, _] && h[1] == v[0] && h[3] == v[2]
            ? AttributeText.LowRankPair(h[0], v[1], v[2], v[0])
            : throw Invalid(FormattableString.Invariant(
                $"'{V}' has shape [{string.Join(", ", v)}] and '{H}' [{string.Join(", ", h)}]; expected [rank, c, d, 1] and [o, rank, 1, d]"));
    }

    private ShapeGroup[] Groups()
    {
        List<ShapeGroup> groups = [];
        int axes = Shape(ParameterLayout.LeftName(0))?.Length == KernelAxes ? KernelAxes : MatrixAxes;
        while (Shape(ParameterLayout.LeftName(groups.Count)) is { } a)
        {
            string left = ParameterLayout.LeftName(groups.Count), right = ParameterLayout.RightName(groups.Count);
            int[] b = Shape(right) ?? throw Invalid($"it has a tensor '{_prefix}{left}' but no '{_prefix}{right}'");
            if (a.Length != axes || b.Length != axes || a[0] != b[0] || a.Contains(0) || b.Contains(0))
            {
                string expected = axes == KernelAxes ? "[r, o1, c1, h1, w1] and [r, o2, c2, h2, w2]" : "[r, m1, n1] and [r, m2, n2]";
                throw Invalid(FormattableString.Invariant(
                    $"'{left}' has shape [{string.Join(", ", a)}] and '{right}' [{string.Join(", ", b)}]; expected {expected}"));
            }

            var group = new ShapeGroup(a[1], b[1], a[2], b[2], a[0]);
            groups.Add(axes == KernelAxes ? group with { H1 = a[3], W1 = a[4], H2 = b[3], W2 = b[4] } : group);
        }

        return groups.Count > 0
            ? [.. groups]
            : throw Invalid($"it has no tensor '{_prefix}{ParameterLayout.LeftName(0)}' or '{_prefix}{ParameterLayout.VerticalName}', so no factors of that layer");
    }

    private int[]? Shape(string name)
    {
        if (!_file.Tensors.TryGetValue(_prefix + name, out SafetensorsEntry? entry))
        {
            return null;
        }

        return entry.Length <= Array.MaxLength && entry.Shape.All(extent => extent <= int.MaxValue)
            ? [.. entry.Shape.Select(extent => (int)extent)]
            : throw Invalid($"tensor '{entry.Name}' has more elements than an array can hold");
    }

    // A tensor that is not read would be lost without a word.
    private void CheckNames(int groups, bool isLowRank, bool hasBias)
    {
        IEnumerable<string> factors = isLowRank
            ? [ParameterLayout.VerticalName, ParameterLayout.HorizontalName]
            : Enumerable.Range(0, groups).SelectMany(g => new[] { ParameterLayout.LeftName(g), ParameterLayout.RightName(g) });
        HashSet<string> known = [.. factors.Select(name => _prefix + name), .. hasBias ? [_prefix + BiasName] : Array.Empty<string>()];
        if (_file.Tensors.Keys.FirstOrDefault(name => name.StartsWith(_prefix, StringComparison.Ordinal) && !known.Contains(name)) is { } extra)
        {
            throw Invalid($"it has an unexpected tensor '{extra}'; expected factors A.0, B.0, … or V and H, and a bias alone");
        }
    }

    private int Product(int x, int y) =>
        (long)x * y <= int.MaxValue ? x * y : throw Invalid($"its factors stand for a weight with {(long)x * y} rows or columns");

    private static ShapeGroup Matrix(ShapeGroup group) => group with { Formulation = Formulation.Matrix };

    private InvalidDataException Invalid(string reason, Exception? inner = null) => new($"'{_path}' holds no weight as a sum of Kronecker products: {reason}.", inner);
}
