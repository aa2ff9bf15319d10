namespace Kron;

/// <summary>The stages of a fit and of a search.</summary>
public enum FitStage
{
    /// <summary>The iterative solver of one shape group; a step is a pass over the weight.</summary>
    Solving,

    /// <summary>Several shape groups; a step is a sweep over them, the first of which is the greedy fit.</summary>
    Backfitting,

    /// <summary>The fit to the layer's inputs; the error is that of the outputs, ‖(W − Ŵ)X‖_F / ‖WX‖_F.</summary>
    Calibrating,

    /// <summary>The search for shapes; a step is a shape.</summary>
    Searching,
}
