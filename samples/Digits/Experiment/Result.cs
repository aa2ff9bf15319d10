using System.Collections.Generic;
using Kron.Samples;

namespace Digits.Experiment;

/// <summary>Median nanoseconds of a forward pass per sample.</summary>
/// <param name="Single">At batch 1.</param>
/// <param name="Batched">At the batch of training.</param>
internal readonly record struct ForwardTime(double Single, double Batched);

/// <summary>What a network reached that was trained from random parameters.</summary>
/// <param name="Method">The form of its hidden layer.</param>
/// <param name="NetworkParameters">The parameters of the whole network.</param>
/// <param name="Error">The validation error.</param>
/// <param name="Hidden">The time of the hidden layer.</param>
/// <param name="Network">The time of the whole network.</param>
internal sealed record TrainedRow(Method Method, long NetworkParameters, Statistic Error, ForwardTime Hidden, ForwardTime Network);

/// <summary>What the trained baseline became with a fitted hidden layer.</summary>
/// <param name="Method">The form of the hidden layer; the baseline itself, which is only trained further, comes first.</param>
/// <param name="Distance">‖W − Ŵ‖ / ‖W‖ of the fit.</param>
/// <param name="Before">The validation error right after the fit.</param>
/// <param name="After">The validation error after fine-tuning.</param>
internal sealed record FittedRow(Method Method, Statistic Distance, Statistic Before, Statistic After);

/// <summary>What the comparison found.</summary>
/// <param name="Trained">The rows of the paper's table.</param>
/// <param name="Fitted">The layers that were fitted.</param>
internal sealed record ComparisonResult(IReadOnlyList<TrainedRow> Trained, IReadOnlyList<FittedRow> Fitted);
