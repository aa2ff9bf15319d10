using System.Collections.Generic;
using Kron.Generator.Spec;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>A pool.</summary>
internal sealed record CheckedPool(WindowSpec Window, bool IsMaximum) : CheckedCase
{
    public override string Name
    {
        get
        {
            (int channels, int height, int width, int rows, int columns, int down, int right, int top, int left) = Window;
            return $"{(IsMaximum ? "maximum" : "mean")} of {rows} × {columns}, stride {down} × {right}, padding {top} × {left}, over {channels} × {height} × {width}";
        }
    }

    public override IReadOnlyList<string> Checks { get; } = OnBothSides(PoolMeasurement.Results);

    public override IEnumerable<Deviation> Run(ILayer layer) => OnBothSides(atEnd => PoolMeasurement.Of(Window, IsMaximum, layer, Batch, seed: Window.Width, atEnd));

    public override string ToString() => Name;
}
