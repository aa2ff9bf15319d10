using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>The kernel [outputs, channels, height, width] of a convolution, and what its attribute makes it of.</summary>
internal sealed record KernelShape(int Outputs, int Channels, int Height, int Width)
{
    public EquatableArray<GroupSpec> Groups { get; init; } = [];

    public StructuredSpec? Structured { get; init; }
}
