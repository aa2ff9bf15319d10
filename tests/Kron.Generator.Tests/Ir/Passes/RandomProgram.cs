using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir.Passes;

/// <summary>Random well-formed kernels over three buffers x, y and s that stay within them; s is used like scratch.</summary>
internal sealed class RandomProgram
{
    public const int Floats = 48;

    private readonly Random _random;
    private readonly TargetModel _target;
    private readonly List<Kernel> _callees = [];
    private readonly bool _loops;
    private int _names;

    private RandomProgram(int seed, TargetModel target, bool loops)
    {
        _random = new Random(seed);
        _target = target;
        _loops = loops;
    }

    /// <param name="seed">Determines the program.</param>
    /// <param name="target">The target.</param>
    /// <param name="loops">Whether it has loops and calls.</param>
    /// <param name="statements">About how many statements a block has.</param>
    public static (Kernel Kernel, Kernel[] Callees) Make(int seed, TargetModel target, bool loops, int statements = 25)
    {
        RandomProgram program = new(seed, target, loops);
        if (loops)
        {
            // A callee is given pointers to at least 16 floats.
            program._callees.Add(program.Kernel("Inner", ["p", "q"], 16, 8));
            program._callees.Add(program.Kernel("Outer", ["q", "p"], 16, 8));
        }

        Kernel kernel = program.Kernel("Main", ["x", "y", "s"], Floats, statements);
        return (kernel, [.. program._callees]);
    }

    /// <summary>Runs a kernel on buffers filled from the seed and returns them.</summary>
    public static Dictionary<string, float[]> Run(Kernel kernel, Kernel[] callees, TargetModel target, int seed, bool aliased = false)
    {
        Random random = new(seed);
        Dictionary<string, float[]> memory = [];
        foreach (string name in (string[])["x", "y", "s"])
        {
            memory[name] = [.. Enumerable.Range(0, Floats).Select(_ => random.Next(-9, 10) / 2f)];
        }

        if (aliased)
        {
            memory["y"] = memory["x"];
        }

        IrBuilder.Run(target, kernel, callees, [.. memory.Select(m => (m.Key, m.Value))]);
        return memory;
    }

    private Kernel Kernel(string name, string[] pointers, int floats, int statements)
    {
        Scope scope = new();
        foreach (string pointer in pointers)
        {
            scope.Pointers.Add((pointer, 0, floats - 1));
        }

        // Some values to begin with; e is an exponent and is never assigned to.
        List<Statement> body = [Let("e", new Constant(_random.Next(-3, 4))), Let("v0", new Constant(0.5f)), Let("m0", new Binary(BinaryKind.Greater, "e", "v0"))];
        scope.Vectors.Add("v0");
        scope.Masks.Add("m0");
        Block(body, scope, statements, depth: 0);
        return IrBuilder.Kernel(name, pointers, [.. body]);
    }

    private void Block(List<Statement> body, Scope scope, int statements, int depth)
    {
        for (int i = 0; i < statements; i++)
        {
            Statement(body, scope, depth);
        }
    }

    private void Statement(List<Statement> body, Scope scope, int depth)
    {
        int lanes = _random.Next(3) == 0 ? _random.Next(1, _target.Lanes + 1) : _target.Lanes;
        switch (_random.Next(_loops && depth < 3 ? 14 : 11))
        {
            case < 5:
                string name = "v" + ++_names;
                body.Add(Let(name, Operation(scope, lanes)));
                scope.Vectors.Add(name);
                break;
            case 5:
                body.Add(Set(Any(scope.Vectors), Operation(scope, lanes)));
                break;
            case 6:
                string mask = "m" + ++_names;
                body.Add(Let(mask, _random.Next(4) == 0 ? new Copy(Any(scope.Masks)) : new Binary(Any([BinaryKind.Greater, BinaryKind.Equal, BinaryKind.GreaterOrEqual]), Any(scope.Vectors), Any(scope.Vectors))));
                scope.Masks.Add(mask);
                break;
            case 7 or 8:
                body.Add(new Store(Place(scope, lanes), Any(scope.Vectors), lanes));
                break;
            case 9:
                long stride = Any([2L, -1, 3]);
                int fewer = Math.Min(lanes, 3);
                body.Add(new StoreStrided(Place(scope, fewer, stride), Any(scope.Vectors), stride, fewer));
                break;
            case 10:
                string[] rows = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Any(scope.Vectors))];
                int some = Math.Min(lanes, 3);
                body.Add(new StoreTransposed(Place(scope, some, 4, rows.Length), rows.ToEquatableArray(), 4, some, _random.Next(2) == 0));
                break;
            case 11 when _callees.Count > 0:
                Kernel callee = Any(_callees);
                if (scope.Pointers.Any(p => p.Last - p.First >= 15))
                {
                    body.Add(Call(callee.Name, [.. callee.Pointers.Select(_ => Place(scope, 16))]));
                }

