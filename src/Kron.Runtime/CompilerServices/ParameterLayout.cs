using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;

namespace Kron.CompilerServices;

/// <summary>The canonical order of a layer's parameters and of its state.</summary>
/// <remarks>
/// <para>
/// Per shape group in declared order <c>A.g</c> [r, m1, n1] and <c>B.g</c> [r, m2, n2], of a convolution [r, o1, c1, h1, w1] and
/// [r, o2, c2, h2, w2]; or <c>weight</c> [outputs, inputs] of a dense layer, [o, c, h, w] of a dense convolution; or <c>V</c>
/// [rank, c, d, 1] and <c>H</c> [o, rank, 1, d] of a low-rank convolution; or <c>alpha</c> [outputs, structured inputs] of a structured
/// layer, [o, c, n, n] of a structured convolution. Then <c>bias</c>, [outputs] when shared or [r_total, outputs] per term, where the
/// outputs of a convolution are its pre-activation channels. Pools have none.
/// </para>
/// <para>
/// Batch normalisation has <c>weight</c> [c] (γ) and <c>bias</c> [c] (β), and in its state <c>running_mean</c> [c] and
/// <c>running_var</c> [c].
/// </para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ParameterLayout
{
    /// <summary>The name of the running variances in the state of batch normalisation.</summary>
    internal const string RunningVariance = "running_var";

    /// <summary>The names of the two factors of a low-rank convolution.</summary>
    internal const string VerticalName = "V", HorizontalName = "H";

    private readonly List<ParameterTensor> _tensors = [];
    private readonly List<ParameterTensor> _state = [];

    private ParameterLayout(LayerDefinition definition)
    {
        if (definition.Kind == LayerKind.BatchNorm)
        {
            Add("weight", definition.Channels);
            Bias = Add("bias", definition.Channels);
            AddTo(_state, "running_mean", definition.Channels);
            AddTo(_state, RunningVariance, definition.Channels);
        }
        else if (definition.HasWeight)
        {
            AddWeights(definition);
            Bias = definition.Bias switch
            {
                BiasMode.None => null,
                BiasMode.PerTerm => Add("bias", Terms(definition), definition.Channels),
                _ => Add("bias", definition.Channels),
            };
        }

        (Tensors, Length) = (_tensors.AsReadOnly(), End(_tensors));
        (StateTensors, StateLength) = (_state.AsReadOnly(), End(_state));
    }

    /// <summary>All tensors of the parameters, in order and without gaps; none of a pool.</summary>
    public IReadOnlyList<ParameterTensor> Tensors { get; }

    /// <summary>The tensors of the state, which is saved but not trained, in order and without gaps; none for most layers.</summary>
    public IReadOnlyList<ParameterTensor> StateTensors { get; }

    /// <summary>The bias (β of batch normalisation), or null for a layer without one.</summary>
    public ParameterTensor? Bias { get; }

    /// <summary>Floats of all parameters together.</summary>
    public int Length { get; }

    /// <summary>Floats of the state.</summary>
    public int StateLength { get; }

    /// <summary>Floats of what the bias follows.</summary>
    internal int WeightLength => Bias?.Offset ?? Length;

    /// <summary>Lays out the parameters of a layer.</summary>
    /// <param name="definition">The layer.</param>
    /// <exception cref="OverflowException">The layer has more parameters than one array can hold.</exception>
    public static ParameterLayout Of(LayerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new ParameterLayout(definition);
    }

    internal static string LeftName(int group) => string.Create(CultureInfo.InvariantCulture, $"A.{group}");

    internal static string RightName(int group) => string.Create(CultureInfo.InvariantCulture, $"B.{group}");

    private static int Terms(LayerDefinition definition)
    {
        int terms = 0;
        foreach (ShapeGroup group in definition.Groups)
        {
            terms = checked(terms + group.R);
        }

        return terms;
    }

    private static int End(List<ParameterTensor> tensors) => tensors.Count > 0 ? checked(tensors[^1].Offset + tensors[^1].Length) : 0;

    private static ParameterTensor AddTo(List<ParameterTensor> tensors, string name, params int[] shape)
    {
        var tensor = new ParameterTensor(name, shape, End(tensors));
        tensors.Add(tensor);
        return tensor;
    }

    private ParameterTensor Add(string name, params int[] shape) => AddTo(_tensors, name, shape);

    private void AddWeights(LayerDefinition definition)
    {
        bool isImage = definition.Window is not null;
        int[] Kernel(int h, int w) => isImage ? [h, w] : [];
        switch (definition.Kind)
        {
            case LayerKind.Dense or LayerKind.Structured:
                (string name, (int channels, int height, int width)) = definition.IsDense ? ("weight", definition.Kernel) : ("alpha", definition.Structured);
                Add(name, [definition.Channels, channels, .. Kernel(height, width)]);
                break;
            case LayerKind.LowRank:
                ShapeGroup pair = definition.Groups[0];
                Add(VerticalName, pair.R, pair.N1, pair.H1, pair.W1);
                Add(HorizontalName, pair.M2, pair.R, pair.H2, pair.W2);
                break;
            default:
                for (int g = 0; g < definition.Groups.Count; g++)
                {
                    ShapeGroup group = definition.Groups[g];
                    Add(LeftName(g), [group.R, group.M1, group.N1, .. Kernel(group.H1, group.W1)]);
                    Add(RightName(g), [group.R, group.M2, group.N2, .. Kernel(group.H2, group.W2)]);
                }

                break;
        }
    }
}
