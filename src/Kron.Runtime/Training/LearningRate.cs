using System;

namespace Kron.Training;

/// <summary>
/// A learning rate, or the strength of a <see cref="StructuralRegularizer"/>, as a function of the step, steps counted from 0.
/// </summary>
/// <remarks>Schedules are immutable and compose: <c>LearningRate.Cosine(0.1, 1000).WithWarmUp(50)</c>.</remarks>
public abstract class LearningRate
{
    private protected LearningRate()
    {
    }

    /// <summary>The same rate at every step.</summary>
    /// <param name="rate">The rate; finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite or is negative.</exception>
    public static LearningRate Constant(double rate) => new ConstantRate(Checked(rate, nameof(rate)));

    /// <summary>rate · factor^⌊step / every⌋: falls by a factor at regular intervals.</summary>
    /// <param name="rate">The first rate; finite and not negative.</param>
    /// <param name="every">Steps from one fall to the next, at least 1.</param>
    /// <param name="factor">What the rate is multiplied by at each; finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static LearningRate Step(double rate, long every, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return new StepRate(Checked(rate, nameof(rate)), every, Checked(factor, nameof(factor)));
    }

    /// <summary>
    /// final + (rate − final)·(1 + cos(π·step / steps)) / 2, and final from step <paramref name="steps"/> on
    /// (Loshchilov and Hutter, arXiv 1608.03983, Eq. 5, without restarts).
    /// </summary>
    /// <param name="rate">The rate at step 0; finite and not negative.</param>
    /// <param name="steps">The step at which the final rate is reached, at least 1.</param>
    /// <param name="final">The final rate; finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static LearningRate Cosine(double rate, long steps, double final = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new CosineRate(Checked(rate, nameof(rate)), steps, Checked(final, nameof(final)));
    }

    /// <summary>
    /// This schedule multiplied by min(1, (step + 1) / <paramref name="steps"/>): a linear rise that ends in full at step
    /// <paramref name="steps"/> − 1 and does not shift what comes after.
    /// </summary>
    /// <param name="steps">Steps of the rise; 0 leaves the schedule as it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    public LearningRate WithWarmUp(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return steps == 0 ? this : new WarmUpRate(this, steps);
    }

    /// <summary>The rate at a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return Rate(step);
    }

    private protected abstract double Rate(long step);

    private static double Checked(double value, string parameter) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(parameter, value, "Expected a finite number that is not negative.");

    private sealed class ConstantRate(double rate) : LearningRate
    {
        private protected override double Rate(long step) => rate;
    }

    private sealed class StepRate(double rate, long every, double factor) : LearningRate
    {
        private protected override double Rate(long step) => rate * Math.Pow(factor, step / every);
    }

    private sealed class CosineRate(double rate, long steps, double final) : LearningRate
    {
        private protected override double Rate(long step) => step >= steps
            ? final
            : final + ((rate - final) * (1 + Math.Cos(Math.PI * step / steps)) / 2);
    }

    private sealed class WarmUpRate(LearningRate inner, long steps) : LearningRate
    {
        private protected override double Rate(long step) => inner.Rate(step) * Math.Min(1, (step + 1.0) / steps);
    }
}
