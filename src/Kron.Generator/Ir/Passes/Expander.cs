using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>Copies code with chosen loops unrolled and chosen calls replaced by their callee's body, under names unique in the kernel.</summary>
internal sealed class Expander
{
    private readonly Func<Loop, bool> _unroll;
    private readonly Func<Call, Kernel?> _inline;
    private readonly NameSource _names;

    private Expander(Kernel kernel, Func<Loop, bool> unroll, Func<Call, Kernel?> inline)
    {
        _unroll = unroll;
        _inline = inline;
        _names = new NameSource(kernel.Pointers);
    }

    /// <param name="kernel">The kernel.</param>
    /// <param name="unroll">Which loops to unroll; asked of the original loops.</param>
    /// <param name="inline">The callee of a call that is to be replaced, or null to keep it.</param>
    public static Kernel Expand(Kernel kernel, Func<Loop, bool> unroll, Func<Call, Kernel?> inline)
    {
        List<Statement> body = [];
        new Expander(kernel, unroll, inline).Block(kernel.Body, new Environment(null), body);
        return kernel.WithBody(body);
    }

    private void Block(IEnumerable<Statement> block, Environment environment, List<Statement> output)
    {
        foreach (Statement statement in block)
        {
            switch (statement)
            {
                case Loop loop when _unroll(loop):
                    Unroll(loop, environment, output);
                    break;
                case Loop loop:
                    output.Add(Keep(loop, environment));
                    break;
                case Call call when _inline(call) is { } callee:
                    Inline(call, callee, environment, output);
                    break;
                case Let let:
                    Operation operation = let.Operation.With(environment.Value, environment.Address);
                    string name = _names.Fresh(let.Name);
                    environment.Value(let.Name, name);
                    output.Add(new Let(name, operation));
                    break;
                default:
                    output.Add(statement.With(environment.Value, environment.Address));
                    break;
            }
        }
    }

    private void Unroll(Loop loop, Environment environment, List<Statement> output)
    {
        Address[] starts = [.. loop.Cursors.Select(cursor => environment.Address(cursor.Start))];
        for (long iteration = 0; iteration < loop.Count; iteration++)
        {
            Environment inner = new(environment);
            for (int i = 0; i < starts.Length; i++)
            {
                inner.Pointer(loop.Cursors[i].Name, starts[i] + (iteration * loop.Cursors[i].Stride));
            }

            Block(loop.Body, inner, output);
        }
    }

    private Loop Keep(Loop loop, Environment environment)
    {
        Environment inner = new(environment);
        List<Cursor> cursors = [];
        foreach (Cursor cursor in loop.Cursors)
        {
            string name = _names.Fresh(cursor.Name);
            cursors.Add(new Cursor(name, environment.Address(cursor.Start), cursor.Stride));
            inner.Pointer(cursor.Name, new Address(name, 0));
        }

        List<Statement> body = [];
        Block(loop.Body, inner, body);
        return new Loop(loop.Count, cursors.ToEquatableArray(), body.ToEquatableArray());
    }

    private void Inline(Call call, Kernel callee, Environment environment, List<Statement> output)
    {
        if (callee.Pointers.Count != call.Arguments.Count)
        {
            throw new ArgumentException($"{callee.Name} takes {callee.Pointers.Count} pointers, {call.Arguments.Count} are given.", nameof(call));
        }

        // The callee sees none of the caller's names.
        Environment inner = new(null);
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            inner.Pointer(callee.Pointers[i], environment.Address(call.Arguments[i]));
        }

        Block(callee.Body, inner, output);
    }
}
