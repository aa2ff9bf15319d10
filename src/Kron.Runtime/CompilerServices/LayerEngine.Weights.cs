using System;
using Kron.Decomposition;
using Kron.IO;
using Kron.Training;

namespace Kron.CompilerServices;

public sealed unsafe partial class LayerEngine
{
    /// <summary>Draws random parameters for training, resets the state and commits both; see <see cref="Initializer"/> for their distribution.</summary>
    /// <param name="random">The source of randomness; the same one in the same state gives the same parameters.</param>
    public void Initialize(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Initializer.Initialize(_definition, Parameters, random);
        ResetState();
        Commit();
    }

    /// <summary>Sets the parameters nearest to a dense layer's and commits them.</summary>
    /// <param name="weight">W [pre-activations × inputs], or the kernels [o, c, h, w] of a convolution, row-major.</param>
    /// <param name="bias">One value per pre-activation, or per output channel of a convolution (before maxout), or empty for zeros.</param>
    /// <param name="options">How to fit; null for the defaults.</param>
    /// <returns>What the fit reached.</returns>
    /// <exception cref="ArgumentException">
    /// A length does not fit, a value is not finite, or a bias is given to a layer without one; the parameters are untouched.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The layer applies its nonlinearity per term, or it is a pool or a normalisation, so no dense weight corresponds to it.
    /// </exception>
    /// <exception cref="NotSupportedException"><see cref="FitOptions.Inputs"/> are given for a convolution or a structured layer.</exception>
    public FitReport FromDense(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, FitOptions? options = null)
    {
        ParameterTensor? target = _layout.Bias;
        if (!bias.IsEmpty && target is null)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{nameof(bias)}' has {bias.Length} floats; expected none, as {_definition.Name} has no bias."),
                nameof(bias));
        }

        if (!bias.IsEmpty)
        {
            BatchCheck.Exact(nameof(bias), bias.Length, _definition.Channels);
        }

        // Fitted aside, so that the layer keeps its parameters should the fit fail.
        var fitted = new float[_layout.Length];
        FitReport report = KroneckerFit.Fit(_definition, weight, fitted, options);
        if (!bias.IsEmpty)
        {
            bias.CopyTo(fitted.AsSpan(target!.Offset));
        }

        fitted.CopyTo(Parameters);
        Commit();
        return report;
    }

    /// <summary>Writes the dense weight that the parameters stand for: the linear map alone, without bias and activation.</summary>
    /// <param name="weight">Receives W [pre-activations × inputs], or the kernels [o, c, h, w] of a convolution, row-major.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing is written.</exception>
    /// <exception cref="InvalidOperationException">
    /// The layer applies its nonlinearity per term, or it is a pool or a normalisation, so no dense weight corresponds to it.
    /// </exception>
    public void ToDense(Span<float> weight) => KroneckerFit.Expand(_definition, _parameters.Values, weight);

    /// <inheritdoc cref="ModelFile.Save(string, ILayer)"/>
    public void Save(string path) => ModelFile.Save(path, this);

    /// <inheritdoc cref="ModelFile.Load(string, ILayer)"/>
    public void Load(string path) => ModelFile.Load(path, this);
}
