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
        ShapeGroup[] groups = Groups();
        int[]? bias = Shape(BiasName);
        CheckNames(groups.Length, bias is not null);
        int outputs = 0, inputs = 0;
        (int Channels, int Height, int Width) image = default;
        if (_file.Metadata.TryGetValue(_prefix + ModelFile.AttributesKey, out string? text))
        {
            AttributeText.Declaration declaration = AttributeText.Parse(text)
                ?? throw Invalid($"its attributes '{text}' are none of a Kronecker layer");
            if (!declaration.Groups.Select(Matrix).SequenceEqual(groups))
            {
                throw Invalid($"its attributes '{text}' disagree with the shapes of its factors");
            }

            if (declaration.IsPerTerm)
            {
                throw Invalid("its layer applies the nonlinearity to each product, so it is no function of one weight");
            }

            groups = [.. declaration.Groups];
            (outputs, inputs, image) = (declaration.Outputs, declaration.Inputs, declaration.Image);
        }

        outputs = outputs > 0 ? outputs : Product(groups[0].M1, groups[0].M2);
        inputs = inputs > 0 ? inputs : Product(groups[0].N1, groups[0].N2);
        if (bias is not null && !bias.SequenceEqual([outputs]))
        {
            throw Invalid(FormattableString.Invariant($"its bias has shape [{string.Join(", ", bias)}]; expected [{outputs}], one for each output"));
        }

        try
        {
            return KroneckerWeight.Define(outputs, inputs, groups, bias is not null, image);
        }
        catch (ArgumentException error)
        {
            throw Invalid(error.Message, error);
        }
    }

    private ShapeGroup[] Groups()
    {
        List<ShapeGroup> groups = [];
        while (Shape(ParameterLayout.LeftName(groups.Count)) is { } a)
        {
            string left = ParameterLayout.LeftName(groups.Count), right = ParameterLayout.RightName(groups.Count);
            int[] b = Shape(right) ?? throw Invalid($"it has a tensor '{_prefix}{left}' but no '{_prefix}{right}'");
            if (a.Length == 5 && b.Length == 5)
            {
                throw Invalid(FormattableString.Invariant(
                    $"'{left}' has shape [{string.Join(", ", a)}] and '{right}' [{string.Join(", ", b)}], so they are kernels of a convolution; expected [r, m1, n1] and [r, m2, n2]"));
            }

            if (a.Length != 3 || b.Length != 3 || a[0] != b[0] || a.Contains(0) || b.Contains(0))
            {
                throw Invalid(FormattableString.Invariant(
                    $"'{left}' has shape [{string.Join(", ", a)}] and '{right}' [{string.Join(", ", b)}]; expected [r, m1, n1] and [r, m2, n2]"));
            }

            groups.Add(new ShapeGroup(a[1], b[1], a[2], b[2], a[0]));
        }

        return groups.Count > 0 ? [.. groups] : throw Invalid($"it has no tensor '{_prefix}{ParameterLayout.LeftName(0)}', so no factors of that layer");
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
    private void CheckNames(int groups, bool hasBias)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (int g = 0; g < groups; g++)
        {
            known.Add(_prefix + ParameterLayout.LeftName(g));
            known.Add(_prefix + ParameterLayout.RightName(g));
        }

        if (hasBias)
        {
            known.Add(_prefix + BiasName);
        }

        if (_file.Tensors.Keys.FirstOrDefault(name => name.StartsWith(_prefix, StringComparison.Ordinal) && !known.Contains(name)) is { } extra)
        {
            throw Invalid($"it has an unexpected tensor '{extra}'; expected factors A.0, B.0, … and a bias alone");
        }
    }

    private int Product(int x, int y) =>
        (long)x * y <= int.MaxValue ? x * y : throw Invalid($"its factors stand for a weight with {(long)x * y} rows or columns");

    private static ShapeGroup Matrix(ShapeGroup group) => group with { Formulation = Formulation.Matrix };

    private InvalidDataException Invalid(string reason, Exception? inner = null) => new($"'{_path}' holds no weight as a sum of Kronecker products: {reason}.", inner);
}
