using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>Prints kernels as C# methods: structure here, operations in the target's vocabulary.</summary>
internal sealed class KernelPrinter(TargetPrinter target, CodeWriter writer)
{
    // Columns that a line of several statements may take.
    private const int Width = 160;

    // Of the kernel that is printed; few have a load that asks.
    private Lazy<LaneDemand>? _demand;

    /// <summary>A kernel that other kernels call: its pointers are parameters.</summary>
    public void Method(Kernel kernel)
    {
        var scope = new NameScope();
        IEnumerable<string> parameters = kernel.Pointers.Select(pointer => "float* " + scope.Declare(pointer));
        Head(kernel, "private", string.Join(", ", parameters));
        Body(kernel, scope);
        writer.Close();
    }

    /// <summary>A kernel that the runtime calls: its pointers are regions of the frame.</summary>
    public void EntryMethod(Kernel kernel)
    {
        var scope = new NameScope();
        string frame = scope.Declare("frame");
        Head(kernel, "internal", "KernelFrame* " + frame);
        foreach (string pointer in kernel.Pointers)
        {
            if (!Enum.TryParse(pointer, out Region region) || region.ToString() != pointer)
            {
                throw new InvalidOperationException($"The entry {kernel.Name} names '{pointer}', which is no region of the frame.");
            }

            writer.Line($"float* {scope.Declare(pointer, CamelCase(pointer))} = {frame}->{pointer};");
        }

        if (kernel.Pointers.Count > 0 && kernel.Body.Count > 0)
        {
            writer.Line();
        }

        Body(kernel, scope);
        writer.Close();
    }

