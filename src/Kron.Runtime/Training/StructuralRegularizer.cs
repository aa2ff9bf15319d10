using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Training;

/// <summary>
/// Trains dense layers towards structured ones: the loss term λ·Σ_l ‖P_l·W_l‖_F / ‖W_l‖_F, where P_l = I − A_l·A_l⁺ takes away all of a
/// weight W_l that a structured one A_l·α_l can hold.
/// </summary>
/// <remarks>
/// <para>
/// Y. Bhalgat, Y. Zhang, J. Lin and F. Porikli, "Structured convolutions for efficient neural network design", arXiv 2008.02454. Once the
/// dense network is trained, <see cref="LayerConversion"/> or <c>FromDense</c> of the structured classes gives α = A⁺·W, whose relative
/// error is what is left of each term.
/// </para>
/// <para>
/// The gradient is P·W / (‖P·W‖·‖W‖) − ‖P·W‖·W / ‖W‖³. Its length is near 1 / ‖W‖ however small P·W is, so it is taken to be zero where P·W is
/// no more than the rounding of W to single precision, and where W is zero. It is orthogonal to W. P is applied axis by axis in double
/// precision, a few additions for each weight.
/// </para>
/// <para>
/// λ is given with each step, as the optimizer is given its learning rate; a <see cref="LearningRate"/> serves as its schedule.
/// </para>
/// <code>
/// StructuralRegularizer structure = new StructuralRegularizer().Add(conv2, 32, 2).Add(fc1, 1024);
/// LearningRate strength = LearningRate.Constant(0.1).WithWarmUp(1000);
/// …
/// network.Backward(input, gradient, [], tape);
/// loss += structure.AddGradients(strength.At(step));
/// optimizer.Step(rate.At(step));
/// </code>
/// </remarks>
public sealed class StructuralRegularizer
{
    private readonly List<StructuredTarget> _targets = [];

    // P·W of the layer at hand.
    private double[] _rest = [];

    /// <summary>Adds a dense layer of vectors that is to become a <c>StructuredLayer</c>.</summary>
    /// <param name="layer">A <c>DenseLayer</c>, or any layer with a tensor <c>weight</c> [outputs, inputs].</param>
    /// <param name="structuredInputs">R, the columns of α: from 1 to the inputs.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">The layer has no such tensor or has been added before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A structured size is out of its range.</exception>
    public StructuralRegularizer Add(ILayer layer, int structuredInputs)
    {
        ParameterTensor weight = Weight(layer, 2, "[outputs, inputs]");
        return Add(layer, weight, (weight.Shape[1], 1, 1), (Size(structuredInputs, weight.Shape[1], nameof(structuredInputs)), 1, 1));
    }

    /// <summary>Adds a dense convolution that is to become a <c>StructuredConv</c>.</summary>
    /// <param name="layer">A <c>DenseConv</c>, or any layer with a tensor <c>weight</c> [o, c, n, n].</param>
    /// <param name="structuredChannels">Input channels of α's kernels: from 1 to the weight's.</param>
    /// <param name="structuredKernel">The side of α's kernels: from 1 to the weight's.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">The layer has no such tensor, its kernels are not square, or it has been added before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A structured size is out of its range.</exception>
    public StructuralRegularizer Add(ILayer layer, int structuredChannels, int structuredKernel)
    {
        ParameterTensor weight = Weight(layer, 4, "[o, c, n, n]");
        int channels = weight.Shape[1], side = weight.Shape[2];
        if (weight.Shape[3] != side)
        {
            throw new ArgumentException($"Structured convolutions have square kernels, but those of {Name(layer)} are {side} × {weight.Shape[3]}.", nameof(layer));
        }

        structuredChannels = Size(structuredChannels, channels, nameof(structuredChannels));
        structuredKernel = Size(structuredKernel, side, nameof(structuredKernel));
        return Add(layer, weight, (channels, side, side), (structuredChannels, structuredKernel, structuredKernel));
    }

    /// <summary>Adds the term's gradient to the <see cref="ILayer.Gradients"/> of all layers; call it between the backward pass and the optimizer's step.</summary>
    /// <param name="strength">λ of this step, about 0.1; finite and not negative. At 0 nothing is computed.</param>
    /// <returns>The term: λ times the sum of the layers' structural residuals, each from 0 to 1.</returns>
    /// <remarks>Allocates nothing.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">λ is not finite or is negative; nothing is changed.</exception>
    public double AddGradients(double strength)
    {
        if (!double.IsFinite(strength) || strength < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "Expected a finite number that is not negative.");
        }

        if (strength == 0)
        {
            return 0;
        }

        double sum = 0;
        foreach (StructuredTarget target in _targets)
        {
            sum += target.AddGradient(strength, _rest);
        }

        return strength * sum;
    }

    private static ParameterTensor Weight(ILayer layer, int axes, string shape)
    {
        ArgumentNullException.ThrowIfNull(layer);
        IReadOnlyList<ParameterTensor> tensors = (layer as INamedParameters)?.ParameterTensors ?? [];
        return tensors.FirstOrDefault(tensor => tensor.Name == "weight" && tensor.Shape.Count == axes)
            ?? throw new ArgumentException(
                $"Expected a dense layer with a tensor weight {shape}, but {Name(layer)} has {(tensors.Count == 0 ? "no named tensors" : string.Join(", ", tensors.Select(Text)))}.",
                nameof(layer));
    }

    private static string Text(ParameterTensor tensor) =>
        $"{tensor.Name} [{string.Join(", ", tensor.Shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture)))}]";

    private static int Size(int size, int largest, string parameter) => size >= 1 && size <= largest
        ? size
        : throw new ArgumentOutOfRangeException(parameter, size, FormattableString.Invariant($"Expected a size from 1 to {largest}, the weight's own."));

    private static string Name(ILayer layer) => layer.GetType().Name;

    private StructuralRegularizer Add(
        ILayer layer, ParameterTensor weight, (int Channels, int Height, int Width) kernel, (int Channels, int Height, int Width) structured)
    {
        if (_targets.Exists(target => ReferenceEquals(target.Layer, layer)))
        {
            throw new ArgumentException($"This layer, a {Name(layer)}, has been added before; expected each once.", nameof(layer));
        }

        _targets.Add(new StructuredTarget(layer, weight, kernel, structured));
        if (weight.Length > _rest.Length)
        {
            _rest = new double[weight.Length];
        }

        return this;
    }
}
