using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>What the fit of a layer's shape groups reached.</summary>
/// <param name="Groups">Each group in declared order.</param>
/// <param name="GreedyError">The relative error before any sweep.</param>
/// <param name="RelativeError">The relative error at the end.</param>
/// <param name="Sweeps">The number of sweeps.</param>
internal sealed record FittedGroups(IReadOnlyList<GroupFit> Groups, double GreedyError, double RelativeError, int Sweeps);
