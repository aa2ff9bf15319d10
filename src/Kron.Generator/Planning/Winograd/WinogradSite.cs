using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning.Winograd;

/// <summary>A contraction that slides a kernel of three taps over rows or columns, pixel by pixel.</summary>
/// <param name="Contract">The contraction.</param>
/// <param name="Pixel">The output's dimension along the axis.</param>
/// <param name="Tap">The kernel's.</param>
/// <param name="Axis">The axis of what is read.</param>
/// <param name="OutputAxis">The axis of what is written.</param>
/// <param name="StripAxis">The axis of what is written along which strips are cut: rows.</param>
internal sealed record WinogradSite(Contract Contract, Dim Pixel, Dim Tap, int Axis, int OutputAxis, int StripAxis)
{
    private const string Point = "wt", Tile = "wy", Element = "wk", Row = "wj";

    /// <summary>Along rows where there is a choice: neighbours along columns are what lies in the lanes.</summary>
    public static WinogradSite? Of(Contract contract)
    {
        Access read = contract.Left, weight = contract.Right;
        if (contract.Accumulate || weight.Tensor.Region != Region.Parameters || !read.Tensor.PerSample || !contract.Output.Tensor.PerSample)
        {
            return null;
        }

        for (int axis = 0; axis < read.Axes.Count; axis++)
        {
            AxisIndex index = read.Axes[axis];
            if (index.Terms.Count != 2 || index.Terms.Any(t => t.Coefficient != 1))
            {
                continue;
            }

            Dim[] dims = [.. index.Terms.Select(t => contract.Dims.First(d => d.Name == t.Dim))];
            Dim? tap = dims.FirstOrDefault(d => !contract.Output.Uses(d.Name)), pixel = dims.FirstOrDefault(d => contract.Output.Uses(d.Name));
            if (tap is { Extent: WinogradForm.Taps } && pixel is { Extent: > 1 } && !weight.Uses(pixel.Name) && AxisOf(weight, tap) >= 0 && AxisOf(contract.Output, pixel) is var output and >= 0
                && StripAxisOf(contract, axis, output) is var strip and >= 0)
            {
                return new WinogradSite(contract, pixel, tap, axis, output, strip);
            }
        }

        return null;
    }

    /// <summary>Rows of the output that a strip has at least.</summary>
    public int RowsPerTile(WinogradForm form) => IsAlongRows ? form.Outputs : 1;

    /// <summary>Rows of the output.</summary>
    public int Rows => ExtentOf(Along);

    /// <summary>The first of them in the tensor that is written, inside of its borders.</summary>
    public int FirstRow => RangeOf(Contract.Output.Axes[StripAxis]).Min;

    /// <summary>Whether tiles of the form fill the axis: columns that are left would be a vector of one lane.</summary>
    public bool Fits(WinogradForm form) => form.Outputs <= Pixel.Extent && (IsAlongRows || Pixel.Extent % form.Outputs == 0);

    /// <summary>The weights as the products take them, [n, …]: computed from the parameters once.</summary>
    public Tensor Kernel(WinogradForm form, int offset) => new(
        $"{Contract.Right.Tensor.Name}_winograd{Invariant.Text(form.Outputs)}",
        Region.Packed,
        [form.Points, .. Contract.Right.Tensor.Extents.Where((_, k) => k != AxisOf(Contract.Right, Tap))],
        PerSample: false,
        offset);

    /// <summary>The node that computes them.</summary>
    public Contract TransformKernel(WinogradForm form, int offset)
    {
        Tensor source = Contract.Right.Tensor;
        int tapAxis = AxisOf(Contract.Right, Tap);
        Dim[] dims = [.. source.Dims];
        return new Contract(
            "TransformKernel",
            [.. dims.Where((_, k) => k != tapAxis), new Dim(Point, form.Points), new Dim(Element, WinogradForm.Taps)],
            new Access(Kernel(form, offset), [Index(Point), .. dims.Where((_, k) => k != tapAxis).Select(d => Index(d.Name))]),
            new Access(source, dims.Select((d, k) => Index(k == tapAxis ? Element : d.Name)).ToEquatableArray()),
            new Access(form.Kernel, [Index(Point), Index(Element)]),
            false);
    }

    /// <summary>The site on consecutive rows of the output.</summary>
    public WinogradSite Strip(int first, int rows)
    {
        Contract part = Contract.Restrict(Along, first, rows);
        return this with { Contract = part, Pixel = part.Dims.First(d => d.Name == Pixel.Name) };
    }

    /// <summary>Floats per sample of the transformed input and of the products.</summary>
    public (int Input, int Products) Scratch(WinogradForm form) =>
        (Tiled(Contract.Left, "", Axis, form, 0).SampleStride, Tiled(Contract.Output, "", OutputAxis, form, 0).SampleStride);

