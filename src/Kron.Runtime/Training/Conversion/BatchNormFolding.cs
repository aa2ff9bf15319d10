using System;
using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron.Training;

/// <summary>Folds batch normalisation into the layer before it, for inference.</summary>
/// <remarks>
/// <para>
/// With the running statistics μ and σ² of a <c>BatchNorm2d</c>, f(γ·(W∗x + b − μ) / √(σ² + ε) + β) is f((s·W)∗x + s·b + t) for each output
/// channel, where s = γ / √(σ² + ε) and t = β − s·μ. The activation f belongs to a layer's class, so the result goes to another layer: one
/// of the same shape as the layer before the normalisation, with the normalisation's activation and a bias. Where the layer has a bias
/// and the normalisation no activation, the target may be the layer itself.
/// </para>
/// <code>
/// [DenseConv(64, 32, 3, 3, Height = 16, Width = 16, Padding = 1, Bias = BiasMode.None)] partial class Conv2;
/// [BatchNorm2d(64, 16, 16, Activation = Activation.Relu)] partial class Norm2;
/// [DenseConv(64, 32, 3, 3, Height = 16, Width = 16, Padding = 1, Activation = Activation.Relu)] partial class Conv2Relu;
///
/// BatchNormFolding.Fold(conv2, norm2, into: conv2Relu);          // or both networks at once
/// </code>
/// <para>
/// s is moved into the dense weight, into H of a low-rank convolution or into α of a structured layer. Of a Kronecker layer it needs a
/// factor that has all outputs: every shape must have m1 = 1 or m2 = 1 (o1 or o2 of a convolution).
/// </para>
/// </remarks>
public static class BatchNormFolding
{
    /// <summary>Folds one layer and the normalisation behind it into a third layer, and commits that.</summary>
    /// <param name="layer">A layer with a weight and without activation.</param>
    /// <param name="norm">The batch normalisation of its outputs.</param>
    /// <param name="into">A layer of the first one's shape with the normalisation's activation and <c>Bias = BiasMode.Shared</c>.</param>
    /// <exception cref="ArgumentException">
    /// The layers do not agree; the message names what was expected and what came. <paramref name="into"/> is untouched.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The normalisation cannot move into this layer: it has an activation or nonlinear terms, no factor of its has all outputs, or the
    /// target lacks a bias. <paramref name="into"/> is untouched.
    /// </exception>
    public static void Fold(ILayer layer, ILayer norm, ILayer into)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(norm);
        ArgumentNullException.ThrowIfNull(into);
        NormFold.Of(layer, norm, into).Apply();
    }

    /// <summary>Folds all normalisations of a network that its target lacks, each into the layer before it, and copies all other layers.</summary>
    /// <param name="trained">The network; its layers stay as they are.</param>
    /// <param name="into">The same layers without the normalisations that are to go.</param>
    /// <exception cref="ArgumentException">The networks do not agree; the target is untouched.</exception>
    /// <exception cref="InvalidOperationException">A normalisation cannot move into the layer before it; the target is untouched.</exception>
    public static void Fold(Sequential trained, Sequential into)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(into);
        List<LayerUpdate> updates = [];
        int next = 0;
        for (int i = 0; i < into.Count; i++)
        {
            if (next == trained.Count)
            {
                throw new ArgumentException(
                    $"Expected a target of {i} layers, as no layer of the trained network is left for {LayerUpdate.NameOf(into[i])}, but it has {into.Count}.",
                    nameof(into));
            }

            ILayer layer = trained[next++];
            if (IsNorm(trained, next) && !IsNorm(into, i + 1))
            {
                updates.Add(NormFold.Of(layer, trained[next++], into[i]));
            }
            else if (!ReferenceEquals(layer, into[i]))
            {
                if (LayerUpdate.Difference(layer, into[i]) is { } difference)
                {
                    throw new ArgumentException(
                        $"Layer {next - 1}, {LayerUpdate.NameOf(layer)}, cannot be copied to layer {i} of the target, {LayerUpdate.NameOf(into[i])}: {difference}.",
                        nameof(into));
                }

                updates.Add(LayerUpdate.Copy(layer, into[i]));
            }
        }

        if (next < trained.Count)
        {
            throw new ArgumentException(
                $"The target has no layer for layer {next} of the trained network, {LayerUpdate.NameOf(trained[next])}.", nameof(into));
        }

        foreach (LayerUpdate update in updates)
        {
            update.Apply();
        }
    }

    private static bool IsNorm(Sequential network, int index) =>
        index < network.Count && LayerUpdate.DefinitionOf(network[index])?.Kind == LayerKind.BatchNorm;
}