                break;
            case 12 or 13:
                Loop(body, scope, depth);
                break;
            default:
                body.Add(new Remark("Nothing happens here."));
                break;
        }
    }

    private void Loop(List<Statement> body, Scope scope, int depth)
    {
        int count = _random.Next(0, 4);
        List<Cursor> cursors = [];
        Scope inner = new(scope);
        for (int i = _random.Next(0, 3); i > 0; i--)
        {
            // Moves at least one float; what lies in reach in every iteration shrinks by as much.
            (string pointer, long first, long last) = Any(scope.Pointers);
            long stride = Any([1L, 2, _target.Lanes, -1]);
            long reach = stride * Math.Max(0, count - 1);
            if (last - first - Math.Abs(reach) < _target.Lanes)
            {
                continue;
            }

            string name = "c" + ++_names;
            cursors.Add(new Cursor(name, At(pointer, 0), stride));
            inner.Pointers.Add((name, first - Math.Min(0, reach), last - Math.Max(0, reach)));
        }

        List<Statement> statements = [];
        Block(statements, inner, 5, depth + 1);
        body.Add(new Loop(count, cursors.ToEquatableArray(), statements.ToEquatableArray()));
    }

    private Operation Operation(Scope scope, int lanes)
    {
        string A() => Any(scope.Vectors);
        return _random.Next(14) switch
        {
            < 4 => new Load(Place(scope, lanes), lanes),
            4 => new LoadStrided(Place(scope, Math.Min(lanes, 3), 2), 2, Math.Min(lanes, 3)),
            5 => new Broadcast(Place(scope, 1)),
            6 => new Constant(_random.Next(-4, 5) / 4f),
            7 => new Copy(A()),
            8 or 9 => new MultiplyAdd(A(), A(), A()),
            10 => _target.MultiplyAddByLane ? new MultiplyAddLane(A(), A(), _random.Next(_target.Lanes), A()) : new MultiplyAdd(A(), A(), A()),
            11 => new Unary(Any([UnaryKind.Negate, UnaryKind.Absolute, UnaryKind.Round, UnaryKind.ReduceAdd]), A()),
            12 => _random.Next(3) == 0
                ? new Binary(BinaryKind.Scale, A(), "e")
                : new Binary(Any([BinaryKind.Add, BinaryKind.Subtract, BinaryKind.Multiply, BinaryKind.Divide, BinaryKind.Min, BinaryKind.Max]), A(), A()),
            _ => new Select(Any(scope.Masks), A(), A()),
        };
    }

    /// <summary>An address from which so many lanes are in reach; multiples of four and repetitions are frequent.</summary>
    private Address Place(Scope scope, int lanes, long stride = 1, int width = 1)
    {
        long reach = stride * (lanes - 1);
        (string pointer, long first, long last) = Any([.. scope.Pointers.Where(p => p.Last - p.First + 1 >= Math.Abs(reach) + width)]);
        long low = first - Math.Min(0, reach);
        long high = last - Math.Max(0, reach) - (width - 1);
        long offset = _random.Next(3) == 0 ? _random.NextInt64(low, high + 1) : Math.Min(high, low + (4 * _random.Next(4)));
        return At(pointer, offset);
    }

    private T Any<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    private sealed class Scope
    {
        public Scope()
        {
        }

        public Scope(Scope outer)
        {
            Pointers.AddRange(outer.Pointers);
            Vectors.AddRange(outer.Vectors);
            Masks.AddRange(outer.Masks);
        }

        /// <summary>Name and the offsets in reach.</summary>
        public List<(string Name, long First, long Last)> Pointers { get; } = [];

        public List<string> Vectors { get; } = [];

        public List<string> Masks { get; } = [];
    }
}
