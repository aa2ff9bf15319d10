using System;
using Kron.CompilerServices;
using Kron.Decomposition;

namespace Kron.Training;

/// <summary>Random parameters whose variance suits the layer's products and its activation.</summary>
/// <remarks>
/// <para>
/// All entries of factors are independent normals with mean 0; biases are 0; n is the number of inputs that a pre-activation has, c·h·w for
/// a convolution (fewer at the edges of an image that is padded), r the number of products of all groups together.
/// </para>
/// <para>
/// <b>After the sum</b> (and dense layers): Var a = Var b = g / √(r·n). Every entry of W = Σ A_i ⊗ B_i is a sum of r products
/// of two independent entries, so Var W = r·Var a·Var b = g²/n, and no two entries of W are correlated, so every
/// pre-activation has Var (W x)_i = g²·‖x‖²/n exactly: g² times the mean square of the inputs. A dense weight has
/// Var w = g²/n directly. A low-rank convolution is a sum of products like any other, Var V = Var H = g / √(r·n);
/// arXiv 1511.06067 starts both from a deviation of 0.01 and relies on the batch normalisation behind them.
/// </para>
/// <para>
/// <b>Structured layers</b>: z = Σ_j α_j·s_j over k box sums s_j of v inputs each, so with Var α = g² / (k·v),
/// Var z = g²·Σ_j s_j² / (k·v) exactly. Of inputs that are uncorrelated and have mean 0, E s_j² is v times their mean square, so that
/// pre-activations have g² times the mean square of the inputs, as with W. Inputs that agree in sign, such as an image's after
/// Relu, add up to larger sums: up to v times the variance where all are equal. Batch normalisation behind the layer evens that out.
/// </para>
/// <para><b>Batch normalisation</b>: γ = 1 and β = 0. <b>Pools</b> have no parameters.</para>
/// <para>
/// <b>Per term</b>: Var a = Var b = g / √n, so every product has Var (A_i ⊗ B_i) = g²/n and its pre-activations have variance
/// g²·‖x‖²/n each; f comes before the sum.
/// </para>
/// <para>
/// <b>The gain</b> g keeps pre-activations at variance 1 through a stack of like layers. For z standard normal,
/// s = E f(z)² and μ = E f(z): after the sum, the output's mean square is s, so g² = 1/s. Per term the output is a sum of r
/// uncorrelated values f(z_i), of mean square r·s + r·(r − 1)·μ², so g² = 1 / (r·s + r·(r − 1)·μ²); the second part is why an
/// activation with a mean, such as Relu, needs far smaller weights with many terms. For Relu, g² = 2 after the sum
/// (He et al., arXiv 1502.01852); LeakyRelu 2 / (1 + slope²); identity 1; Tanh 2.54; Sigmoid 3.41; Gelu 2.35; Silu 2.81;
/// maxout of two 1. For activations that are homogeneous (identity, Relu, LeakyRelu, maxout) the output's mean square
/// equals the input's whatever its size. The rule takes the pre-activations to be normal, which products of
/// factors approach as the factors grow.
/// </para>
/// </remarks>
public static class Initializer
{
    /// <summary>Overwrites a layer's parameters by random weights and zero biases.</summary>
    /// <param name="definition">The layer.</param>
    /// <param name="parameters">Its parameters in canonical order.</param>
    /// <param name="random">The source; the same seed gives the same parameters.</param>
    /// <exception cref="ArgumentException">The number of parameters does not fit; nothing is written.</exception>
    public static void Initialize(LayerDefinition definition, Span<float> parameters, Random random)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(random);
        ParameterLayout layout = ParameterLayout.Of(definition);
        WeightChecks.Length(parameters.Length, layout.Length, "the layer's parameters", nameof(parameters));

        Span<float> weights = parameters[..layout.WeightLength];
        if (definition.HasWeight)
        {
            double deviation = Math.Sqrt(Variance(definition));
            foreach (ref float weight in weights)
            {
                weight = (float)(deviation * NormalRandom.Next(random));
            }
        }
        else
        {
            weights.Fill(1); // γ
        }

        parameters[weights.Length..].Clear();
    }

    /// <summary>The gain g of a layer.</summary>
    /// <param name="definition">The layer.</param>
    public static double Gain(LayerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ActivationMoments moments = ActivationMoments.Of(definition.Activation, definition.Slope, definition.Pieces);
        double terms = IsPerTerm(definition) ? Terms(definition) : 1;
        return 1 / Math.Sqrt((terms * moments.Square) + (terms * (terms - 1) * moments.Mean * moments.Mean));
    }

    /// <summary>The variance of the entries of the factors, of α or of a dense weight.</summary>
    private static double Variance(LayerDefinition definition)
    {
        double gain = Gain(definition);
        if (definition.Kind == LayerKind.Structured)
        {
            return gain * gain / (Covered(definition.Kernel.Channels, definition.Structured.Channels)
                * Covered(definition.Kernel.Height, definition.Structured.KernelH)
                * Covered(definition.Kernel.Width, definition.Structured.KernelW));
        }

        double inputs = definition.WeightColumns;
        if (definition.IsDense)
        {
            return gain * gain / inputs;
        }

        return gain / Math.Sqrt(IsPerTerm(definition) ? inputs : Terms(definition) * inputs);
    }

    /// <summary>Inputs of all windows along one axis together, each counted as often as a window covers it.</summary>
    private static double Covered(int size, int reduced) => (double)reduced * (size - reduced + 1);

    private static bool IsPerTerm(LayerDefinition definition) => definition.Nonlinearity == Nonlinearity.PerTerm && !definition.IsDense;

    private static double Terms(LayerDefinition definition)
    {
        double terms = 0;
        foreach (ShapeGroup group in definition.Groups)
        {
            terms += group.R;
        }

        return terms;
    }
}
