using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>Cases that are compiled together, once per process and when first asked for.</summary>
internal sealed class CaseBatch
{
    private readonly Lazy<IReadOnlyList<Type>> _types;

    public CaseBatch(IReadOnlyList<LayerCase> cases)
    {
        Cases = cases;
        _types = new(() => CompiledLayers.Compile(cases));
    }

    public IReadOnlyList<LayerCase> Cases { get; }

    /// <summary>Each case with its class.</summary>
    public IEnumerable<(LayerCase Layer, Type Type)> Compiled => Cases.Zip(_types.Value);

    /// <summary>Every case on every target of this process.</summary>
    public IEnumerable<(LayerCase Layer, ILayer Compiled)> OnEachTarget() =>
        from pair in Compiled
        from target in CompiledLayers.Runnable
        select (pair.Layer, CompiledLayers.Create(pair.Type, target));
}
