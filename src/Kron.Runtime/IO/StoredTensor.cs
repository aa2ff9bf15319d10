using System;
using System.Collections.Generic;

namespace Kron.IO;

/// <summary>A tensor of a layer under the name it has in a file.</summary>
/// <param name="Name">The layer's prefix and the tensor's name.</param>
/// <param name="Layer">The layer it lies in.</param>
/// <param name="IsState">Whether it lies in the layer's state rather than its parameters.</param>
/// <param name="Tensor">Where it lies there.</param>
internal sealed record StoredTensor(string Name, ILayer Layer, bool IsState, ParameterTensor Tensor)
{
    public Span<float> Values => (IsState ? Layer.State : Layer.Parameters).Slice(Tensor.Offset, Tensor.Length);

    /// <summary>Everything of a layer that a file stores, parameters first.</summary>
    public static IEnumerable<StoredTensor> Of(string prefix, ILayer layer)
    {
        var named = layer as INamedParameters;
        IReadOnlyList<ParameterTensor> parameters = named?.ParameterTensors ?? Flat("parameters", layer.Parameters.Length);
        IReadOnlyList<ParameterTensor> state = named?.StateTensors ?? Flat("state", layer.State.Length);
        CheckCover(layer, nameof(ILayer.Parameters), parameters, layer.Parameters.Length);
        CheckCover(layer, nameof(ILayer.State), state, layer.State.Length);
        foreach (ParameterTensor tensor in parameters)
        {
            yield return new StoredTensor(prefix + tensor.Name, layer, IsState: false, tensor);
        }

        foreach (ParameterTensor tensor in state)
        {
            yield return new StoredTensor(prefix + tensor.Name, layer, IsState: true, tensor);
        }
    }

    private static ParameterTensor[] Flat(string name, int length) => length == 0 ? [] : [new ParameterTensor(name, [length], 0)];

    // A name list with a gap would lose weights without a word.
    private static void CheckCover(ILayer layer, string buffer, IReadOnlyList<ParameterTensor> tensors, int length)
    {
        int end = 0;
        foreach (ParameterTensor tensor in tensors)
        {
            if (tensor.Offset != end)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"{layer.GetType()} names tensor '{tensor.Name}' of {buffer} at {tensor.Offset}; expected {end}, the end of the tensor before it."));
            }

            end = checked(end + tensor.Length);
        }

        if (end != length)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{layer.GetType()} names {end} of the {length} floats of {buffer}; expected all."));
        }
    }
}
