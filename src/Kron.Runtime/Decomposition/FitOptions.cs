namespace Kron;

/// <summary>How a dense weight is fitted to the factors of a layer.</summary>
public sealed record FitOptions
{
}
