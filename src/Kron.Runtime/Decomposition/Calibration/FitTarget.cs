using System.Threading;

namespace Kron.Decomposition;

/// <summary>What a block of products is fitted to.</summary>
/// <param name="Moments">C.</param>
/// <param name="Damping">λ.</param>
/// <param name="Weight">T [outputs × inputs].</param>
/// <param name="Product">V = T·(C + λI).</param>
/// <param name="Cancellation">Ends a half step.</param>
internal sealed record FitTarget(MomentMatrix Moments, double Damping, DenseMatrix Weight, DenseMatrix Product, CancellationToken Cancellation = default);
