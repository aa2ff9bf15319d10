using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Interpretation;

/// <summary>Turns a kernel into closures over numbered slots, so that no name is looked up while it runs.</summary>
internal sealed class KernelCompiler
{
    private readonly Kernel _kernel;
    private readonly TargetModel _target;
    private readonly Func<string, CompiledKernel?> _callee;
    private readonly OperationCompiler _operations;
    private Scope _scope = new(null);
    private int _pointers;
    private int _values;

    private KernelCompiler(Kernel kernel, TargetModel target, Func<string, CompiledKernel?> callee)
    {
        _kernel = kernel;
        _target = target;
        _callee = callee;
        _operations = new OperationCompiler(target, ValueSlot, Locate, Fault);
    }

    public static CompiledKernel Compile(Kernel kernel, TargetModel target, Func<string, CompiledKernel?> callee)
    {
        KernelCompiler compiler = new(kernel, target, callee);
        foreach (string pointer in kernel.Pointers)
        {
            compiler._scope.Pointers[pointer] = compiler._pointers++;
        }

        Action<Frame>[] body = compiler.Block(kernel.Body);
        return new CompiledKernel(kernel, body, new Frame(compiler._pointers, compiler._values, target.Lanes));
    }

    private Action<Frame>[] Block(EquatableArray<Statement> statements) =>
        [.. statements.Where(s => s is not (Remark or Prefetch)).Select(Statement)];

    private Action<Frame> Statement(Statement statement)
    {
        switch (statement)
        {
            case Loop loop:
                return Loop(loop);
            case Let let:
                Action<Frame> first = _operations.Compile(let.Operation, _values * _target.Lanes, statement);
                _scope.Values[let.Name] = _values++;
                return first;
            case Set set:
                return _operations.Compile(set.Operation, ValueSlot(set.Name, statement), statement);
            case Store store:
                return Scatter(statement, store.To, [store.Value], store.Lanes, 1, add: false);
            case StoreStrided store:
                return Scatter(statement, store.To, [store.Value], store.Lanes, store.Stride, add: false);
            case StoreTransposed store:
                return Scatter(statement, store.To, [.. store.Rows], store.Lanes, store.LaneStride, store.Add);
            case StoreSums store:
                return StoreSums(store);
            case Rearrange copy:
                return Rearrange(copy);
            case Call call:
                return Call(call);
            default:
                throw Fault(statement, "unknown statement");
        }
    }

    private Action<Frame> Loop(Loop loop)
    {
        (int Slot, Func<Frame, Pointer> Start, long Stride)[] cursors =
            [.. loop.Cursors.Select(cursor => (_pointers++, Pointer(cursor.Start, loop), cursor.Stride))];
        _scope = new Scope(_scope);
        for (int i = 0; i < cursors.Length; i++)
        {
            _scope.Pointers[loop.Cursors[i].Name] = cursors[i].Slot;
        }

        Action<Frame>[] body = Block(loop.Body);
        _scope = _scope.Outer!;
        return frame =>
        {
            foreach ((int slot, Func<Frame, Pointer> start, _) in cursors)
            {
                frame.Pointers[slot] = start(frame);
            }

            for (long i = 0; i < loop.Count; i++)
            {
                foreach (Action<Frame> step in body)
                {
                    step(frame);
                }

                foreach ((int slot, _, long stride) in cursors)
                {
                    frame.Pointers[slot] += stride;
                }
            }
        };
    }

    private Action<Frame> Call(Call call)
    {
        CompiledKernel callee = _callee(call.Kernel) ?? throw Fault(call, "no such kernel");
        if (callee.Kernel.Pointers.Count != call.Arguments.Count)
        {
            throw Fault(call, $"{callee.Kernel.Pointers.Count} arguments expected, {call.Arguments.Count} given");
        }

        Func<Frame, Pointer>[] arguments = [.. call.Arguments.Select(argument => Pointer(argument, call))];
        return frame =>
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                callee.Frame.Pointers[i] = arguments[i](frame);
            }

