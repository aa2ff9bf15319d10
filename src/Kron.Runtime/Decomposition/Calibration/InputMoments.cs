using System;
using Kron.Decomposition;

namespace Kron;

/// <summary>
/// The second moments Σ x xᵀ of a layer's inputs, gathered in a stream: all that a data-aware fit
/// (<see cref="FitOptions.Inputs"/>) needs to know of them.
/// </summary>
/// <remarks>
/// <para>
/// The moments are an unnormalised sum about zero, not about the mean. Batches may have any size: how the samples are
/// divided among them does not change the result. Nothing of a sample is kept but its part of the sum.
/// </para>
/// <para>
/// Up to <see cref="MaxFullSize"/> inputs the full matrix is kept in single precision, 4·inputs² bytes, and blocks of samples are
/// summed in double precision before they are added to it. Above, the matrix is SᵀS + D: S is a Frequent Directions sketch
/// (E. Liberty, KDD 2013; M. Ghashami et al., SIAM J. Comput. 45, 2016) of 16·sketchRows·inputs bytes, D the exact diagonal of what S leaves out. With X the samples as rows and
/// ℓ = sketchRows, 0 ≤ XᵀX − SᵀS ≤ ‖X‖²_F / (ℓ + 1) in every direction, and less by far where few directions dominate.
/// </para>
/// <para>Deterministic; not safe for use by several threads at once. All cores work on a full block of samples.</para>
/// </remarks>
public sealed class InputMoments
{
    /// <summary>The most inputs whose moments are kept as a full matrix, of 1 GiB then.</summary>
    public const int MaxFullSize = 16384;

    private const int DefaultSketchRows = 256;

    private double _energy;

    /// <summary>Makes moments of no samples.</summary>
    /// <param name="inputs">Inputs per sample.</param>
    /// <param name="sketchRows">Rows of the sketch that stands for the matrix above <see cref="MaxFullSize"/>; not used below.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or the sketch would exceed what an array can hold.</exception>
    public InputMoments(int inputs, int sketchRows = DefaultSketchRows)
        : this(inputs, sketchRows, MaxFullSize)
    {
    }

    internal InputMoments(int inputs, int sketchRows, int maxFullSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sketchRows, 1);
        Inputs = inputs;
        if (inputs <= maxFullSize)
        {
            Matrix = new FullMoments(inputs);
            return;
        }

        sketchRows = Math.Min(sketchRows, inputs);
        if (!SketchedMoments.Fits(inputs, sketchRows))
        {
            throw new ArgumentOutOfRangeException(
                nameof(sketchRows), sketchRows, FormattableString.Invariant($"A sketch of {inputs} inputs cannot have so many rows."));
        }

        Matrix = new SketchedMoments(inputs, sketchRows);
    }

    /// <summary>Inputs per sample.</summary>
    public int Inputs { get; }

    /// <summary>Samples added so far.</summary>
    public long Samples { get; private set; }

    /// <summary>The sum as a matrix.</summary>
    internal MomentMatrix Matrix { get; }

    /// <summary>Σ ‖x‖², the matrix's trace.</summary>
    internal double Energy => _energy;

    /// <summary>
    /// λ for which C + λI, to a factor, is nearest to what infinitely many inputs would give: the oracle approximating shrinkage of
    /// Y. Chen, A. Wiesel, Y. C. Eldar and A. O. Hero, IEEE Trans. Signal Process. 58, 2010, equation 23. Without correlations, or with
    /// few samples, λ outweighs C; with many it vanishes.
    /// </summary>
    internal double Shrinkage()
    {
        // Of the mean square of an input; so much of it covers all rounding of C to single precision as well.
        const double Least = 1e-3, Most = 1e3;
        double mean = _energy / Inputs, square = Matrix.SquaredNorm(), flat = _energy * mean;
        double numerator = ((1 - (2.0 / Inputs)) * square) + (_energy * _energy);
        double denominator = (Samples + 1 - (2.0 / Inputs)) * (square - flat);
        double weight = numerator < denominator ? numerator / (denominator - numerator) : Most;
        return mean * Math.Clamp(weight, Least, Most);
    }

    /// <summary>Adds samples.</summary>
    /// <param name="batch">The inputs of k samples, [k × <see cref="Inputs"/>] row-major, in the order the layer reads them; may be empty.</param>
    /// <exception cref="ArgumentException">
    /// The length is no multiple of <see cref="Inputs"/>, an input is not finite, or Σ ‖x‖² over all samples exceeds single precision; nothing is added then.
    /// </exception>
    public void Add(ReadOnlySpan<float> batch)
    {
        (int samples, int rest) = Math.DivRem(batch.Length, Inputs);
        if (rest != 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"batch must hold whole samples of {Inputs} inputs, but holds {batch.Length} floats."), nameof(batch));
        }

        double energy = _energy;
        for (int sample = 0; sample < samples; sample++)
        {
            energy += EnergyOf(batch, sample);
        }

        // No entry of Σ x xᵀ exceeds its trace.
        if (energy > float.MaxValue)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The squares of all inputs would sum to {energy:R}, beyond the {float.MaxValue:R} of single precision; scale the inputs down."),
                nameof(batch));
        }

        for (int sample = 0; sample < samples; sample++)
        {
            Matrix.Append(batch.Slice(sample * Inputs, Inputs));
        }

        _energy = energy;
        Samples += samples;
    }

    private double EnergyOf(ReadOnlySpan<float> batch, int sample)
    {
        ReadOnlySpan<float> values = batch.Slice(sample * Inputs, Inputs);
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        // A double holds the sum of any finite squares, so a sum that is not finite betrays the sample.
        for (int input = 0; !double.IsFinite(sum); input++)
        {
            if (!float.IsFinite(values[input]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Input {input} of sample {sample} of the batch is {values[input]}; every input must be finite."), nameof(batch));
            }
        }

        return sum;
    }
}
