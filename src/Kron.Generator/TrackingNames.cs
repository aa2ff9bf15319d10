namespace Kron.Generator;

/// <summary>The named steps of the pipeline, in their order.</summary>
internal static class TrackingNames
{
    public const string Targets = nameof(Targets);
    public const string KroneckerLayers = nameof(KroneckerLayers);
    public const string DenseLayers = nameof(DenseLayers);
    public const string KroneckerFiles = nameof(KroneckerFiles);
    public const string DenseFiles = nameof(DenseFiles);
}
