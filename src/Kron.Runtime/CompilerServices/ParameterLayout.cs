using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;

namespace Kron.CompilerServices;

/// <summary>The canonical order of a layer's parameters.</summary>
/// <remarks>
/// Per shape group in declared order <c>A.g</c> [r, m1, n1] and <c>B.g</c> [r, m2, n2], or for a dense layer <c>weight</c>
/// [outputs, inputs]; then <c>bias</c>, [outputs] when shared or [r_total, outputs] per term.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ParameterLayout
{
    private ParameterLayout(IReadOnlyList<ParameterTensor> tensors, ParameterTensor? bias, int length) =>
        (Tensors, Bias, Length) = (tensors, bias, length);

    /// <summary>All tensors, in order and without gaps.</summary>
    public IReadOnlyList<ParameterTensor> Tensors { get; }

    /// <summary>The bias, or null for a layer without one.</summary>
    public ParameterTensor? Bias { get; }

    /// <summary>Floats of all tensors together.</summary>
    public int Length { get; }

    /// <summary>Lays out the parameters of a layer.</summary>
    /// <param name="definition">The layer.</param>
    /// <exception cref="OverflowException">The layer has more parameters than one array can hold.</exception>
    public static ParameterLayout Of(LayerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var tensors = new List<ParameterTensor>((2 * definition.Groups.Count) + 2);
        int length = 0;

        ParameterTensor Add(string name, params int[] shape)
        {
            var tensor = new ParameterTensor(name, shape, length);
            length = checked(length + tensor.Length);
            tensors.Add(tensor);
            return tensor;
        }

        if (definition.IsDense)
        {
            Add("weight", definition.Outputs, definition.Inputs);
        }

        int terms = 0;
        for (int g = 0; g < definition.Groups.Count; g++)
        {
            ShapeGroup group = definition.Groups[g];
            Add(LeftName(g), group.R, group.M1, group.N1);
            Add(RightName(g), group.R, group.M2, group.N2);
            terms = checked(terms + group.R);
        }

        ParameterTensor? bias = definition.Bias switch
        {
            BiasMode.None => null,
            BiasMode.PerTerm => Add("bias", terms, definition.Outputs),
            _ => Add("bias", definition.Outputs),
        };
        return new ParameterLayout(tensors.AsReadOnly(), bias, length);
    }

    internal static string LeftName(int group) => string.Create(CultureInfo.InvariantCulture, $"A.{group}");

    internal static string RightName(int group) => string.Create(CultureInfo.InvariantCulture, $"B.{group}");
}
