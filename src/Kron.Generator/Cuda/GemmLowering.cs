using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Cuda;

/// <summary>
/// Makes matrix products of a contraction. Its dimensions fall into four groups: those of the output and the left operand, of the output and
/// the right one, of both operands (the inner ones), and of all three. What a group's operands walk as one is an index of a matrix;
/// what is left over repeats the product, by strides (a batch) or as further calls. Nothing is rearranged.
/// </summary>
internal sealed class GemmLowering
{
    // Products that are added up one call after the other; more are made at once, as partial sums, and added up then.
    private const int MaxSerial = 4;

    // Floats of partial sums beyond which they are not kept side by side.
    private const long MaxPartials = 1L << 24;

    private readonly Contract _contract;
    private readonly DeviceLayout _layout;

    private GemmLowering(Contract contract, DeviceLayout layout) => (_contract, _layout) = (contract, layout);

    public static IReadOnlyList<DeviceGemm> Lower(Contract contract, DeviceLayout layout) => new GemmLowering(contract, layout).Lower();

    private List<DeviceGemm> Lower()
    {
        IndexRun[] dims =
        [
            .. _contract.Dims.Append(new Dim(Dim.Sample, 1)).Where(dim => dim.Extent > 1 || IsSample(dim)).Select(dim => new IndexRun(
                new BatchExtent(dim.Extent, IsSample(dim)),
                _layout.Stride(_contract.Output, dim.Name),
                _layout.Stride(_contract.Left, dim.Name),
                _layout.Stride(_contract.Right, dim.Name))),
        ];
        IReadOnlyList<IndexRun> rows = IndexRun.Merge(dims.Where(d => !d.IsReduced && d.Right.Count == 0));
        IReadOnlyList<IndexRun> columns = IndexRun.Merge(dims.Where(d => !d.IsReduced && d.Left.Count == 0));
        IReadOnlyList<IndexRun> inner = IndexRun.Merge(dims.Where(d => d.IsReduced));
        IReadOnlyList<IndexRun> shared = IndexRun.Merge(dims.Where(d => !d.IsReduced && d.Left.Count != 0 && d.Right.Count != 0));
        Choice best = Choices(rows, columns, inner).OrderByDescending(choice => choice.Size).FirstOrDefault()
            ?? throw new NotSupportedException($"{_contract.Name} is no matrix product.");
        IndexRun[] rest = [.. rows.Concat(columns).Concat(inner).Concat(shared).Where(run => !best.Has(run))];
        if (rest.Any(run => run.Extent.PerSample))
        {
            throw new NotSupportedException($"{_contract.Name} repeats a product for each sample.");
        }

        IndexRun[] sums = [.. rest.Where(run => run.IsReduced)], own = [.. rest.Where(run => !run.IsReduced)];
        long terms = Points(sums), size = _contract.Output.Tensor.Size;
        return terms > MaxSerial && terms * size <= MaxPartials && !_contract.Output.Tensor.PerSample && Points(dims.Where(dim => !dim.IsReduced)) == size
            ? WithPartials(best, rest)
            :
            [
                Product(
                    best,
                    DeviceLayout.OriginOf(_contract.Output),
                    _contract.Accumulate,
                    own.Select(run => Repeat(best, run, run.Output)),
                    sums.Select(run => Repeat(best, run, default))),
            ];
    }

    /// <summary>The products that are added up side by side, each the size of the output, and their sum as one more product, with a vector of ones.</summary>
    private List<DeviceGemm> WithPartials(Choice choice, IndexRun[] rest)
    {
        long size = _contract.Output.Tensor.Size, count = 1;
        var repetitions = new List<Repetition>();
        foreach (IndexRun run in rest)
        {
            repetitions.Add(Repeat(choice, run, run.IsReduced ? new BatchExtent(count * size) : run.Output));
            count *= run.IsReduced ? run.Extent.Count : 1;
        }

        DevicePlace partials = new(DeviceRegion.Partials, default), ones = new(DeviceRegion.Ones, default);
        BatchExtent elements = new(size), terms = new(count);
        return
        [
            Product(choice, new(partials.Region, new BatchExtent(_contract.Output.Origin)), accumulate: false, repetitions, sums: []),
            new DeviceGemm("Sum" + _contract.Name, new(partials, elements), new(ones, terms), new(DeviceLayout.PlaceOf(_contract.Output.Tensor), elements), elements, BatchExtent.One, terms)
            {
                Accumulate = _contract.Accumulate,
                Formula = $"the sum of the {Invariant.Text(count)} products",
            },
        ];
    }

