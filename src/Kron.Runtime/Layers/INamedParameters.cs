using System.Collections.Generic;
using System.ComponentModel;
using Kron.CompilerServices;

namespace Kron;

/// <summary>A layer that names the tensors inside its flat buffers, so that files can store them. Generated classes implement it.</summary>
public interface INamedParameters
{
    /// <summary>The tensors of <see cref="ILayer.Parameters"/>, in order and without gaps.</summary>
    IReadOnlyList<ParameterTensor> ParameterTensors { get; }

    /// <summary>The tensors of <see cref="ILayer.State"/>, in order and without gaps; none for most layers.</summary>
    IReadOnlyList<ParameterTensor> StateTensors => [];

    /// <summary>The attributes that declare the layer, as C# text; empty for a layer written by hand.</summary>
    string Attributes => "";

    /// <summary>What the layer is, which fitting and folding one layer into another go by; null for a layer written by hand.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    LayerDefinition? Definition => null;
}
