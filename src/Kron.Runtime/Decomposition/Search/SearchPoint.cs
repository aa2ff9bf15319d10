using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>One candidate during a search: what a state holds, and one group more.</summary>
/// <param name="Parameters">Floats of all groups.</param>
/// <param name="MultiplyAdds">Multiply-adds per sample of all groups.</param>
/// <param name="Error">Relative error.</param>
/// <param name="State">The groups before.</param>
/// <param name="Shape">The group's shape.</param>
/// <param name="Rank">The group's products.</param>
internal readonly record struct SearchPoint(long Parameters, long MultiplyAdds, double Error, SearchState State, SearchShape Shape, int Rank)
{
    /// <summary>All groups.</summary>
    public IReadOnlyList<ShapeGroup> Groups => [.. State.Groups, Shape.Group(Rank)];
}
