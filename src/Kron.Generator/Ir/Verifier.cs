using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir;

/// <summary>
/// Whether IR is well formed, by inspection alone: what holds here compiles as C#. Each problem is one line that names
/// the kernel and the statement.
/// </summary>
internal sealed class Verifier
{
    private readonly Kernel _kernel;
    private readonly TargetModel _target;
    private readonly Func<string, int?> _arity;
    private readonly List<string> _problems = [];

    private Verifier(Kernel kernel, TargetModel target, Func<string, int?> arity)
    {
        _kernel = kernel;
        _target = target;
        _arity = arity;
    }

    private enum NameKind
    {
        Pointer,
        Vector,
        Mask,
    }

    /// <summary>The problems of a whole program: of its kernels, callees first, and of its entries.</summary>
    public static IReadOnlyList<string> Verify(LayerProgramIr program)
    {
        List<string> problems = [];
        Dictionary<string, int> known = [];
        foreach (Kernel kernel in program.Kernels)
        {
            problems.AddRange(Verify(kernel, program.Target, name => known.TryGetValue(name, out int arity) ? arity : null));
            if (known.ContainsKey(kernel.Name))
            {
                problems.Add($"{kernel.Name}: a second kernel of this name");
            }

            known[kernel.Name] = kernel.Pointers.Count;
        }

        foreach (Entry entry in program.Entries)
        {
            problems.AddRange(Verify(entry.Kernel, program.Target, name => known.TryGetValue(name, out int arity) ? arity : null));
            problems.AddRange(entry.Kernel.Pointers
                .Where(pointer => !Enum.IsDefined(typeof(Region), pointer))
                .Select(pointer => $"{entry.Kernel.Name}: pointer {pointer} of an entry is no region"));
        }

        return problems;
    }

    /// <summary>The problems of one kernel that may call others.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="target">Gives the lanes.</param>
    /// <param name="callees">What it may call.</param>
    public static IReadOnlyList<string> Verify(Kernel kernel, TargetModel target, params Kernel[] callees) =>
        Verify(kernel, target, name => callees.FirstOrDefault(callee => callee.Name == name)?.Pointers.Count);

    private static IReadOnlyList<string> Verify(Kernel kernel, TargetModel target, Func<string, int?> arity)
    {
        Verifier verifier = new(kernel, target, arity);
        Scope scope = new(null, kernel.Pointers.Concat(Introduced(kernel.Body)));
        foreach (string pointer in kernel.Pointers)
        {
            verifier.Introduce(scope, pointer, NameKind.Pointer, null);
        }

        verifier.Block(kernel.Body, scope);
        return verifier._problems;
    }

    private static IEnumerable<string> Introduced(EquatableArray<Statement> block) => block.OfType<Let>().Select(let => let.Name);

    private void Block(EquatableArray<Statement> block, Scope scope)
    {
        foreach (Statement statement in block)
        {
            Check(statement, scope);
        }
    }

