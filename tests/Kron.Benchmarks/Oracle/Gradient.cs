namespace Kron.Benchmarks.Oracle;

/// <summary>The gradients of a batch.</summary>
/// <param name="Parameters">In the order of the layer's parameters, summed over the batch.</param>
/// <param name="Inputs">Of each of the different samples; null for one that the batch lacks.</param>
/// <param name="Length">Values added up in one element: what the rounding error grows with.</param>
internal sealed record Gradient(double[] Parameters, double[][] Inputs, int Length);