    private void Body(Kernel kernel, NameScope scope)
    {
        _demand = new Lazy<LaneDemand>(() => LaneDemand.Of(kernel, target.Target.Lanes));
        Statements(kernel.Body, scope, new Folding(kernel, target.Target.Lanes));
    }

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    private void Head(Kernel kernel, string accessibility, string parameters) => writer
        .Line($"/// <summary>{CSharpText.Xml(kernel.Summary)}</summary>")
        .Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]")
        .Open($"{accessibility} static void {CSharpText.Identifier(kernel.Name)}({parameters})");

    /// <summary>
    /// Prints a block. Statements share a line with the loads they belong to: a load behind anything else begins a new one, and
    /// so does what follows a run of products, so that in a tile each row of a step has its own.
    /// </summary>
    private void Statements(EquatableArray<Statement> statements, NameScope scope, Folding folding)
    {
        var line = new StringBuilder();
        Statement? last = null;
        for (int index = 0; index < statements.Count; index++)
        {
            Statement statement = statements[index];
            if (index + 1 < statements.Count && folding.Folds(statement, statements[index + 1]))
            {
                var let = (Let)statement;
                scope.Stand(let.Name, Expression(let.Operation, scope));
                continue;
            }

            // A remark opens a paragraph; a loop is one.
            if (last is not (null or Remark) && (statement is Remark or Loop || last is Loop))
            {
                Flush();
                writer.Line();
            }

            switch (statement)
            {
                case Loop loop:
                    Flush();
                    Print(loop, scope, folding);
                    last = loop;
                    continue;
                case Let let when IsZero(let):
                    Zero(let, last is not null && IsZero(last));
                    last = let;
                    continue;
            }

            bool begins = !IsPacked(statement) || last is null || !IsPacked(last) || (IsLoad(statement) && !IsLoad(last)) || IsZero(last) || (IsProduct(last) && !IsProduct(statement));
            foreach (string text in Texts(statement, scope))
            {
                Append(text, begins);
                begins = false;
            }

            last = statement;
        }

        Flush();

        void Zero(Let let, bool more)
        {
            string sum = $"{scope.Declare(let.Name)} = {target.Zero}";
            if (more && line.Length > 0 && writer.Column + line.Length + sum.Length + 2 <= Width)
            {
                line.Length--;
                line.Append(", ").Append(sum).Append(';');
            }
            else
            {
                Append($"{target.Value} {sum};", begins: true);
            }
        }

        void Append(string text, bool begins)
        {
            if (begins || writer.Column + line.Length + 1 + text.Length > Width)
            {
                Flush();
            }

            line.Append(line.Length == 0 ? "" : " ").Append(text);
        }

        void Flush()
        {
            if (line.Length > 0)
            {
                writer.Line(line.ToString());
                line.Clear();
            }
        }
    }

    // Not −0, which is equal to it.
    private static bool IsZero(Statement statement) => statement is Let { Operation: Constant { Value: 0 } constant } && 1 / constant.Value > 0;

    private static bool IsPacked(Statement statement) => statement is Let or Set or Store or StoreStrided or Prefetch;

    private static bool IsLoad(Statement statement) => statement.Operation() is Load or LoadStrided or Broadcast;

    private static bool IsProduct(Statement statement) => statement.Operation() is MultiplyAdd or MultiplyAddLane;

    private IEnumerable<string> Texts(Statement statement, NameScope scope)
    {
        switch (statement)
        {
            case Let let:
                // The value comes first: what it reads may be what the new name hides.
                string value = let.Operation is Load first && first.Lanes < target.Target.Lanes && _demand!.Value[let.Name] <= first.Lanes
                    ? target.LoadFirst(At(first.From, scope), first.Lanes)
                    : Expression(let.Operation, scope);
                return [$"var {scope.Declare(let.Name)} = {value};"];
            case Set { Operation: MultiplyAdd fma } set when fma.C == set.Name:
                return [target.Accumulate(scope[fma.A], scope[fma.B], scope[fma.C]) + ";"];
            case Set set:
                return [$"{scope[set.Name]} = {Expression(set.Operation, scope)};"];
            case Store { Lanes: 0 } or StoreStrided { Lanes: 0 } or StoreTransposed { Lanes: 0 }:
                return [];
            case Store store:
                return [target.Store(At(store.To, scope), scope[store.Value], store.Lanes) + ";"];
            case StoreStrided store:
                return [target.StoreStrided(At(store.To, scope), scope[store.Value], store.Stride, store.Lanes) + ";"];
            case StoreTransposed store:
                return target.StoreTransposed(At(store.To, scope), [.. store.Rows.Select(row => scope[row])], store.LaneStride, store.Lanes, store.Add).Select(line => line + ";");
            case StoreSums store:
                return [target.StoreSums(store, At(store.To, scope), [.. store.Rows.Select(row => scope[row])]) + ";"];
            case Prefetch prefetch:
                return target.Prefetch(At(prefetch.At, scope)) is { } hint ? [hint + ";"] : [];
            case Rearrange copy:
                string grouped = copy.Group > 1 ? CSharpText.Literal(copy.Group) + ", " : "";
                return [$"Panels.{(copy.Group > 1 ? "Group" : "Rearrange")}({CSharpText.Pointer(At(copy.From, scope))}, {CSharpText.Pointer(At(copy.To, scope))}, {CSharpText.Literal(copy.Width)}, {grouped}{CSharpText.Literal(copy.PanelStride)}, {Extents(copy.Lanes, 2)}, {Extents(copy.Inner, 3)});"];
            case Call call:
                return [$"{CSharpText.Identifier(call.Kernel)}({string.Join(", ", call.Arguments.Select(argument => CSharpText.Pointer(At(argument, scope))))});"];
            case Remark remark:
                return ["// " + CSharpText.OneLine(remark.Text)];
            default:
                throw new NotSupportedException($"The statement {statement.GetType().Name} is unknown.");
        }
    }

    private void Print(Loop loop, NameScope scope, Folding folding)
    {
        if (loop.Count <= 0)
        {
            return;
        }

        // Starts are evaluated outside the loop, where a cursor's name may still mean something else.
        Address[] starts = [.. loop.Cursors.Select(cursor => At(cursor.Start, scope))];
        var inner = new NameScope(scope);
        string[] cursors = [.. loop.Cursors.Select(cursor => inner.Declare(cursor.Name))];
        string[] locals = [.. cursors.Select((cursor, index) => $"{cursor} = {CSharpText.Pointer(starts[index])}")];
        int counting = Array.FindIndex([.. loop.Cursors], cursor => cursor.Stride != 0);
        if (loop.Count > 1 && counting >= 0)
        {
            writer.Open(CursorHeader(loop, cursors, locals, counting, inner));
        }
        else
        {
            string count = inner.Declare("i");
            _ = loop.Count == 1 ? writer.Open() : writer.Open($"for (int {count} = 0; {count} < {CSharpText.Literal(loop.Count)}; {count}++)");
            foreach (string local in locals)
            {
                writer.Line($"float* {local};");
            }
        }

        Statements(loop.Body, inner, folding);
        writer.Close();
    }

    // A cursor that moves counts the iterations itself: one register and one instruction less than a counter.
    private static string CursorHeader(Loop loop, string[] cursors, string[] locals, int counting, NameScope scope)
    {
        string cursor = cursors[counting];
        long stride = loop.Cursors[counting].Stride;
        string end = scope.Declare(loop.Cursors[counting].Name + "End");
        string stop = CSharpText.Pointer(new Address(cursor, checked(loop.Count * stride)));
        IEnumerable<string> moves = cursors.Zip(loop.Cursors, (name, moved) => moved.Stride switch
        {
            0 => string.Empty,
            1 => $"{name}++",
            -1 => $"{name}--",
            > 0 => $"{name} += {CSharpText.Literal(moved.Stride)}",
            _ => $"{name} -= {CSharpText.Literal(-moved.Stride)}",
        });
        return $"for (float* {string.Join(", ", locals)}, {end} = {stop}; {cursor} {(stride > 0 ? '<' : '>')} {end}; {string.Join(", ", moves.Where(move => move.Length > 0))})";
    }

    // Outermost first, filled up with dimensions of one element.
    private static string Extents(EquatableArray<Extent> extents, int count)
    {
        if (extents.Count > count)
        {
            throw new InvalidOperationException($"A rearrangement has at most {count} such dimensions, not {extents.Count}.");
        }

        IEnumerable<string> all = Enumerable.Repeat(new Extent(1, 0), count - extents.Count).Concat(extents)
            .SelectMany(extent => new[] { CSharpText.Literal(extent.Count), CSharpText.Literal(extent.Stride) });
        return $"({string.Join(", ", all)})";
    }

    private string Expression(Operation operation, NameScope scope) => operation switch
    {
        Load load => target.Load(At(load.From, scope), load.Lanes),
        LoadStrided load => target.LoadStrided(At(load.From, scope), load.Stride, load.Lanes),
        Broadcast { Width: 1 } broadcast => target.Broadcast(At(broadcast.From, scope)),
        Broadcast broadcast => target.Repeat(At(broadcast.From, scope), broadcast.Width, broadcast.Lanes),
        Constant constant => target.Constant(constant.Value),
        Copy copy => scope[copy.Value],
        MultiplyAdd fma => target.MultiplyAdd(scope[fma.A], scope[fma.B], scope[fma.C]),
        MultiplyAddLane fma => target.MultiplyAddLane(scope[fma.A], scope[fma.B], fma.Lane, scope[fma.C]),
        Unary unary => target.Unary(unary.Kind, scope[unary.A]),
        Binary binary => target.Binary(binary.Kind, scope[binary.A], scope[binary.B]),
        Select select => target.Select(scope[select.Mask], scope[select.A], scope[select.B]),
        _ => throw new NotSupportedException($"The operation {operation.GetType().Name} is unknown."),
    };

    private static Address At(Address address, NameScope scope) => address with { Pointer = scope[address.Pointer] };
}
