using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>A contraction bound to a sample block, reduced to strided loops: what is scheduled.</summary>
/// <param name="Name">Names its kernels.</param>
/// <param name="Loops">Loops of extent above 1, the sample among them.</param>
/// <param name="Operands">Output, left, right, then what the epilogue reads.</param>
/// <param name="Accumulate">Whether the sum starts from what the output holds.</param>
/// <param name="Epilogue">The fused elementwise map, or null for a plain store.</param>
internal sealed record Contraction(
    string Name,
    IReadOnlyList<LoopDim> Loops,
    IReadOnlyList<Operand> Operands,
    bool Accumulate,
    Epilogue? Epilogue)
{
    public const int Output = 0;
    public const int Left = 1;
    public const int Right = 2;
    public const int Extras = 3;

    /// <summary>Binds a node, and optionally the map that consumes it, to a number of samples.</summary>
    public static Contraction Of(Contract node, Map? map, int samples)
    {
        Dictionary<string, AxisIndex>? rename = map is null ? null : Epilogue.Rename(node, map);
        Access output = rename is null ? node.Output : map!.Output.Substitute(rename);
        Expression? value = rename is null ? null : map!.Value.Replace(leaf => leaf is Read read ? new Read(read.Access.Substitute(rename)) : null);
        Access[] extras = [.. value?.Reads().Where(read => read.Tensor.Name != node.Output.Tensor.Name) ?? []];
        Access[] accesses = [output, node.Left, node.Right, .. extras];

        var loops = new List<LoopDim>();
        bool sampled = accesses.Any(a => a.Tensor.PerSample);
        foreach (Dim dim in sampled ? [new Dim(Dim.Sample, samples), .. node.Dims] : node.Dims.AsEnumerable())
        {
            if (dim.Extent > 1)
            {
                EquatableArray<long> strides = accesses.Select(a => a.Stride(dim.Name)).ToEquatableArray();
                bool term = node.Output.Uses(dim.Name) && !output.Uses(dim.Name);
                loops.Add(new LoopDim(dim.Name, dim.Extent, strides, [new LoopPart(dim.Extent, strides)], term));
            }
        }

        return new Contraction(
            node.Name,
            loops,
            [.. accesses.Select(a => new Operand(a.Tensor, Places.Of(a.Tensor, samples) + a.Origin))],
            node.Accumulate,
            value is null ? null : new Epilogue(node.Output.Tensor.Name, value, extras, map!.Accumulate));
    }

    public long MultiplyAdds => Loops.Aggregate(1L, (product, loop) => product * loop.Extent);
}

/// <summary>An operand's tensor and the address of its first element.</summary>
internal sealed record Operand(Tensor Tensor, Address Base)
{
    /// <summary>Parameters, and what is computed from them once, are packed at Commit; anything else at each call.</summary>
    public bool IsParameter => Tensor.Region is Region.Parameters or Region.Packed;
}

/// <summary>A loop with its stride in each operand (0: unused).</summary>
/// <param name="Name">The dimension, or the merged ones joined.</param>
/// <param name="Extent">Its trip count.</param>
/// <param name="Strides">Floats per step, by operand.</param>
/// <param name="Parts">The dimensions it was merged from, outermost first.</param>
/// <param name="IsTerm">Whether it counts sums that an epilogue adds up: neither in the output nor part of a sum.</param>
internal sealed record LoopDim(string Name, int Extent, EquatableArray<long> Strides, EquatableArray<LoopPart> Parts, bool IsTerm = false)
{
    public bool Uses(int operand) => Strides[operand] != 0;
}

internal sealed record LoopPart(int Extent, EquatableArray<long> Strides);

/// <summary>Where a tensor lies when a block of samples runs.</summary>
internal static class Places
{
    public static Address Of(Tensor tensor, int samples) =>
        new(tensor.Region.ToString(), tensor.PerSample ? (long)tensor.Offset * samples : tensor.Offset);
}
