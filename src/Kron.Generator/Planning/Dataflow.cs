using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>The memory region a tensor lives in: the fields of the runtime's KernelFrame.</summary>
internal enum Region
{
    Input,
    Output,
    Parameters,
    Packed,
    TrainingPacked,
    Scratch,
    Tape,
    OutputGradient,
    InputGradient,
    Gradients,
    State,
    Batch,
    BatchGradient,

    /// <summary>Nowhere: a matrix of literals, <see cref="Tensor.Values"/>.</summary>
    Constant,
}

/// <summary>A row-major tensor.</summary>
/// <param name="Name">Unique in a dataflow.</param>
/// <param name="Region">Where it lives.</param>
/// <param name="Extents">Its axes, outermost first (of one sample, when <paramref name="PerSample"/>).</param>
/// <param name="PerSample">Whether each sample has its own; samples then lie one after the other.</param>
/// <param name="Offset">First float in its region; per-sample regions other than tape and scratch hold one tensor at 0.</param>
internal sealed record Tensor(string Name, Region Region, EquatableArray<int> Extents, bool PerSample, int Offset = 0)
{
    private const int LineFloats = 16;
    private const int SetFloats = 512;

    /// <summary>The elements of a constant; empty for every other tensor.</summary>
    public EquatableArray<float> Values { get; init; } = [];

    public int Size => Extents.Aggregate(1, (size, extent) => checked(size * extent));

    /// <summary>A dimension for each axis, to walk the tensor whole.</summary>
    public EquatableArray<Dim> Dims => Extents.Select((extent, axis) => new Dim("d" + Invariant.Text(axis), extent)).ToEquatableArray();

    /// <summary>
    /// Floats from one sample to the next. Intermediates whose samples would start at equal offsets of a page lie a line further
    /// apart: rows of several samples would take each other's place in the first-level cache.
    /// </summary>
    public int SampleStride => Region is Region.Scratch or Region.Tape && Size % SetFloats == 0 ? checked(Size + LineFloats) : Size;

    public int Stride(int axis) => Extents.Skip(axis + 1).Aggregate(1, (stride, extent) => stride * extent);
}

/// <summary>A named loop dimension of a node. It is parallel where the output index uses it, else reduced.</summary>
internal sealed record Dim(string Name, int Extent)
{
    /// <summary>The batch: its extent is the sample block's and is bound at lowering.</summary>
    public const string Sample = "s";
}

/// <summary>One axis of an access: <c>Offset + Σ Coefficient·dim</c>.</summary>
internal sealed record AxisIndex(EquatableArray<DimTerm> Terms, int Offset = 0)
{
    public static AxisIndex Of(params (string Dim, int Coefficient)[] terms) =>
        new(terms.Select(t => new DimTerm(t.Dim, t.Coefficient)).ToEquatableArray());
}

internal sealed record DimTerm(string Dim, int Coefficient);

/// <summary>An affine index map into a tensor. Elements outside the tensor's extents read as zero and are not written (padding).</summary>
/// <remarks>The sample of a per-sample tensor is implicit.</remarks>
internal sealed record Access(Tensor Tensor, EquatableArray<AxisIndex> Axes)
{
    /// <summary>Every element by the tensor's own dimensions.</summary>
    public static Access Whole(Tensor tensor) => new(tensor, tensor.Dims.Select(d => AxisIndex.Of((d.Name, 1))).ToEquatableArray());

    /// <summary>Element of the tensor at the given dimensions' values, or null outside.</summary>
    public long? Element(IReadOnlyDictionary<string, int> at)
    {
        long element = 0;
        for (int axis = 0; axis < Axes.Count; axis++)
        {
            long index = Axes[axis].Offset + Axes[axis].Terms.Sum(t => (long)t.Coefficient * at[t.Dim]);
            if (index < 0 || index >= Tensor.Extents[axis])
            {
                return null;
            }

            element += index * Tensor.Stride(axis);
        }

        return element;
    }

    /// <summary>Floats by which the address moves when the dimension grows by one.</summary>
    public long Stride(string dim) => dim == Dim.Sample
        ? (Tensor.PerSample ? Tensor.SampleStride : 0)
        : Axes.Select((axis, index) => axis.Terms.Where(t => t.Dim == dim).Sum(t => (long)t.Coefficient) * Tensor.Stride(index)).Sum();

    /// <summary>Offset of the first element from the start of the tensor.</summary>
    public long Origin => Axes.Select((axis, index) => (long)axis.Offset * Tensor.Stride(index)).Sum();

    public Access Rename(Tensor from, Tensor to) => Tensor.Name == from.Name ? this with { Tensor = to } : this;

