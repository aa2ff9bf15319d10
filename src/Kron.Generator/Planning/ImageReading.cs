using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>How a group reads its input as an n1 × n2 matrix. Formulation III's swap of h and w is only this index map.</summary>
/// <param name="N1Dims">The dimensions that make up n1.</param>
/// <param name="N2Dims">The dimensions that make up n2.</param>
/// <param name="N1">The index n1.</param>
/// <param name="N2">The index n2.</param>
/// <param name="Input">The flat index into the input.</param>
internal sealed record ImageReading(EquatableArray<Dim> N1Dims, EquatableArray<Dim> N2Dims, AxisIndex N1, AxisIndex N2, AxisIndex Input)
{
    public static ImageReading Of(GroupSpec g, ImageSpec? image) => g.Formulation == FormulationKind.III && image is not null
        ? new(
            [new Dim("c", image.Channels), new Dim("w", image.Width)],
            [new Dim("h", image.Height)],
            AxisIndex.Of(("c", image.Width), ("w", 1)),
            AxisIndex.Of(("h", 1)),
            AxisIndex.Of(("c", image.Height * image.Width), ("h", image.Width), ("w", 1)))
        : new(
            [new Dim("n1", g.N1)],
            [new Dim("n2", g.N2)],
            AxisIndex.Of(("n1", 1)),
            AxisIndex.Of(("n2", 1)),
            AxisIndex.Of(("n1", g.N2), ("n2", 1)));
}