            callee.Run();
        };
    }

    /// <summary>Lane l of row q goes to l·stride + q.</summary>
    private Action<Frame> Scatter(Statement statement, Address to, string[] rows, int lanes, long stride, bool add)
    {
        int[] slots = [.. rows.Select(row => ValueSlot(row, statement))];
        Func<Frame, Pointer> locate = Locate(to, statement, slots.Length, lanes, stride);
        return frame =>
        {
            Pointer pointer = locate(frame);
            for (int q = 0; q < slots.Length; q++)
            {
                for (int l = 0; l < lanes; l++)
                {
                    ref float element = ref pointer.Buffer[pointer.Offset + (l * stride) + q];
                    float value = frame.Values[slots[q] + l];
                    element = add ? (float)((double)element + value) : value;
                }
            }
        };
    }

    private Action<Frame> StoreSums(StoreSums store)
    {
        int[] slots = [.. store.Rows.Select(row => ValueSlot(row, store))];
        Func<Frame, Pointer>[] places = [.. slots.Select((_, q) => Locate(store.To + (q * store.RowStride), store, 1, store.Columns, store.ColumnStride))];
        return frame =>
        {
            for (int q = 0; q < slots.Length; q++)
            {
                Pointer pointer = places[q](frame);
                for (int c = 0; c < store.Columns; c++)
                {
                    ref float element = ref pointer.Buffer[pointer.Offset + (c * store.ColumnStride)];
                    float sum = Enumerable.Range(0, store.Group).Aggregate(0f, (total, e) => total + frame.Values[slots[q] + (c * store.Group) + e]);
                    element = store.Add ? element + sum : sum;
                }
            }
        };
    }

    private Action<Frame> Rearrange(Rearrange copy)
    {
        long[] lanes = Offsets(copy.Lanes);
        long[] inner = Offsets(copy.Inner);
        (Func<Frame, Pointer> from, Func<Frame, Pointer> to) = (Pointer(copy.From, copy), Pointer(copy.To, copy));
        return frame =>
        {
            (Pointer source, Pointer target) = (from(frame), to(frame));
            int last = copy.Inner[copy.Inner.Count - 1].Count;
            int groups = (last + copy.Group - 1) / copy.Group;
            int columns = copy.Width / copy.Group;
            for (int l = 0; l < lanes.Length; l++)
            {
                long panel = (l / columns * copy.PanelStride) + (l % columns * copy.Group);
                for (int k = 0; k < inner.Length / last * groups * copy.Group; k++)
                {
                    int step = k / copy.Group, k0 = ((step % groups) * copy.Group) + (k % copy.Group);
                    Element(target, panel + (step * copy.Width) + (k % copy.Group)) = k0 < last ? Element(source, lanes[l] + inner[(step / groups * last) + k0]) : 0;
                }
            }
        };

        ref float Element(Pointer pointer, long at)
        {
            long index = pointer.Offset + at;
            if (pointer.Buffer is null || index < 0 || index >= pointer.Buffer.Length)
            {
                throw Fault(copy, $"reaches float {index} of a buffer of {pointer.Buffer?.Length ?? 0}");
            }

            return ref pointer.Buffer[index];
        }
    }

    /// <summary>Σ index·stride for every index, row-major.</summary>
    private static long[] Offsets(EquatableArray<Extent> extents) => extents.Aggregate(
        new long[] { 0 },
        (offsets, extent) => [.. offsets.SelectMany(offset => Enumerable.Range(0, extent.Count).Select(i => offset + (i * extent.Stride)))]);

    private Func<Frame, Pointer> Pointer(Address address, Statement statement)
    {
        int slot = _scope.Pointer(address.Pointer) ?? throw Fault(statement, $"no pointer {address.Pointer}");
        return frame => frame.Pointers[slot] + address.Offset;
    }

    /// <summary>The checked place of <paramref name="lanes"/> groups of <paramref name="width"/> floats, <paramref name="stride"/> apart.</summary>
    private Func<Frame, Pointer> Locate(Address address, Statement statement, int width, int lanes, long stride)
    {
        Func<Frame, Pointer> pointer = Pointer(address, statement);
        long reach = (lanes - 1) * stride;
        long before = Math.Min(0, reach);
        long after = Math.Max(0, reach) + width;
        return frame =>
        {
            Pointer at = pointer(frame);
            if (at.Buffer is null || at.Offset + before < 0 || at.Offset + after > at.Buffer.Length)
            {
                throw Fault(statement, $"{IrText.Of(address)} reaches floats {at.Offset + before} to {at.Offset + after - 1} of a buffer of {at.Buffer?.Length ?? 0}");
            }

            return at;
        };
    }

    /// <summary>First float of a value in the frame.</summary>
    private int ValueSlot(string name, Statement statement) =>
        (_scope.Value(name) ?? throw Fault(statement, $"no value {name}")) * _target.Lanes;

    private InterpreterException Fault(Statement statement, string problem) => new(_kernel.Name, IrText.Of(statement), problem);

    private sealed class Scope(Scope? outer)
    {
        public Scope? Outer { get; } = outer;

        public Dictionary<string, int> Pointers { get; } = [];

        public Dictionary<string, int> Values { get; } = [];

        public int? Pointer(string name) => Pointers.TryGetValue(name, out int slot) ? slot : Outer?.Pointer(name);

        public int? Value(string name) => Values.TryGetValue(name, out int slot) ? slot : Outer?.Value(name);
    }
}
