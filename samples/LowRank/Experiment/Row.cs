using Kron.Samples;
using Kron.Training;

namespace LowRank.Experiment;

/// <summary>What one method reached with one seed.</summary>
/// <param name="Trained">The validation error after the training from random parameters.</param>
/// <param name="Distance">The mean ‖W − Ŵ‖ / ‖W‖ over the convolutions that were converted; 0 where none was.</param>
/// <param name="Converted">The validation error right after the conversion.</param>
/// <param name="Tuned">The validation error at the end.</param>
/// <param name="MultiplyAdds">Multiply-adds per image.</param>
/// <param name="Network">The network of inference in its final state.</param>
internal sealed record Outcome(double Trained, double Distance, double Converted, double Tuned, long MultiplyAdds, Sequential Network);

/// <summary>One row of the table: as <see cref="Outcome"/>, over the seeds.</summary>
/// <param name="Method">The method.</param>
/// <param name="Parameters">Parameters of the network of inference.</param>
/// <param name="MultiplyAdds">Its multiply-adds per image.</param>
/// <param name="Trained">The validation error after the training from random parameters.</param>
/// <param name="Distance">The weights' relative error of the conversion.</param>
/// <param name="Converted">The validation error right after the conversion.</param>
/// <param name="Tuned">The validation error at the end.</param>
/// <param name="Single">Nanoseconds per image at batch 1.</param>
/// <param name="Batched">Nanoseconds per image at batch 16.</param>
internal sealed record Row(
    Method Method, long Parameters, long MultiplyAdds, Statistic Trained, Statistic Distance, Statistic Converted, Statistic Tuned, double Single, double Batched);
