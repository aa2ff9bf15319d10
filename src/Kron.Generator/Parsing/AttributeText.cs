using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>
/// The attributes of a layer as C#, one per line, from their meaning rather than from the user's text: options in one
/// fixed order and only where they differ from the default, numbers in the invariant culture.
/// </summary>
internal static class AttributeText
{
    /// <summary>A layer of vectors without further options.</summary>
    public static string Layer(AttributeReader layer, EpilogueSpec epilogue) => Attribute(layer, Epilogue(epilogue));

    public static string Kronecker(LayerSyntax syntax, IReadOnlyList<GroupSpec> groups, EpilogueSpec epilogue, ImageSpec? image, int outputs, int inputs)
    {
        GroupSpec first = groups[0];
        List<string> options = [.. Formulation(first)];
        if (image is not null)
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

        return Lines(syntax.Terms.Zip(groups.Skip(1), (term, group) => Attribute(term, Formulation(group))).Prepend(Attribute(syntax.Layer, options.Concat(Epilogue(epilogue)))));
    }

    public static string Convolution(LayerSyntax syntax, WindowSpec window, bool winograd, EpilogueSpec epilogue)
    {
        IEnumerable<string> options =
        [
            Option("Height", window.Height),
            Option("Width", window.Width),
            .. Pair("Stride", window.StrideH, window.StrideW, 1, 1),
            .. Pair("Padding", window.PaddingH, window.PaddingW, 0, 0),
            .. winograd ? [] : new[] { "Winograd = false" },
            .. Epilogue(epilogue),
        ];
        return Lines(syntax.Terms.Select(term => Attribute(term, [])).Prepend(Attribute(syntax.Layer, options)));
    }

    public static string Pool(AttributeReader pool, WindowSpec window)
    {
        // A global pool's window is its image, so it has three arguments and no option.
        bool global = pool.Arguments.Count == 3;
        IEnumerable<int> arguments = global ? pool.Arguments : pool.Arguments.Take(3).Append(window.KernelH);
        IEnumerable<string> options =
        [
            .. global || window.KernelW == window.KernelH ? [] : new[] { Option("WindowW", window.KernelW) },
            .. Pair("Stride", window.StrideH, window.StrideW, WindowRules.StrideH(window, window.KernelH), WindowRules.StrideW(window, window.KernelW)),
            .. Pair("Padding", window.PaddingH, window.PaddingW, 0, 0),
        ];
        return Attribute(pool.Name, arguments, options);
    }

    public static string BatchNorm(AttributeReader layer, NormalizationSpec normalization, EpilogueSpec epilogue)
    {
        List<string> options = [];
        if (normalization.Epsilon != 1e-5f)
        {
            options.Add($"Epsilon = {Invariant.Literal(normalization.Epsilon)}");
        }

        if (normalization.Momentum != 0.1f)
        {
            options.Add($"Momentum = {Invariant.Literal(normalization.Momentum)}");
        }

        return Attribute(layer, options.Concat(Activation(epilogue)));
    }

    private static string Lines(IEnumerable<string> attributes) => string.Join("\n", attributes);

    private static string Attribute(AttributeReader attribute, IEnumerable<string> options) => Attribute(attribute.Name, attribute.Arguments, options);

    private static string Attribute(string name, IEnumerable<int> arguments, IEnumerable<string> options) =>
        $"[{name}({string.Join(", ", arguments.Select(value => Invariant.Text(value)).Concat(options))})]";

    private static string Option(string name, int value) => $"{name} = {Invariant.Text(value)}";

    /// <summary>An option for both axes where it says all, else one for each axis that needs it.</summary>
    private static IEnumerable<string> Pair(string name, int rows, int columns, int usualRows, int usualColumns)
    {
        bool needed = rows != usualRows || columns != usualColumns;
        if (needed && rows == columns)
        {
            yield return Option(name, rows);
            yield break;
        }

        if (rows != usualRows)
        {
            yield return Option(name + "H", rows);
        }

        if (columns != usualColumns)
        {
            yield return Option(name + "W", columns);
        }
    }

    private static IEnumerable<string> Formulation(GroupSpec group)
    {
        if (group.Formulation != FormulationKind.Matrix)
        {
            yield return $"Formulation = Formulation.{group.Formulation}";
        }
    }

    private static IEnumerable<string> Epilogue(EpilogueSpec epilogue)
    {
        foreach (string option in Activation(epilogue))
        {
            yield return option;
        }

        if (epilogue.PerTerm)
        {
            yield return "Nonlinearity = Nonlinearity.PerTerm";
        }

        if (epilogue.Bias != BiasKind.Shared)
        {
            yield return $"Bias = BiasMode.{epilogue.Bias}";
        }
    }

    private static IEnumerable<string> Activation(EpilogueSpec epilogue)
    {
        if (epilogue.Activation != ActivationKind.None)
        {
            yield return $"Activation = Activation.{epilogue.Activation}";
        }

        if (epilogue.Activation == ActivationKind.LeakyRelu && epilogue.Slope != 0.01f)
        {
            yield return $"Slope = {Invariant.Literal(epilogue.Slope)}";
        }

        if (epilogue.Activation == ActivationKind.Maxout && epilogue.Pieces != 2)
        {
            yield return $"Pieces = {Invariant.Text(epilogue.Pieces)}";
        }
    }
}
