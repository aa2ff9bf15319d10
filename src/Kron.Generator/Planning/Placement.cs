using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>Gives every intermediate its offset in the scratch or on the tape, in floats per sample.</summary>
internal sealed class Placement
{
    private readonly Dictionary<string, Tensor> _placed = [];
    private readonly HashSet<string> _saved;

    public Placement(IEnumerable<string>? saved = null) => _saved = [.. saved ?? []];

    /// <summary>Places the backward pass, which reads the tape as <paramref name="forward"/> wrote it.</summary>
    public Placement(Placement forward)
        : this(forward._saved)
    {
        foreach (Tensor tensor in forward._placed.Values.Where(t => t.Region == Region.Tape))
        {
            _placed.Add(tensor.Name, tensor);
        }
    }

    public int ScratchFloats { get; private set; }

    public int TapeFloats { get; private set; }

    public Dataflow Place(IReadOnlyList<Node> nodes)
    {
        var result = new List<Node>();
        foreach (Node node in nodes)
        {
            Node placed = node;
            foreach (Tensor tensor in node.Sources.Append(node.Destination).Where(t => t.Region == Region.Scratch).Distinct())
            {
                placed = placed.Rename(tensor, PlaceOf(tensor));
            }

            result.Add(placed);
        }

        return new Dataflow(result.ToEquatableArray());
    }

    private Tensor PlaceOf(Tensor tensor)
    {
        if (!_placed.TryGetValue(tensor.Name, out Tensor? placed))
        {
            // A block's tensors start at Offset · samples, so they are aligned for every block size.
            int size = CacheLines.Align(tensor.SampleStride);
            if (_saved.Contains(tensor.Name))
            {
                placed = tensor with { Region = Region.Tape, Offset = TapeFloats };
                TapeFloats = checked(TapeFloats + size);
            }
            else
            {
                placed = tensor with { Offset = ScratchFloats };
                ScratchFloats = checked(ScratchFloats + size);
            }

            _placed.Add(tensor.Name, placed);
        }

        return placed;
    }
}
