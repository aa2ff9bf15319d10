using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning.Winograd;

/// <summary>A contraction that slides a kernel of three taps over an axis other than the innermost, pixel by pixel.</summary>
/// <param name="Contract">The contraction.</param>
/// <param name="Pixel">The output's dimension along the axis.</param>
/// <param name="Tap">The kernel's.</param>
/// <param name="Axis">The axis of what is read.</param>
/// <param name="OutputAxis">The axis of what is written.</param>
internal sealed record WinogradSite(Contract Contract, Dim Pixel, Dim Tap, int Axis, int OutputAxis)
{
    private const string Point = "wt", Tile = "wy", Element = "wk", Row = "wj";

    public static WinogradSite? Of(Contract contract)
    {
        Access read = contract.Left, weight = contract.Right;
        if (contract.Accumulate || weight.Tensor.Region != Region.Parameters || !read.Tensor.PerSample || !contract.Output.Tensor.PerSample)
        {
            return null;
        }

        for (int axis = 0; axis < read.Axes.Count - 1; axis++)
        {
            AxisIndex index = read.Axes[axis];
            if (index.Terms.Count != 2 || index.Terms.Any(t => t.Coefficient != 1))
            {
                continue;
            }

            Dim[] dims = [.. index.Terms.Select(t => contract.Dims.First(d => d.Name == t.Dim))];
            Dim? tap = dims.FirstOrDefault(d => !contract.Output.Uses(d.Name)), pixel = dims.FirstOrDefault(d => contract.Output.Uses(d.Name));
            if (tap is { Extent: WinogradForm.Taps } && pixel is { Extent: > 1 } && !weight.Uses(pixel.Name) && AxisOf(weight, tap) >= 0 && AxisOf(contract.Output, pixel) is var output and >= 0)
            {
                return new WinogradSite(contract, pixel, tap, axis, output);
            }
        }

        return null;
    }

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
            new Access(Kernel(form, offset), [Along(Point), .. dims.Where((_, k) => k != tapAxis).Select(d => Along(d.Name))]),
            new Access(source, dims.Select((d, k) => Along(k == tapAxis ? Element : d.Name)).ToEquatableArray()),
            new Access(form.Kernel, [Along(Point), Along(Element)]),
            false);
    }

    /// <summary>Floats per sample of the transformed input and of the products, for so many tiles.</summary>
    public (int Input, int Products) Scratch(WinogradForm form, int tiles) =>
        (Tiled(Contract.Left.Tensor, "", Axis, form, tiles, 0).SampleStride, Tiled(Written, "", OutputAxis, form, tiles, 0).SampleStride);

    /// <summary>What the contraction writes of its output: not the borders around it.</summary>
    private Tensor Written => Contract.Output.Tensor with { Extents = Contract.Output.Axes.Select(axis => RangeOf(axis) is var (min, max) ? max + 1 - min : 0).ToEquatableArray() };

    /// <summary>The nodes that compute consecutive rows of the output: those of whole tiles, or of one that has fewer rows.</summary>
    /// <param name="form">F(m, 3).</param>
    /// <param name="row">The first row, a multiple of m.</param>
    /// <param name="tiles">Tiles.</param>
    /// <param name="rows">Rows of each, at most m.</param>
    /// <param name="kernel">Where the transformed weights lie.</param>
    /// <param name="scratch">Where the transformed input and then the products lie.</param>
    /// <param name="map">The elementwise map over the sums, where it is all that reads them.</param>
    public IEnumerable<Node> Rows(WinogradForm form, int row, int tiles, int rows, int kernel, int scratch, Map? map)
    {
        Access read = Contract.Left, output = Contract.Output;
        int[] first = [.. output.Axes.Select(axis => RangeOf(axis).Min)];
        Tensor input = Tiled(read.Tensor, "t", Axis, form, tiles, scratch);
        Tensor products = Tiled(Written, "w", OutputAxis, form, tiles, scratch + Scratch(form, Math.Max(tiles, 1)).Input);
        Dim points = new(Point, form.Points), tile = new(Tile, tiles);
        Dim[] around = [.. read.Tensor.Dims], written = [.. Written.Dims];

        yield return new Contract(
            "TransformInput",
            [.. Except(around, Axis), points, tile, new Dim(Element, form.Points)],
            new Access(input, Split(around, Axis)),
            new Access(read.Tensor, around.Select((d, k) => k == Axis
                ? AxisIndex.Of((Tile, form.Outputs), (Element, 1)) with { Offset = read.Axes[Axis].Offset + row }
                : Along(d.Name)).ToEquatableArray()),
            new Access(form.Input, [Along(Point), Along(Element)]),
            false);

        yield return new Contract(
            "Winograd" + Contract.Name,
            [.. Contract.Dims.Where(d => d.Name != Pixel.Name && d.Name != Tap.Name), points, tile],
            new Access(products, Split(output with { Axes = output.Axes.Select((axis, k) => axis with { Offset = axis.Offset - first[k] }).ToEquatableArray() }, OutputAxis)),
            new Access(input, Split(read, Axis)),
            new Access(Kernel(form, kernel), [Along(Point), .. Contract.Right.Axes.Where((_, k) => k != AxisOf(Contract.Right, Tap))]),
            false);

        // Rows whose sums nothing else reads are a tensor of their own that is never stored.
        Tensor sums = map is null
            ? output.Tensor
            : output.Tensor with { Name = $"{output.Tensor.Name}_{Invariant.Text(row)}", Region = Region.Scratch, Offset = 0, Extents = output.Tensor.Extents.Select((e, k) => k == OutputAxis ? tiles * rows : e).ToEquatableArray() };
        yield return new Contract(
            "TransformOutput",
            [.. Except(written, OutputAxis), tile, new Dim(Row, rows), points],
            new Access(sums, written.Select((d, k) => k == OutputAxis
                ? AxisIndex.Of((Tile, form.Outputs), (Row, 1)) with { Offset = first[k] + (map is null ? row : 0) }
                : Along(d.Name) with { Offset = first[k] }).ToEquatableArray()),
            new Access(products, Split(written, OutputAxis)),
            new Access(form.OutputOf(rows), [Along(Row), Along(Point)]),
            false);
        if (map is not null)
        {
            yield return Rows(map, sums, row, tiles * rows);
        }
    }

    /// <summary>The part of the map that reads so many rows of the sums.</summary>
    private Map Rows(Map map, Tensor sums, int row, int count)
    {
        Access whole = map.Value.Reads().First(r => r.Tensor.Name == Contract.Output.Tensor.Name);
        string dim = whole.Axes[OutputAxis].Terms.Single().Dim;
        var shift = new Dictionary<string, AxisIndex> { [dim] = Along(dim) with { Offset = row } };
        return map with
        {
            Dims = map.Dims.Select(d => d.Name == dim ? d with { Extent = count } : d).ToEquatableArray(),
            Output = map.Output.Substitute(shift),
            Value = map.Value.Replace(leaf => leaf is not Read read ? null : new Read(read.Access.Tensor.Name == sums.Name || read.Access.Equals(whole) ? read.Access with { Tensor = sums } : read.Access.Substitute(shift))),
        };
    }

    // Strips of one size share their kernels, and so the name.
    private static Tensor Tiled(Tensor tensor, string prefix, int axis, WinogradForm form, int tiles, int offset) => new(
        $"{prefix}{tensor.Name}_{Invariant.Text(tiles)}",
        Region.Scratch,
        tensor.Extents.SelectMany((extent, k) => k == axis ? (int[])[form.Points, tiles] : [extent]).ToEquatableArray(),
        PerSample: true,
        offset);

    private static EquatableArray<AxisIndex> Split(Access access, int axis) =>
        access.Axes.SelectMany((index, k) => k == axis ? (AxisIndex[])[Along(Point), Along(Tile)] : [index]).ToEquatableArray();

    private static EquatableArray<AxisIndex> Split(Dim[] dims, int axis) =>
        dims.SelectMany((d, k) => k == axis ? (AxisIndex[])[Along(Point), Along(Tile)] : [Along(d.Name)]).ToEquatableArray();

    private static IEnumerable<Dim> Except(Dim[] dims, int axis) => dims.Where((_, k) => k != axis);

    private (int Min, int Max) RangeOf(AxisIndex axis) => ZeroExtension.Range(axis, Contract.Dims) is var (min, max) ? ((int)min, (int)max) : default;

    private static AxisIndex Along(string dim) => AxisIndex.Of((dim, 1));

    /// <summary>The axis that is this dimension, or −1.</summary>
    private static int AxisOf(Access access, Dim dim)
    {
        for (int axis = 0; axis < access.Axes.Count; axis++)
        {
            if (access.Axes[axis].Equals(Along(dim.Name)))
            {
                return axis;
            }
        }

        return -1;
    }
}
