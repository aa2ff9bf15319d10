using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>A contraction with a small matrix of literals: all its rows in one straight line, without the products with 0 and 1.</summary>
internal sealed class TransformLowering
{
    private readonly TargetModel _target;
    private readonly TransformLoops _loops;
    private readonly float[,] _matrix;
    private readonly KernelBuilder _builder = new();
    private readonly string[] _names;
    private readonly Dictionary<float, string> _constants = [];

    private TransformLowering(Contract contract, Map? map, int samples, TargetModel target)
    {
        _target = target;
        _loops = new TransformLoops(contract, map, samples, target);
        _matrix = MatrixOf(contract);
        _names = [.. _loops.Operands.Select(o => _builder.Unique(o.Tensor.Name))];
    }

    /// <param name="contract">The contraction, inside of its tensors.</param>
    /// <param name="map">The elementwise map that is applied to its sums, or null.</param>
    /// <param name="samples">The sample block.</param>
    /// <param name="target">The target.</param>
    /// <param name="pool">Receives the kernel.</param>
    public static Call Lower(Contract contract, Map? map, int samples, TargetModel target, KernelPool pool)
    {
        var lowering = new TransformLowering(contract, map, samples, target);
        lowering.Emit();
        Kernel kernel = lowering._builder.Build(
            contract.Name,
            $"{lowering._names[0]} = a matrix of {Invariant.Text(lowering._matrix.GetLength(0))} × {Invariant.Text(lowering._matrix.GetLength(1))} literals times {lowering._names[TransformLoops.Source]}.",
            lowering._names);
        return new Call(pool.Add(kernel, samples), lowering._loops.Operands.Select(o => o.Base).ToEquatableArray());
    }

    private static float[,] MatrixOf(Contract contract)
    {
        Access access = contract.Right;
        int rows = ExtentOf(0), columns = ExtentOf(1);
        var matrix = new float[rows, columns];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                matrix[r, c] = access.Tensor.Values[((access.Axes[0].Offset + r) * access.Tensor.Extents[1]) + access.Axes[1].Offset + c];
            }
        }

        return matrix;

        int ExtentOf(int axis) => contract.Dims.First(d => d.Name == access.Axes[axis].Terms[0].Dim).Extent;
    }

    private void Emit()
    {
        // Literals are named once, before the loops.
        IEnumerable<float> literals = _loops.Epilogue is null ? [] : Expansion.Of(_loops.Epilogue.Value).Nodes().OfType<Literal>().Select(l => l.Value);
        foreach (float value in _matrix.Cast<float>().Where(v => v != 0 && Math.Abs(v) != 1).Concat(literals).Distinct())
        {
            ExpressionLowering.Constant(value, _builder, _constants);
        }

        Around(0, [.. _names.Select(n => new Address(n, 0))]);
    }

    private void Around(int level, IReadOnlyList<Address> at)
    {
        if (level < _loops.Around.Count)
        {
            LoopDim loop = _loops.Around[level];
            _builder.Loop(loop.Extent, [.. at.Select((a, k) => (_names[k] + "_" + loop.Name, a, loop.Strides[k]))], inner => Around(level + 1, inner));
            return;
        }

        if (_loops.Lanes is not { } along)
        {
            Body(at, 1);
            return;
        }

        int whole = along.Extent / _target.Lanes, rest = along.Extent % _target.Lanes;
        if (whole > 0)
        {
            _builder.Loop(whole, [.. at.Select((a, k) => (_names[k] + "V", a, along.Strides[k] * _target.Lanes))], inner => Body(inner, _target.Lanes));
        }

        if (rest > 0)
        {
            Body([.. at.Select((a, k) => a + (along.Strides[k] * whole * _target.Lanes))], rest);
        }
    }

    private void Body(IReadOnlyList<Address> at, int lanes)
    {
        string[] columns = [.. Enumerable.Range(0, _matrix.GetLength(1)).Select(k => _builder.Let("x" + Invariant.Text(k), Load(TransformLoops.Source, at[TransformLoops.Source] + (k * _loops.ColumnStride), lanes)))];
        string[] results = [.. Enumerable.Range(0, _matrix.GetLength(0)).Select(row =>
        {
            string sum = Sum(row, columns);
            return _loops.Epilogue is null
                ? sum
                : ExpressionLowering.Emit(Expansion.Of(_loops.Epilogue.Value), _builder, leaf => Leaf(((Read)leaf).Access, sum, at, row, lanes), _constants);
        })];
        long stride = _loops.Lanes?.Strides[0] ?? 1;
        if (_loops.StoresTogether)
        {
            _builder.Add(new StoreTransposed(at[0], results.ToEquatableArray(), stride, lanes, Add: false));
            return;
        }

        for (int row = 0; row < results.Length; row++)
        {
            Address to = at[0] + (row * _loops.RowStrides[0]);
            _builder.Add(stride == 1 ? new Store(to, results[row], lanes) : new StoreStrided(to, results[row], stride, lanes));
        }
    }

    private string Leaf(Access access, string sum, IReadOnlyList<Address> at, int row, int lanes)
    {
        if (access.Tensor.Name == _loops.Epilogue!.Sum)
        {
            return sum;
        }

        int operand = TransformLoops.Source + 1 + _loops.Epilogue.Extras.Select((extra, k) => (extra, k)).First(p => p.extra.Equals(access)).k;
        return _builder.Let(_names[operand], Load(operand, at[operand] + (row * _loops.RowStrides[operand]), lanes));
    }

    /// <summary>One row of the matrix times the columns; terms of coefficient 1 first, so that as many as can be are plain additions.</summary>
    private string Sum(int row, string[] columns)
    {
        string? sum = null;
        foreach (int k in Enumerable.Range(0, columns.Length).Where(k => _matrix[row, k] != 0).OrderBy(k => _matrix[row, k] == 1 ? 0 : _matrix[row, k] == -1 ? 2 : 1))
        {
            float factor = _matrix[row, k];
            sum = (sum, factor) is (null, 1) ? columns[k] : _builder.Let("t", (sum, factor) switch
            {
                (null, -1) => new Unary(UnaryKind.Negate, columns[k]),
                (null, _) => new Binary(BinaryKind.Multiply, columns[k], _constants[factor]),
                (_, 1) => new Binary(BinaryKind.Add, sum, columns[k]),
                (_, -1) => new Binary(BinaryKind.Subtract, sum, columns[k]),
                _ => new MultiplyAdd(columns[k], _constants[factor], sum),
            });
        }

        return sum ?? ExpressionLowering.Constant(0, _builder, _constants);
    }

    private Operation Load(int operand, Address at, int lanes) => (_loops.Lanes?.Strides[operand] ?? 1) switch
    {
        0 => new Broadcast(at),
        1 => new Load(at, lanes),
        long stride => new LoadStrided(at, stride, lanes),
    };
}