    private void Check(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Loop loop:
                Require(loop.Count >= 0, statement, "a loop cannot run a negative number of times");
                foreach (Cursor cursor in loop.Cursors)
                {
                    At(cursor.Start, scope, statement);
                }

                Scope inner = new(scope, loop.Cursors.Select(c => c.Name).Concat(Introduced(loop.Body)));
                foreach (Cursor cursor in loop.Cursors)
                {
                    Introduce(inner, cursor.Name, NameKind.Pointer, statement);
                }

                Block(loop.Body, inner);
                break;
            case Let let:
                NameKind kind = KindOf(let.Operation, scope, statement);
                Introduce(scope, let.Name, kind, statement);
                break;
            case Set set:
                NameKind assigned = KindOf(set.Operation, scope, statement);
                NameKind? declared = scope.Find(set.Name);
                Require(declared is NameKind.Vector or NameKind.Mask, statement, $"{set.Name} is no value that an enclosing scope introduced");
                Require(declared is null or NameKind.Pointer || declared == assigned, statement, $"{set.Name} changes its kind");
                break;
            case Store store:
                At(store.To, scope, statement);
                Vector(store.Value, scope, statement);
                Lanes(store.Lanes, statement);
                break;
            case StoreStrided store:
                At(store.To, scope, statement);
                Vector(store.Value, scope, statement);
                Lanes(store.Lanes, statement);
                Require(store.Stride != 0 || store.Lanes == 1, statement, "its lanes fall on one float");
                break;
            case StoreTransposed store:
                At(store.To, scope, statement);
                foreach (string row in store.Rows)
                {
                    Vector(row, scope, statement);
                }

                Lanes(store.Lanes, statement);
                Require(store.Rows.Count is >= 1 and <= StoreTransposed.MaxRows, statement, "1 to 4 rows are transposed");
                Require(Math.Abs(store.LaneStride) >= store.Rows.Count || store.Lanes == 1, statement, "its lanes overlap");
                break;
            case StoreSums store:
                At(store.To, scope, statement);
                foreach (string row in store.Rows)
                {
                    Vector(row, scope, statement);
                }

                Require(store.Group is 2 or 4 && store.Columns >= 1 && store.Columns * store.Group <= _target.Lanes, statement, "sums of 2 or 4 lanes, of those there are");
                Require(store.Rows.Count >= 1 && store.Rows.Count <= store.Group, statement, "at most as many rows as lanes in a sum");
                Require(store.ColumnStride == 1 || store.RowStride == 1 || (store.Rows.Count == 1 && store.Group == 4), statement, "rows or columns lie together");
                Require(store.Group == 4 || store.ColumnStride == 1, statement, "columns of pairs lie together");
                break;
            case Rearrange copy:
                At(copy.To, scope, statement);
                At(copy.From, scope, statement);
                Require(copy.Group >= 1 && copy.Width % copy.Group == 0, statement, "groups fill a panel's width");
                Require(copy.Width >= 1, statement, "panels are at least one lane wide");
                Require(copy.Lanes.Count is >= 1 and <= 2 && copy.Inner.Count is >= 1 and <= 3, statement, "1 or 2 lane dimensions and 1 to 3 inner ones");
                Require(copy.Lanes.Concat(copy.Inner).All(extent => extent.Count >= 1), statement, "every extent is at least 1");
                Require(
                    Count(copy.Lanes) <= copy.Width / copy.Group || copy.PanelStride * copy.Group >= Count(copy.Inner) * copy.Width,
                    statement,
                    "its panels overlap");
                break;
            case Prefetch prefetch:
                At(prefetch.At, scope, statement);
                break;
            case Call call:
                int? arity = _arity(call.Kernel);
                Require(arity is not null, statement, "the callee is no earlier kernel");
                Require(arity is null || arity == call.Arguments.Count, statement, $"the callee takes {arity} arguments");
                foreach (Address argument in call.Arguments)
                {
                    At(argument, scope, statement);
                }

                break;
            case Remark:
                break;
            default:
                Require(false, statement, "unknown statement");
                break;
        }
    }

    private NameKind KindOf(Operation operation, Scope scope, Statement statement)
    {
        switch (operation)
        {
            case Load load:
                At(load.From, scope, statement);
                Lanes(load.Lanes, statement);
                return NameKind.Vector;
            case LoadStrided load:
                At(load.From, scope, statement);
                Lanes(load.Lanes, statement);
                return NameKind.Vector;
            case Broadcast broadcast:
                At(broadcast.From, scope, statement);
                Require(broadcast.Lanes >= 1 && broadcast.Lanes <= broadcast.Width && (_target.Lanes % broadcast.Width == 0 || (broadcast.Width < _target.Lanes && broadcast.Lanes == broadcast.Width)), statement, "a part of the lanes is repeated");
                return NameKind.Vector;
            case Constant:
                return NameKind.Vector;
            case Copy copy:
                NameKind? copied = scope.Find(copy.Value);
                Require(copied is NameKind.Vector or NameKind.Mask, statement, $"{copy.Value} is no value");
                return copied ?? NameKind.Vector;
            case MultiplyAdd m:
                Vectors(scope, statement, m.A, m.B, m.C);
                return NameKind.Vector;
            case MultiplyAddLane m:
                Vectors(scope, statement, m.A, m.B, m.C);
                Require(m.Lane >= 0 && m.Lane < _target.Lanes, statement, $"lane {m.Lane} of {_target.Lanes}");
                Require(_target.MultiplyAddByLane, statement, $"{_target.Name} has no multiply-add by lane");
                return NameKind.Vector;
            case Unary unary:
                Vector(unary.A, scope, statement);
                return NameKind.Vector;
            case Binary { Kind: BinaryKind.And } and:
                Mask(and.A, scope, statement);
                Mask(and.B, scope, statement);
                return NameKind.Mask;
            case Binary binary:
                Vectors(scope, statement, binary.A, binary.B);
                return binary.Kind is BinaryKind.Greater or BinaryKind.GreaterOrEqual or BinaryKind.Equal ? NameKind.Mask : NameKind.Vector;
            case Select select:
                Mask(select.Mask, scope, statement);
                Vectors(scope, statement, select.A, select.B);
                return NameKind.Vector;
            default:
                Require(false, statement, "unknown operation");
                return NameKind.Vector;
        }
    }

    private void Introduce(Scope scope, string name, NameKind kind, Statement? statement)
    {
        // As in C#: not twice in a scope, and not where an enclosing scope has the name, even if only further down.
        Require(!scope.Names.ContainsKey(name), statement, $"{name} is introduced twice in one scope");
        Require(scope.Outer?.Reserves(name) != true, statement, $"{name} is also a name of an enclosing scope");
        scope.Names[name] = kind;
    }

    private static long Count(EquatableArray<Extent> extents) => extents.Aggregate(1L, (count, extent) => count * extent.Count);

    private void Vectors(Scope scope, Statement statement, params string[] names)
    {
        foreach (string name in names)
        {
            Vector(name, scope, statement);
        }
    }

    private void Vector(string name, Scope scope, Statement statement) =>
        Require(scope.Find(name) == NameKind.Vector, statement, $"{name} is no vector here");

    private void Mask(string name, Scope scope, Statement statement) =>
        Require(scope.Find(name) == NameKind.Mask, statement, $"{name} is no mask here");

    private void At(Address address, Scope scope, Statement statement) =>
        Require(scope.Find(address.Pointer) == NameKind.Pointer, statement, $"{address.Pointer} is no pointer here");

    private void Lanes(int lanes, Statement statement) =>
        Require(lanes >= 1 && lanes <= _target.Lanes, statement, $"{lanes} of {_target.Lanes} lanes");

    private void Require(bool condition, Statement? statement, string problem)
    {
        if (!condition)
        {
            _problems.Add(statement is null ? $"{_kernel.Name}: {problem}" : $"{_kernel.Name}: {IrText.Of(statement)}: {problem}");
        }
    }

    private sealed class Scope(Scope? outer, IEnumerable<string> introduced)
    {
        private readonly HashSet<string> _reserved = [.. introduced];

        public Scope? Outer { get; } = outer;

        public Dictionary<string, NameKind> Names { get; } = [];

        public NameKind? Find(string name) => Names.TryGetValue(name, out NameKind kind) ? kind : Outer?.Find(name);

        public bool Reserves(string name) => _reserved.Contains(name) || Outer?.Reserves(name) == true;
    }
}
