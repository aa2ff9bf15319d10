using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>The singular values of a weight as one shape rearranges it.</summary>
/// <param name="Shape">The shape; its R is the number of values.</param>
/// <param name="SingularValues">σ_1 ≥ σ_2 ≥ …, at least as many as the largest rank within the budgets.</param>
public sealed record ShapeSpectrum(ShapeGroup Shape, IReadOnlyList<double> SingularValues);