    /// <summary>The nodes that compute the output: whole tiles, or a single one that has fewer results.</summary>
    /// <param name="form">F(m, 3).</param>
    /// <param name="kernel">Where the transformed weights lie.</param>
    /// <param name="input">Where the transformed input lies.</param>
    /// <param name="products">Where the products lie.</param>
    /// <param name="map">The elementwise map over the sums of the whole output, where it is all that reads them.</param>
    public IEnumerable<Node> Nodes(WinogradForm form, int kernel, int input, int products, Map? map)
    {
        Access read = Contract.Left, output = Contract.Output;
        Tensor transformed = Tiled(read, "t", Axis, form, input), product = Tiled(output, "w", OutputAxis, form, products);
        int results = Math.Min(form.Outputs, Pixel.Extent);
        Dim points = new(Point, form.Points), tile = new(Tile, TilesOf(form));
        (int Min, int Extent)[] reads = Ranges(read, Axis), writes = Ranges(output, OutputAxis);
        Dim[] around = [.. reads.Select((r, k) => new Dim("r" + Invariant.Text(k), r.Extent))], written = [.. writes.Select((r, k) => new Dim("o" + Invariant.Text(k), r.Extent))];

        yield return new Contract(
            "TransformInput",
            [.. Except(around, Axis), points, tile, new Dim(Element, form.Points)],
            new Access(transformed, Split(around.Select(d => Index(d.Name)), Axis)),
            new Access(read.Tensor, around.Select((d, k) => (k == Axis ? AxisIndex.Of((Tile, form.Outputs), (Element, 1)) : Index(d.Name)) with { Offset = reads[k].Min }).ToEquatableArray()),
            new Access(form.Input, [Index(Point), Index(Element)]),
            false);

        yield return new Contract(
            "Winograd" + Contract.Name,
            [.. Contract.Dims.Where(d => d.Name != Pixel.Name && d.Name != Tap.Name), points, tile],
            new Access(product, Split(FromZero(output, OutputAxis), OutputAxis)),
            new Access(transformed, Split(FromZero(read, Axis), Axis)),
            new Access(Kernel(form, kernel), [Index(Point), .. Contract.Right.Axes.Where((_, k) => k != AxisOf(Contract.Right, Tap))]),
            false);

        var sums = new Contract(
            "TransformOutput",
            [.. Except(written, OutputAxis), tile, new Dim(Row, results), points],
            new Access(output.Tensor, written.Select((d, k) => (k == OutputAxis ? AxisIndex.Of((Tile, form.Outputs), (Row, 1)) : Index(d.Name)) with { Offset = writes[k].Min }).ToEquatableArray()),
            new Access(product, Split(written.Select(d => Index(d.Name)), OutputAxis)),
            new Access(form.OutputOf(results), [Index(Row), Index(Point)]),
            false);
        foreach (Node node in RowStrips.WithMap(sums, map, StripAxis, FirstRow, Rows))
        {
            yield return node;
        }
    }

    private bool IsAlongRows => StripAxis == OutputAxis;

    private string Along => Contract.Output.Axes[StripAxis].Terms[0].Dim;

    private int TilesOf(WinogradForm form) => Math.Max(1, Pixel.Extent / form.Outputs);

    private int ExtentOf(string dim) => Contract.Dims.First(d => d.Name == dim).Extent;

    /// <summary>The output axis of rows: the one that tiles are cut of, or before it where tiles lie in the lanes; −1 where there is none.</summary>
    private static int StripAxisOf(Contract contract, int axis, int output)
    {
        bool isInnermost = axis == contract.Left.Axes.Count - 1;
        if (isInnermost != (output == contract.Output.Axes.Count - 1))
        {
            return -1;
        }

        int strip = isInnermost ? output - 1 : output;
        return strip >= 0 && RowStrips.PlainDim(contract.Output.Axes[strip]) is { } row && contract.Left.Axes[axis - output + strip].Terms.Any(t => t.Dim == row) ? strip : -1;
    }

    /// <summary>What an access walks, the axis split into points and tiles. Strips of one size share their kernels, and so the name.</summary>
    private Tensor Tiled(Access access, string prefix, int axis, WinogradForm form, int offset) => new(
        $"{prefix}{access.Tensor.Name}_{Invariant.Text(Rows)}",
        Region.Scratch,
        Split(Ranges(access, axis).Select(r => r.Extent), axis, form.Points, TilesOf(form)),
        PerSample: true,
        offset);

    private EquatableArray<AxisIndex> Split(IEnumerable<AxisIndex> axes, int axis) => Split(axes, axis, Index(Point), Index(Tile));

    /// <summary>Tiles in the axis' place, points before it; where it is the innermost one, before the rows, so that these lie together.</summary>
    private EquatableArray<T> Split<T>(IEnumerable<T> axes, int axis, T points, T tiles)
        where T : IEquatable<T> =>
        axes.SelectMany((index, k) => (k == axis + StripAxis - OutputAxis ? (T[])[points] : []).Append(k == axis ? tiles : index)).ToEquatableArray();

    /// <summary>What an access walks of each axis: inside of its tensor, but for the axis that the form's transforms cut.</summary>
    private (int Min, int Extent)[] Ranges(Access access, int axis) =>
    [
        .. access.Axes.Select((index, k) =>
        {
            (int min, int max) = RangeOf(index);
            (min, max) = k == axis ? (min, max) : (Math.Max(min, 0), Math.Min(max, access.Tensor.Extents[k] - 1));
            return (min, max + 1 - min);
        }),
    ];

    private EquatableArray<AxisIndex> FromZero(Access access, int axis)
    {
        (int Min, int Extent)[] ranges = Ranges(access, axis);
        return access.Axes.Select((a, k) => a with { Offset = a.Offset - ranges[k].Min }).ToEquatableArray();
    }

    private static IEnumerable<Dim> Except(Dim[] dims, int axis) => dims.Where((_, k) => k != axis);

    private (int Min, int Max) RangeOf(AxisIndex axis) => ZeroExtension.Range(axis, Contract.Dims) is var (min, max) ? ((int)min, (int)max) : default;

    private static AxisIndex Index(string dim) => AxisIndex.Of((dim, 1));

    /// <summary>The axis that is this dimension, whatever its first index, or −1.</summary>
    private static int AxisOf(Access access, Dim dim)
    {
        for (int axis = 0; axis < access.Axes.Count; axis++)
        {
            if (RowStrips.PlainDim(access.Axes[axis]) == dim.Name)
            {
                return axis;
            }
        }

        return -1;
    }
}
