using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Kron.CompilerServices;

namespace Kron;

/// <summary>The size and cost of a layer beside those of the dense layer it stands for, and what the compiler chose for each target.</summary>
public sealed record LayerInfo
{
    /// <summary>Derives the counts of a layer.</summary>
    /// <param name="definition">What the layer is.</param>
    /// <param name="targets">What the compiler chose, one entry per emitted target.</param>
    public LayerInfo(LayerDefinition definition, IReadOnlyList<TargetInfo> targets)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(targets);
        Name = definition.Name;
        InputSize = definition.Inputs;
        OutputSize = definition.OutputSize;
        PreActivations = definition.Outputs;
        Groups = definition.Groups;
        Window = definition.Window;
        Activation = definition.Activation;
        Nonlinearity = definition.Nonlinearity;
        Bias = definition.Bias;
        Parameters = ParameterLayout.Of(definition).Length;
        Targets = [.. targets.Select(target => target with { ParameterBytes = sizeof(float) * Parameters })];
        DenseMultiplyAdds = LayerCosts.DenseMultiplyAdds(definition);
        DenseParameters = definition.HasWeight
            ? ((long)definition.Channels * definition.WeightColumns) + (definition.Bias == BiasMode.None ? 0 : definition.Channels)
            : Parameters;
        MultiplyAdds = definition.MultiplyAdds;
    }

    /// <summary>The class's full name.</summary>
    public string Name { get; }

    /// <summary>Floats per input sample.</summary>
    public int InputSize { get; }

    /// <summary>Floats per output sample.</summary>
    public int OutputSize { get; }

    /// <summary>Values per sample that the activation is applied to; more than <see cref="OutputSize"/> with maxout only.</summary>
    public int PreActivations { get; }

    /// <summary>The shape groups in declared order; none for a layer that is no sum of Kronecker products.</summary>
    public IReadOnlyList<ShapeGroup> Groups { get; }

    /// <summary>The image of the input and how the layer slides over it; null for a layer of vectors.</summary>
    public ImageWindow? Window { get; }

    /// <summary>The activation.</summary>
    public Activation Activation { get; }

    /// <summary>Where the activation is applied.</summary>
    public Nonlinearity Nonlinearity { get; }

    /// <summary>The bias.</summary>
    public BiasMode Bias { get; }

    /// <summary>Trained parameters, the bias among them.</summary>
    public long Parameters { get; }

    /// <summary>Bytes of trained values, parameters and state, that the layer's assembly holds; 0 for a layer without <c>Weights</c>.</summary>
    public long EmbeddedBytes { get; init; }

    /// <inheritdoc cref="LayerDefinition.MultiplyAdds"/>
    public long MultiplyAdds { get; }

    /// <summary>
    /// Parameters of the dense layer, or of the convolution with a dense kernel, of the same inputs and pre-activations, with a shared
    /// bias if this layer has any. A pool or a normalisation stands for itself.
    /// </summary>
    public long DenseParameters { get; }

    /// <summary>Multiply-adds per sample of that dense layer: pre-activations · inputs, or pre-activations · c·h·w of a convolution's kernel.</summary>
    public long DenseMultiplyAdds { get; }

    /// <summary>What the compiler chose, one entry per emitted target.</summary>
    public IReadOnlyList<TargetInfo> Targets { get; }

    /// <summary>Sizes and costs beside the dense layer's, and the memory on each target: a few lines for a reader.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name}: {Sizes()}, {Parameters:N0} parameters");
        if (DenseMultiplyAdds > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" (dense {DenseParameters:N0}), ");
            text.Append(CultureInfo.InvariantCulture, $"{MultiplyAdds:N0} multiply-adds per sample (dense {DenseMultiplyAdds:N0})");
        }

        if (EmbeddedBytes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {EmbeddedBytes:N0} bytes of trained values in the assembly");
        }

        foreach (TargetInfo target in Targets)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{target.Target}: {target.InferenceBytes:N0} bytes of weights in all copies ({target.InferenceRatio:F2} × the parameters), ");
            text.Append(CultureInfo.InvariantCulture, $"{target.ScratchBytes:N0} of scratch; training {target.TrainingBytes:N0} more and {target.TapeBytes:N0} per sample");
        }

        return text.ToString();
    }

    private string Sizes() => Window is { } window
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{window.Channels}×{window.Height}×{window.Width} → {OutputSize / window.Pixels}×{window.OutHeight}×{window.OutWidth}")
        : string.Create(CultureInfo.InvariantCulture, $"{InputSize:N0} → {OutputSize:N0}");
}
