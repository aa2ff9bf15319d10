using System;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Training;

/// <summary>Where two layers differ, as text for a message; null where they do not.</summary>
internal static class LayerDifference
{
    /// <summary>Of all that decides what the layers compute from equal parameters.</summary>
    public static string? Of(LayerDefinition trained, LayerDefinition target) =>
        OfSizes(trained, target) ?? OfFactors(trained, target) ?? OfActivation(trained, target) ?? OfBias(trained, target) ?? OfNormalization(trained, target);

    /// <summary>Of the inputs, the outputs and the window.</summary>
    public static string? OfSizes(LayerDefinition trained, LayerDefinition target) =>
        trained.Inputs == target.Inputs && trained.Outputs == target.Outputs && trained.Window == target.Window
            ? null
            : $"the one is {Sizes(trained)}, the other {Sizes(target)}";

    /// <summary>Of what stands for the weight.</summary>
    public static string? OfFactors(LayerDefinition trained, LayerDefinition target) =>
        trained.Kind == target.Kind && trained.Groups.SequenceEqual(target.Groups) && trained.Structured == target.Structured
            && (trained.Image == target.Image || trained.Groups.All(group => group.Formulation == Formulation.Matrix))
            ? null
            : $"the one has {Factors(trained)}, the other {Factors(target)}";

    /// <summary>Of the activation.</summary>
    public static string? OfActivation(LayerDefinition trained, LayerDefinition target) =>
        Activation(trained) == Activation(target) ? null : $"the one has {Activation(trained)}, the other {Activation(target)}";

    /// <summary>The activation by name.</summary>
    public static string Activation(LayerDefinition definition)
    {
        string text = definition.Activation switch
        {
            Kron.Activation.None => "no activation",
            Kron.Activation.LeakyRelu => FormattableString.Invariant($"{definition.Activation} with slope {definition.Slope}"),
            Kron.Activation.Maxout => FormattableString.Invariant($"{definition.Activation} of {definition.Pieces}"),
            _ => definition.Activation.ToString(),
        };
        return IsPerTerm(definition) ? text + " in each product" : text;
    }

    /// <summary>Whether the layer is a sum of nonlinear terms.</summary>
    public static bool IsPerTerm(LayerDefinition definition) => definition.Nonlinearity == Nonlinearity.PerTerm && !definition.IsDense;

    private static string? OfBias(LayerDefinition trained, LayerDefinition target) =>
        trained.Bias == target.Bias ? null : $"the one has Bias = BiasMode.{trained.Bias}, the other BiasMode.{target.Bias}";

    private static string? OfNormalization(LayerDefinition trained, LayerDefinition target) => trained.Normalization.Epsilon == target.Normalization.Epsilon
        ? null
        : FormattableString.Invariant($"the one has Epsilon = {trained.Normalization.Epsilon}, the other {target.Normalization.Epsilon}");

    private static string Sizes(LayerDefinition definition) => definition.Window is { } window
        ? FormattableString.Invariant($"{window.Channels}×{window.Height}×{window.Width} → {definition.Channels}×{window.OutHeight}×{window.OutWidth}")
            + FormattableString.Invariant($" by windows of {window.KernelH}×{window.KernelW}")
            + FormattableString.Invariant($" with stride {window.StrideH}×{window.StrideW} and padding {window.PaddingH}×{window.PaddingW}")
        : FormattableString.Invariant($"{definition.Inputs} → {definition.Outputs}");

    private static string Factors(LayerDefinition definition) => definition.HasWeight
        ? string.Join(
            " and ",
            ParameterLayout.Of(definition).Tensors
                .Where(tensor => tensor.Name != "bias")
                .Select(tensor => FormattableString.Invariant($"{tensor.Name} [{string.Join(", ", tensor.Shape)}]")))
        : $"no weight ({definition.Kind})";
}
