using System;
using Kron.CompilerServices;

namespace Kron.Training;

/// <summary>What became of one layer of a network.</summary>
public sealed record ConvertedLayer
{
    /// <summary>Its index in the network.</summary>
    public required int Index { get; init; }

    /// <summary>Its class.</summary>
    public required string NameBefore { get; init; }

    /// <summary>The class of the layer in its place.</summary>
    public required string NameAfter { get; init; }

    /// <summary>What it computes: <c>Dense</c>, <c>MaxPool</c>, …; empty for a layer written by hand.</summary>
    public required string KindBefore { get; init; }

    /// <summary>What the layer in its place computes: <c>Kronecker</c>, <c>LowRank</c>, <c>Structured</c>, …; empty for a layer written by hand.</summary>
    public required string KindAfter { get; init; }

    /// <summary>Trained parameters, the bias among them.</summary>
    public required long ParametersBefore { get; init; }

    /// <summary>Trained parameters of the layer in its place.</summary>
    public required long ParametersAfter { get; init; }

    /// <summary>Multiply-adds per sample as in <see cref="LayerInfo.MultiplyAdds"/>; 0 where they are not known, for a layer written by hand.</summary>
    public required long MultiplyAddsBefore { get; init; }

    /// <summary>Multiply-adds per sample of the layer in its place.</summary>
    public required long MultiplyAddsAfter { get; init; }

    /// <summary>What the fit reached; null where the layer was copied or left alone.</summary>
    public required FitReport? Fit { get; init; }

    /// <summary>‖W − Ŵ‖_F / ‖W‖_F; null where the layer was copied or left alone.</summary>
    public double? RelativeError => Fit?.RelativeError;

    internal static ConvertedLayer Of(int index, ILayer before, ILayer after, FitReport? fit)
    {
        LayerDefinition? trained = LayerUpdate.DefinitionOf(before), target = LayerUpdate.DefinitionOf(after);
        return new ConvertedLayer
        {
            Index = index,
            NameBefore = ShortName(before),
            NameAfter = ShortName(after),
            KindBefore = trained?.Kind.ToString() ?? "",
            KindAfter = target?.Kind.ToString() ?? "",
            ParametersBefore = before.Parameters.Length,
            ParametersAfter = after.Parameters.Length,
            MultiplyAddsBefore = trained?.MultiplyAdds ?? 0,
            MultiplyAddsAfter = target?.MultiplyAdds ?? 0,
            Fit = fit,
        };
    }

    private static string ShortName(ILayer layer)
    {
        string name = LayerUpdate.NameOf(layer);
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