    public bool Uses(string dim) => dim == Dim.Sample
        ? Tensor.PerSample
        : Axes.Any(axis => axis.Terms.Any(t => t.Dim == dim && t.Coefficient != 0));
}

/// <summary>A node of the dataflow. Every node reads tensors that earlier nodes wrote.</summary>
/// <param name="Name">Names its kernels.</param>
/// <param name="Dims">Its dimensions except the sample, outermost first as written in the formula.</param>
/// <param name="Accumulate">Whether it adds to what its destination holds (else it overwrites all of it).</param>
internal abstract record Node(string Name, EquatableArray<Dim> Dims, bool Accumulate)
{
    public abstract Tensor Destination { get; }

    public abstract IEnumerable<Tensor> Sources { get; }

    /// <summary>The node with one tensor put for another of the same size, wherever it occurs.</summary>
    public abstract Node Rename(Tensor from, Tensor to);
}

/// <summary><c>output[…] += left[…] · right[…]</c>, summed over the dimensions the output does not use (the sample among them).</summary>
internal sealed record Contract(
    string Name,
    EquatableArray<Dim> Dims,
    Access Output,
    Access Left,
    Access Right,
    bool Accumulate) : Node(Name, Dims, Accumulate)
{
    public override Tensor Destination => Output.Tensor;

    public override IEnumerable<Tensor> Sources => [Left.Tensor, Right.Tensor];

    /// <summary>Whether the right operand is a small matrix of literals.</summary>
    public bool IsTransform => Right.Tensor.Region == Region.Constant;

    public override Node Rename(Tensor from, Tensor to) =>
        this with { Output = Output.Rename(from, to), Left = Left.Rename(from, to), Right = Right.Rename(from, to) };

    /// <summary>The contraction over other dimensions, with affine indices of these for its own.</summary>
    public Contract Substitute(IReadOnlyDictionary<string, AxisIndex> index, IEnumerable<Dim> dims) => this with
    {
        Dims = dims.ToEquatableArray(),
        Output = Output.Substitute(index),
        Left = Left.Substitute(index),
        Right = Right.Substitute(index),
    };

    /// <summary>The part of the contraction in which a dimension takes consecutive values.</summary>
    public Contract Restrict(string dim, int first, int count) => Substitute(
        new Dictionary<string, AxisIndex> { [dim] = AxisIndex.Of((dim, 1)) with { Offset = first } },
        Dims.Select(d => d.Name == dim ? d with { Extent = count } : d));
}

/// <summary>
/// Running box sums: <c>output[…, j, …] = Σ_{0 ≤ k &lt; Window} input[…, j + k + offset, …]</c>, elements outside of the input zero. The
/// adjoint is the same with offset <c>1 − Window − offset</c>. <c>Along</c> names j, which has that axis of the input to itself.
/// </summary>
internal sealed record WindowSum(
    string Name,
    EquatableArray<Dim> Dims,
    Access Output,
    Access Input,
    string Along,
    int Window,
    bool Accumulate) : Node(Name, Dims, Accumulate)
{
    public override Tensor Destination => Output.Tensor;

    public override IEnumerable<Tensor> Sources => [Input.Tensor];

    public override Node Rename(Tensor from, Tensor to) => this with { Output = Output.Rename(from, to), Input = Input.Rename(from, to) };
}

/// <summary>An elementwise expression, folded into its destination over the dimensions the destination does not use.</summary>
/// <remarks>A maximum or minimum leaves out the points that read outside of a tensor (padding never wins); over no points at all it is its neutral element.</remarks>
internal sealed record Map(
    string Name,
    EquatableArray<Dim> Dims,
    Access Output,
    Fold Fold,
    Expression Value,
    bool Accumulate) : Node(Name, Dims, Accumulate)
{
    /// <summary>Sets all of a tensor to zero.</summary>
    public static Map Clear(Tensor tensor, string name = "Clear") => new(name, tensor.Dims, Access.Whole(tensor), Fold.Store, new Literal(0), false);

    public override Tensor Destination => Output.Tensor;

    public override IEnumerable<Tensor> Sources => Value.Reads().Select(read => read.Tensor).Distinct();

    public override Node Rename(Tensor from, Tensor to) => this with
    {
        Output = Output.Rename(from, to),
        Value = Value.Replace(leaf => leaf is Read read ? new Read(read.Access.Rename(from, to)) : null),
    };
}

internal enum Fold
{
    /// <summary>Nothing is reduced.</summary>
    Store,
    Add,
    Max,
    Min,
}

/// <summary>The nodes of one pass, in an order in which they can run.</summary>
internal sealed record Dataflow(EquatableArray<Node> Nodes);
