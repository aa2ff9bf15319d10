namespace Kron;

/// <summary>What a fit of a dense weight to the factors of a layer reached.</summary>
/// <param name="RelativeError">‖W − Σ A_i ⊗ B_i‖_F / ‖W‖_F; 0 for a zero weight that is met exactly.</param>
public sealed record FitReport(double RelativeError);
