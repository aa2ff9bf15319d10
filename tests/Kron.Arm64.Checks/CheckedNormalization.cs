using System.Collections.Generic;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>A batch normalisation.</summary>
internal sealed record CheckedNormalization(NormalizationCase Normalization) : CheckedCase
{
    public override string Name => Normalization.ToString();

    public override IReadOnlyList<string> Checks { get; } = OnBothSides(NormalizationMeasurement.Results);

    public override IEnumerable<Deviation> Run(ILayer layer) => OnBothSides(atEnd =>
    {
        // As before any training.
        layer.State[..Normalization.Channels].Clear();
        layer.State[Normalization.Channels..].Fill(1);
        return NormalizationMeasurement.Of(Normalization, layer, Batch, atEnd);
    });

    public override string ToString() => Name;
}
