using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>The attributes that declare a sum of Kronecker products, as the compiler writes them: one per line, options only where they differ from the default.</summary>
internal static class AttributeText
{
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
            options.Add("Bias = BiasMode.None");
        }

        return string.Join(
            "\n",
            groups.Skip(1).Select(group => Attribute("KroneckerTerm", group, Formulation(group))).Prepend(Attribute("KroneckerLayer", first, options)));
    }

    private static string Attribute(string name, ShapeGroup group, IEnumerable<string> options)
    {
        int[] shape = [group.M1, group.M2, group.N1, group.N2, group.R];
        return $"[{name}({string.Join(", ", shape.Select(value => value.ToString(CultureInfo.InvariantCulture)).Concat(options))})]";
    }

    private static string Option(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"{name} = {value}");

    private static IEnumerable<string> Formulation(ShapeGroup group)
    {
        if (group.Formulation != Kron.Formulation.Matrix)
        {
            yield return $"Formulation = Formulation.{group.Formulation}";
        }
    }
}
