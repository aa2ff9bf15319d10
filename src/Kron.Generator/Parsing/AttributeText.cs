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
    public static string Dense(int m, int n, EpilogueSpec epilogue) =>
        Attribute("DenseLayer", [m, n], Epilogue(epilogue));

    public static string Kronecker(IReadOnlyList<GroupSpec> groups, EpilogueSpec epilogue, ImageSpec? image, int outputs, int inputs)
    {
        GroupSpec first = groups[0];
        List<string> options = [.. Formulation(first)];
        if (image is not null)
        {
            options.Add($"Channels = {Invariant.Text(image.Channels)}");
            options.Add($"Height = {Invariant.Text(image.Height)}");
            options.Add($"Width = {Invariant.Text(image.Width)}");
        }

        if (outputs != first.M1 * first.M2)
        {
            options.Add($"Outputs = {Invariant.Text(outputs)}");
        }

        if (inputs != first.N1 * first.N2)
        {
            options.Add($"Inputs = {Invariant.Text(inputs)}");
        }

        options.AddRange(Epilogue(epilogue));
        return string.Join(
            "\n",
            groups.Skip(1).Select(group => Attribute("KroneckerTerm", Shape(group), Formulation(group)))
                .Prepend(Attribute("KroneckerLayer", Shape(first), options)));
    }

    private static int[] Shape(GroupSpec group) => [group.M1, group.M2, group.N1, group.N2, group.R];

    private static string Attribute(string name, IEnumerable<int> arguments, IEnumerable<string> options) =>
        $"[{name}({string.Join(", ", arguments.Select(value => Invariant.Text(value)).Concat(options))})]";

    private static IEnumerable<string> Formulation(GroupSpec group)
    {
        if (group.Formulation != FormulationKind.Matrix)
        {
            yield return $"Formulation = Formulation.{group.Formulation}";
        }
    }

    private static IEnumerable<string> Epilogue(EpilogueSpec epilogue)
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

        if (epilogue.PerTerm)
        {
            yield return "Nonlinearity = Nonlinearity.PerTerm";
        }

        if (epilogue.Bias != BiasKind.Shared)
        {
            yield return $"Bias = BiasMode.{epilogue.Bias}";
        }
    }
}