    /// <summary>The product, repeated: the most frequent of the repetitions that write places of their own is the batch of one call.</summary>
    private DeviceGemm Product(Choice choice, DevicePlace output, bool accumulate, IEnumerable<Repetition> repetitions, IEnumerable<Repetition> sums)
    {
        (DevicePlace a, DevicePlace b) = (DeviceLayout.OriginOf(_contract.Left), DeviceLayout.OriginOf(_contract.Right));
        return new DeviceGemm(
            _contract.Name,
            new(choice.IsExchanged ? b : a, choice.A.Leading),
            new(choice.IsExchanged ? a : b, choice.B.Leading),
            new(output, choice.C.Leading),
            choice.M.Extent,
            choice.N.Extent,
            choice.K.Extent)
        {
            Formula = $"{_contract.Output.Tensor.Name} {(_contract.Accumulate ? "+=" : "=")} {_contract.Left.Tensor.Name} · {_contract.Right.Tensor.Name}",
            TransposeA = choice.A.IsTransposed,
            TransposeB = choice.B.IsTransposed,
            Accumulate = accumulate,
            Repetitions = repetitions.OrderByDescending(each => each.Count).Concat(sums).ToEquatableArray(),
        };
    }

    private static Repetition Repeat(Choice choice, IndexRun run, BatchExtent output) =>
        new(run.Extent.Count, choice.IsExchanged ? run.Right : run.Left, choice.IsExchanged ? run.Left : run.Right, output);

    private static long Points(IEnumerable<IndexRun> runs) => runs.Aggregate(1L, (count, run) => checked(count * run.Extent.Count));

    private static bool IsSample(Dim dim) => dim.Name == Dim.Sample;

    /// <summary>All ways to take one index for rows, columns and sums that cuBLAS can walk.</summary>
    private static IEnumerable<Choice> Choices(IReadOnlyList<IndexRun> rows, IReadOnlyList<IndexRun> columns, IReadOnlyList<IndexRun> inner)
    {
        foreach (IndexRun row in rows.Append(IndexRun.Single))
        {
            foreach (IndexRun column in columns.Append(IndexRun.Single))
            {
                foreach (IndexRun sum in inner.Append(IndexRun.Single))
                {
                    if ((Choice.Of(row, column, sum, isExchanged: false) ?? Choice.Of(column, row, sum, isExchanged: true)) is { } choice)
                    {
                        yield return choice;
                    }
                }
            }
        }
    }

    /// <summary>C [M × N] = A [M × K] · B [K × N], all column-major; A is the left operand, or when exchanged the right one.</summary>
    private sealed record Choice(IndexRun M, IndexRun N, IndexRun K, bool IsExchanged, Walk A, Walk B, Walk C)
    {
        public long Size => M.Extent.Typical * N.Extent.Typical * K.Extent.Typical;

        public static Choice? Of(IndexRun m, IndexRun n, IndexRun k, bool isExchanged)
        {
            Func<IndexRun, BatchExtent> a = isExchanged ? run => run.Right : run => run.Left, b = isExchanged ? run => run.Left : run => run.Right;
            return Walk.Of(m, n, run => run.Output) is { IsTransposed: false } c && Walk.Of(m, k, a) is { } first && Walk.Of(k, n, b) is { } second
                ? new Choice(m, n, k, isExchanged, first, second, c)
                : null;
        }

        public bool Has(IndexRun run) => ReferenceEquals(run, M) || ReferenceEquals(run, N) || ReferenceEquals(run, K);
    }

    /// <summary>How a matrix lies: rows contiguous, or transposed columns.</summary>
    private sealed record Walk(bool IsTransposed, BatchExtent Leading)
    {
        public static Walk? Of(IndexRun rows, IndexRun columns, Func<IndexRun, BatchExtent> stride) =>
            Contiguous(rows, columns, stride) is { } leading ? new Walk(false, leading)
            : Contiguous(columns, rows, stride) is { } other ? new Walk(true, other)
            : null;

        /// <summary>The leading dimension of a matrix whose first index is contiguous.</summary>
        private static BatchExtent? Contiguous(IndexRun first, IndexRun second, Func<IndexRun, BatchExtent> stride)
        {
            bool isSingle = ReferenceEquals(first, IndexRun.Single);
            if (!isSingle && stride(first) != BatchExtent.One)
            {
                return null;
            }

            if (ReferenceEquals(second, IndexRun.Single))
            {
                return first.Extent;
            }

            BatchExtent leading = stride(second);
            return isSingle || (leading.PerSample == first.Extent.PerSample && leading.Count >= first.Extent.Count) ? leading : null;
        }
    }
}
