using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>
/// The attributes that declare a sum of Kronecker products as the compiler writes them, one per line, options only where
/// they differ from the default; and back.
/// </summary>
internal static class AttributeText
{
    private const string Layer = "KroneckerLayer", Term = "KroneckerTerm", Conv = "KroneckerConv";

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
    public static string Convolution(ShapeGroup kernels) => Attribute(
        Conv, [kernels.M1, kernels.N1, kernels.H1, kernels.W1, kernels.M2, kernels.N2, kernels.H2, kernels.W2, kernels.R], [NoBias]);

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

    /// <summary>Reads what <see cref="Of"/> or the compiler wrote; null when it is anything else.</summary>
    public static Declaration? Parse(string text)
    {
        List<ShapeGroup> groups = [];
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            string start = groups.Count == 0 ? $"[{Layer}(" : $"[{Term}(";
            if (!line.StartsWith(start, StringComparison.Ordinal) || !line.EndsWith(")]", StringComparison.Ordinal))
            {
                return null;
            }

            string[] arguments = line[start.Length..^2].Split(", ");
            var sizes = new int[5];
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

            groups.Add(new ShapeGroup(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], formulation));
        }

        int Size(string name) => options.TryGetValue(name, out string? value) && Number(value, out int size) ? size : 0;
        return new Declaration(
            groups,
            Size("Outputs"),
            Size("Inputs"),
            (Size("Channels"), Size("Height"), Size("Width")),
            options.GetValueOrDefault("Nonlinearity") == "Nonlinearity.PerTerm");
    }

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>What attributes declare. Sizes and image are zero where they are not given.</summary>
    internal sealed record Declaration(
        IReadOnlyList<ShapeGroup> Groups, int Outputs, int Inputs, (int Channels, int Height, int Width) Image, bool IsPerTerm);
}
