using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>
/// The attributes that declare a sum of Kronecker products, of matrices or of a convolution's kernels, as the compiler writes them, one
/// per line, options only where they differ from the default; and back.
/// </summary>
internal static class AttributeText
{
    private const string Layer = "KroneckerLayer", Term = "KroneckerTerm";

    private const string Conv = "KroneckerConv", ConvTerm = "KroneckerConvTerm", LowRank = "LowRankConv";

    private const string NoBias = "Bias = BiasMode.None";

    public static string Of(
        IReadOnlyList<ShapeGroup> groups, int outputs, int inputs, (int Channels, int Height, int Width) image = default, bool hasBias = true)
    {
        ShapeGroup first = groups[0];
        List<string> options = [.. Formulation(first)];
        if (image.Channels > 0)
        {
            options.Add(Option("Channels", image.Channels));
            options.Add(Option("Height", image.Height));
            options.Add(Option("Width", image.Width));
        }

        if (outputs != first.M1 * first.M2)
        {
            options.Add(Option("Outputs", outputs));
        }

        if (inputs != first.N1 * first.N2)
        {
            options.Add(Option("Inputs", inputs));
        }

        if (!hasBias)
        {
            options.Add(NoBias);
        }

        return string.Join(
            "\n",
            groups.Skip(1).Select(group => Attribute(Term, group, Formulation(group))).Prepend(Attribute(Layer, first, options)));
    }

    /// <summary>A convolution without a bias; the height and width of its input, which it needs besides, are the user's to say.</summary>
    public static string Convolution(ShapeGroup kernels) => Attribute(Conv, Sizes(kernels), [NoBias]);

    /// <summary>A convolution.</summary>
    public static string Of(IReadOnlyList<ShapeGroup> groups, ConvolutionShape convolution, bool hasBias) => string.Join(
        "\n",
        groups.Skip(1).Select(group => Attribute(ConvTerm, Sizes(group), [])).Prepend(Attribute(Conv, Sizes(groups[0]), Options(convolution, hasBias))));

    /// <summary>A vertical and a horizontal convolution.</summary>
    public static string OfLowRank(ConvolutionShape convolution, int rank, bool hasBias) =>
        Attribute(LowRank, [convolution.Outputs, convolution.Inputs, convolution.KernelHeight, rank], Options(convolution, hasBias));

    private static IEnumerable<string> Options(ConvolutionShape convolution, bool hasBias) =>
    [
        Option("Height", convolution.Height),
        Option("Width", convolution.Width),
        .. Pair("Stride", convolution.StrideH, convolution.StrideW, usual: 1),
        .. Pair("Padding", convolution.PaddingH, convolution.PaddingW, usual: 0),
        .. hasBias ? [] : new[] { NoBias },
    ];

    /// <summary>An option for both axes where it says all, else one for each axis that needs it.</summary>
    private static string[] Pair(string name, int rows, int columns, int usual) => rows == columns
        ? rows == usual ? [] : [Option(name, rows)]
        : [.. rows == usual ? [] : new[] { Option(name + "H", rows) }, .. columns == usual ? [] : new[] { Option(name + "W", columns) }];

    private static int[] Sizes(ShapeGroup kernels) =>
        [kernels.M1, kernels.N1, kernels.H1, kernels.W1, kernels.M2, kernels.N2, kernels.H2, kernels.W2, kernels.R];

    private static string Attribute(string name, ShapeGroup group, IEnumerable<string> options) =>
        Attribute(name, [group.M1, group.M2, group.N1, group.N2, group.R], options);

    private static string Attribute(string name, IEnumerable<int> sizes, IEnumerable<string> options) =>
        $"[{name}({string.Join(", ", sizes.Select(value => value.ToString(CultureInfo.InvariantCulture)).Concat(options))})]";

    private static string Option(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"{name} = {value}");

    private static IEnumerable<string> Formulation(ShapeGroup group)
    {
        if (group.Formulation != Kron.Formulation.Matrix)
        {
            yield return $"Formulation = Formulation.{group.Formulation}";
        }
    }

