namespace Kron.Decomposition;

/// <summary>What a data-aware fit reached.</summary>
/// <param name="InitialError">‖(W − Ŵ)X‖_F / ‖WX‖_F of the factors it started from; 0 where WX is zero.</param>
/// <param name="Error">The same of the factors it wrote.</param>
/// <param name="WeightError">‖W − Ŵ‖_F / ‖W‖_F of these; 0 for a zero weight.</param>
/// <param name="Sweeps">Alternations over all factors.</param>
internal readonly record struct CalibrationResult(double InitialError, double Error, double WeightError, int Sweeps);
