namespace Kron;

/// <summary>How far a fit or a search has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Step">The step that is done, from 1.</param>
/// <param name="Steps">The most steps that the stage can take; many end earlier.</param>
/// <param name="RelativeError">The error reached so far, ‖W − Ŵ‖_F / ‖W‖_F unless the stage says otherwise; null where it is not known yet.</param>
public readonly record struct FitProgress(FitStage Stage, int Step, int Steps, double? RelativeError);
