namespace Kron.Generator.Planning;

/// <summary>
/// What a layer needs besides whose samples depend on each other through values of the whole batch: before a batch is
/// recorded all its blocks are measured, and before its input gradient all of them have had their backward pass.
/// </summary>
/// <param name="Measure">Adds a block of samples to <see cref="Region.Batch"/>, which is zero at first.</param>
/// <param name="Settle">Runs once all blocks are measured: completes <see cref="Region.Batch"/> and updates the state.</param>
/// <param name="SettleGradient">
/// Runs once the backward pass has added all blocks to <see cref="Region.BatchGradient"/>, which is zero at first: completes it and
/// adds to the parameters' gradients.
/// </param>
/// <param name="Floats">Floats of <see cref="Region.Batch"/>.</param>
/// <param name="GradientFloats">Floats of <see cref="Region.BatchGradient"/>.</param>
internal sealed record BatchPlan(Dataflow Measure, Dataflow Settle, Dataflow SettleGradient, int Floats, int GradientFloats);
