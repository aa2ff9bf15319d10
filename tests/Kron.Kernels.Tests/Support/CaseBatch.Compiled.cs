using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <content>Compiled in this process, once and when first asked for.</content>
internal sealed partial class CaseBatch
{
    private readonly Lazy<IReadOnlyList<Type>> _types = new(() => CompiledLayers.Compile(cases));

    /// <summary>Each case with its class.</summary>
    public IEnumerable<(LayerCase Layer, Type Type)> Compiled => Cases.Zip(_types.Value);

    /// <summary>What holds of every layer is tested on these.</summary>
    public static IEnumerable<(LayerCase Layer, ILayer Compiled)> OfEveryKind() =>
        new[] { CompiledCases.Essential, CompiledCases.Convolutions, CompiledCases.Structured }.SelectMany(batch => batch.OnEachTarget());

    /// <summary>Every case on every target of this process.</summary>
    public IEnumerable<(LayerCase Layer, ILayer Compiled)> OnEachTarget() =>
        from pair in Compiled
        from target in CompiledLayers.Runnable
        select (pair.Layer, CompiledLayers.Create(pair.Type, target));
}
