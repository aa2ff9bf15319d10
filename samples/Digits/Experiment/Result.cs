using Kron;
using Kron.Samples;

namespace Digits.Experiment;

/// <summary>What one method reached with one seed.</summary>
/// <param name="Before">The test error before fine-tuning.</param>
/// <param name="After">The test error after it.</param>
/// <param name="Hidden">The layer in its final state.</param>
internal sealed record Outcome(double Before, double After, ILayer Hidden);

/// <summary>One row of the table.</summary>
/// <param name="Method">The form of the layer.</param>
/// <param name="Before">Test error before fine-tuning.</param>
/// <param name="After">Test error after it.</param>
/// <param name="Single">Nanoseconds per sample at batch 1.</param>
/// <param name="Batched">Nanoseconds per sample at batch 256.</param>
internal sealed record Row(Method Method, Statistic Before, Statistic After, double Single, double Batched);
