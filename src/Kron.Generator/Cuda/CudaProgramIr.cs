using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Cuda;

/// <summary>Everything that the runtime needs to run a layer through cuBLAS: what <see cref="CudaEmitter"/> writes as constants.</summary>
/// <param name="Parameters">How each parameter lies on the device, in canonical order.</param>
/// <param name="Forward">Inference.</param>
/// <param name="Record">The forward pass that fills the tape.</param>
/// <param name="Backward">Parameter gradients.</param>
/// <param name="InputGradient">The rest of the backward pass, run on Backward's scratch.</param>
/// <param name="Kernels">The elementwise kernels that these launch, each once.</param>
/// <param name="ForwardScratch">Scratch floats per sample of inference and of the recording pass.</param>
/// <param name="BackwardScratch">Scratch floats per sample of the two backward passes.</param>
/// <param name="Tape">Tape floats per sample.</param>
/// <param name="Partials">Floats of partial sums, whatever the batch.</param>
/// <param name="Ones">Ones that are needed beside one for each sample of a chunk.</param>
/// <param name="Orders">A line per shape group that tells its contraction order.</param>
internal sealed record CudaProgramIr(
    EquatableArray<DeviceParameter> Parameters,
    EquatableArray<DeviceCall> Forward,
    EquatableArray<DeviceCall> Record,
    EquatableArray<DeviceCall> Backward,
    EquatableArray<DeviceCall> InputGradient,
    EquatableArray<DeviceKernel> Kernels,
    int ForwardScratch,
    int BackwardScratch,
    int Tape,
    long Partials,
    long Ones,
    EquatableArray<string> Orders);

/// <summary>
/// A parameter on the device: the same floats from the same offset on, row-major by <paramref name="Axes"/>, so that the dimensions which a
/// matrix product treats alike lie beside each other.
/// </summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Offset">The first float in the parameters, here and there.</param>
/// <param name="Axes">Outermost first: the extent, and the stride in the canonical order.</param>
internal sealed record DeviceParameter(string Name, int Offset, EquatableArray<DeviceAxis> Axes)
{
    /// <summary>Whether the device's order is the canonical one.</summary>
    public bool IsCanonical => Axes.Select((axis, k) => axis.CanonicalStride == Axes.Skip(k + 1).Aggregate(1L, (stride, inner) => stride * inner.Extent)).All(same => same);
}

/// <param name="Dim">The dimension that walks it.</param>
/// <param name="Extent">How many there are.</param>
/// <param name="CanonicalStride">Floats from one to the next in the canonical order.</param>
internal sealed record DeviceAxis(string Dim, int Extent, long CanonicalStride);

/// <summary>A number of the call plan: fixed, or that many for each sample of the chunk.</summary>
internal readonly record struct BatchExtent(long Count, bool PerSample = false)
{
    public static readonly BatchExtent One = new(1);

    /// <summary>A guess at a chunk, to compare what depends on the batch with what does not.</summary>
    public long Typical => PerSample ? Count * 1024 : Count;

    public static BatchExtent operator *(BatchExtent a, BatchExtent b) => new(checked(a.Count * b.Count), a.PerSample || b.PerSample);
}

/// <summary>Where a tensor begins.</summary>
internal readonly record struct DevicePlace(DeviceRegion Region, BatchExtent Offset);

// The values of the runtime's CudaRegion, in their order.
internal enum DeviceRegion
{
    Input,
    Output,
    Parameters,
    Scratch,
    Tape,
    OutputGradient,
    InputGradient,
    Gradients,
    Partials,
    Ones,
}

/// <summary>One call of the plan.</summary>
/// <param name="Name">What the dataflow calls it.</param>
internal abstract record DeviceCall(string Name);

/// <summary>A matrix product C ← A·B + β·C, column-major as cuBLAS takes it, repeated over a batch and over loops around that.</summary>
internal sealed record DeviceGemm(string Name, DeviceMatrix A, DeviceMatrix B, DeviceMatrix C, BatchExtent M, BatchExtent N, BatchExtent K) : DeviceCall(Name)
{
    public bool TransposeA { get; init; }

    public bool TransposeB { get; init; }

    /// <summary>What it computes, for the reader.</summary>
    public string Formula { get; init; } = "";

    /// <summary>Whether it adds to what C holds.</summary>
    public bool Accumulate { get; init; }

    /// <summary>The products of one call: the first repetition; further ones are calls of their own.</summary>
    public EquatableArray<Repetition> Repetitions { get; init; } = [];
}

/// <param name="Place">Its first element.</param>
/// <param name="Leading">Floats between columns.</param>
internal readonly record struct DeviceMatrix(DevicePlace Place, BatchExtent Leading);

/// <summary>A repetition of a product, with the floats by which each operand moves.</summary>
/// <param name="Count">How often.</param>
/// <param name="A">A's step.</param>
/// <param name="B">B's step.</param>
/// <param name="C">C's step; 0 where the products are added up.</param>
internal sealed record Repetition(long Count, BatchExtent A, BatchExtent B, BatchExtent C);

/// <summary>A launch of an elementwise kernel.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="Items">Threads.</param>
/// <param name="Operands">The destination, then the sources.</param>
internal sealed record DeviceLaunch(string Kernel, BatchExtent Items, EquatableArray<DeviceOperand> Operands) : DeviceCall(Kernel);

/// <param name="Place">The tensor's first float.</param>
/// <param name="Length">Its floats.</param>
internal readonly record struct DeviceOperand(DevicePlace Place, BatchExtent Length);

/// <summary>An elementwise kernel: what one thread does, in words that C# and CUDA C have in common.</summary>
/// <param name="Name">Unique in the program.</param>
/// <param name="Operands">How many pointers it takes, p0, p1, …; p0 is written.</param>
/// <param name="Body">Statements over <c>t</c>, the thread, and <c>batch</c>, the samples.</param>
internal sealed record DeviceKernel(string Name, int Operands, EquatableArray<string> Body);