    /// <summary>Reads what this class or the compiler wrote; null when it is anything else.</summary>
    public static Declaration? Parse(string text)
    {
        List<ShapeGroup> groups = [];
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        string layer = text.Split('(')[0].TrimStart('[');
        int sizeCount = layer switch { Layer => 5, Conv => 9, LowRank => 4, _ => 0 };
        foreach (string line in text.Split('\n'))
        {
            string start = $"[{(groups.Count == 0 ? layer : TermOf(layer))}(";
            if (sizeCount == 0 || !line.StartsWith(start, StringComparison.Ordinal) || !line.EndsWith(")]", StringComparison.Ordinal))
            {
                return null;
            }

            string[] arguments = line[start.Length..^2].Split(", ");
            var sizes = new int[sizeCount];
            for (int i = 0; i < sizes.Length; i++)
            {
                if (i >= arguments.Length || !Number(arguments[i], out sizes[i]))
                {
                    return null;
                }
            }

            Formulation formulation = Kron.Formulation.Matrix;
            foreach (string argument in arguments.Skip(sizes.Length))
            {
                string[] option = argument.Split(" = ");
                if (option.Length != 2)
                {
                    return null;
                }

                if (option[0] == nameof(Formulation))
                {
                    if (!Enum.TryParse(option[1].Replace("Formulation.", "", StringComparison.Ordinal), out formulation) || !Enum.IsDefined(formulation))
                    {
                        return null;
                    }
                }
                else if (!options.TryAdd(option[0], option[1]))
                {
                    return null;
                }
            }

            groups.Add(Group(layer, sizes, formulation));
        }

        int Size(string name, int usual = 0) => options.TryGetValue(name, out string? value) && Number(value, out int size) ? size : usual;
        return new Declaration(
            groups,
            Size("Outputs"),
            Size("Inputs"),
            (Size("Channels"), Size("Height"), Size("Width")),
            options.GetValueOrDefault("Nonlinearity") == "Nonlinearity.PerTerm")
        {
            IsConvolution = layer != Layer,
            IsLowRank = layer == LowRank,
            Stride = (Size("StrideH", Size("Stride", 1)), Size("StrideW", Size("Stride", 1))),
            Padding = (Size("PaddingH", Size("Padding")), Size("PaddingW", Size("Padding"))),
        };
    }

    // A low-rank convolution has none.
    private static string TermOf(string layer) => layer switch { Layer => Term, Conv => ConvTerm, _ => "" };

    private static ShapeGroup Group(string layer, int[] n, Formulation formulation) => layer switch
    {
        Layer => new ShapeGroup(n[0], n[1], n[2], n[3], n[4], formulation),
        Conv => new ShapeGroup(n[0], n[4], n[1], n[5], n[8], formulation) { H1 = n[2], W1 = n[3], H2 = n[6], W2 = n[7] },
        _ => LowRankPair(n[0], n[1], n[2], n[3]),
    };

    /// <summary>The products of A [1, c, d, 1] and B [o, 1, 1, d] that a low-rank convolution is.</summary>
    public static ShapeGroup LowRankPair(int outputs, int inputs, int kernel, int rank) => new(1, outputs, inputs, 1, rank) { H1 = kernel, W2 = kernel };

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>What attributes declare. Sizes and image are zero where they are not given.</summary>
    internal sealed record Declaration(
        IReadOnlyList<ShapeGroup> Groups, int Outputs, int Inputs, (int Channels, int Height, int Width) Image, bool IsPerTerm)
    {
        /// <summary>Whether it is a convolution, whose image has no channels of its own.</summary>
        public bool IsConvolution { get; init; }

        /// <summary>Whether it is the pair of a vertical and a horizontal one.</summary>
        public bool IsLowRank { get; init; }

        public (int H, int W) Stride { get; init; }

        public (int H, int W) Padding { get; init; }
    }
}
