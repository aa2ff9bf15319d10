using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Cuda;

/// <summary>Consecutive dimensions of a contraction that all its operands walk as one.</summary>
/// <param name="Extent">How many points.</param>
/// <param name="Output">The output's stride; 0 where the run is reduced.</param>
/// <param name="Left">The left operand's.</param>
/// <param name="Right">The right operand's.</param>
internal sealed record IndexRun(BatchExtent Extent, BatchExtent Output, BatchExtent Left, BatchExtent Right)
{
    /// <summary>The index of a matrix that has one row or column.</summary>
    public static readonly IndexRun Single = new(BatchExtent.One, default, default, default);

    public bool IsReduced => Output.Count == 0;

    /// <summary>Merges what can be walked as one; the runs that are left, outermost first.</summary>
    public static IReadOnlyList<IndexRun> Merge(IEnumerable<IndexRun> dims)
    {
        List<IndexRun> runs = [];
        foreach (IndexRun inner in dims.OrderByDescending(dim => dim.Left.Typical).ThenByDescending(dim => dim.Output.Typical))
        {
            if (runs.Count > 0 && runs[runs.Count - 1].Holds(inner))
            {
                IndexRun outer = runs[runs.Count - 1];
                runs[runs.Count - 1] = inner with { Extent = outer.Extent * inner.Extent };
            }
            else
            {
                runs.Add(inner);
            }
        }

        return runs;
    }

    private bool Holds(IndexRun inner) =>
        Output == inner.Output * Reach(inner.Output, inner) && Left == inner.Left * Reach(inner.Left, inner) && Right == inner.Right * Reach(inner.Right, inner);

    // What is not walked at all stays so, whatever the extent.
    private static BatchExtent Reach(BatchExtent stride, IndexRun inner) => stride.Count == 0 ? BatchExtent.One : inner.Extent;
}
