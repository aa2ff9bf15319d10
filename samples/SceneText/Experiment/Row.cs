using Kron.Samples;

namespace SceneText.Experiment;

/// <summary>One row of the table.</summary>
/// <param name="Method">The network.</param>
/// <param name="Error">The validation error.</param>
/// <param name="Single">Nanoseconds per image at batch 1.</param>
/// <param name="Batched">Nanoseconds per image at batch 16.</param>
internal sealed record Row(Method Method, Statistic Error, double Single, double Batched);
