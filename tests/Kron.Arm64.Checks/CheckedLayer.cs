using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>A layer with weights.</summary>
internal sealed record CheckedLayer(LayerCase Layer) : CheckedCase
{
    private const string WrongLengths = "wrong lengths are refused", Overlaps = "overlaps are refused", Fit = "fit to its own weight";

    /// <summary>Names of the checks of what kernels compute.</summary>
    public static IReadOnlyList<string> Computed { get; } = OnBothSides(Measurement.Results);

    public override string Name => Layer.ToString();

    public override IReadOnlyList<string> Checks => [.. Computed, WrongLengths, Overlaps, .. Layer.HasExactFit ? [Fit] : Array.Empty<string>()];

    /// <summary>The checks of what kernels compute.</summary>
    public IEnumerable<Deviation> Compute(ILayer layer) => OnBothSides(atEnd => Measurement.Of(Layer, layer, Batch, atEnd: atEnd));

    public override IEnumerable<Deviation> Run(ILayer layer)
    {
        foreach (Deviation deviation in Compute(layer))
        {
            yield return deviation;
        }

        layer.Gradients.Clear();
        Refusals.OfWrongLengths(layer);
        yield return default(Deviation) with { What = WrongLengths };
        Refusals.OfOverlaps(layer);
        yield return default(Deviation) with { What = Overlaps };
        if (Layer.HasExactFit)
        {
            yield return new Deviation(Fit, 0, 1, (float)DistanceOfFit(layer), Expected: 0, Bound: 2e-6, Bits: 0);
        }
    }

    public override string ToString() => Name;

    /// <summary>How far the fit to the layer's dense weight is from that weight, relative to it: the library's own vector code.</summary>
    private double DistanceOfFit(ILayer layer)
    {
        LayerDefinition definition = ((INamedParameters)layer).Definition!;
        float[] weight = new float[Layer.WeightSize], fittedWeight = new float[Layer.WeightSize], fitted = new float[Layer.ParameterCount];
        KroneckerFit.Expand(definition, layer.Parameters, weight);
        KroneckerFit.Fit(definition, weight, fitted);
        KroneckerFit.Expand(definition, fitted, fittedWeight);
        return Math.Sqrt(weight.Zip(fittedWeight, (a, b) => ((double)a - b) * (a - b)).Sum() / weight.Sum(w => (double)w * w));
    }
}
