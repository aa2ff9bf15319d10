using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>Collects the statements of a kernel and hands out names that are unique in it.</summary>
internal sealed class KernelBuilder
{
    private readonly Dictionary<string, int> _names = [];
    private List<Statement> _body = [];

    /// <summary>A name that no other value or pointer of the kernel has: the hint itself if it is free.</summary>
    public string Unique(string hint)
    {
        if (!_names.TryGetValue(hint, out int used))
        {
            _names.Add(hint, 1);
            return hint;
        }

        _names[hint] = used + 1;
        return Unique(hint + "_" + Invariant.Text(used));
    }

    public string Let(string hint, Operation operation)
    {
        string name = Unique(hint);
        _body.Add(new Let(name, operation));
        return name;
    }

    public void Add(Statement statement) => _body.Add(statement);

    /// <summary>A loop over moving pointers; a single iteration is its body alone.</summary>
    public void Loop(long count, IReadOnlyList<(string Hint, Address Start, long Stride)> pointers, Action<IReadOnlyList<Address>> body)
    {
        if (count == 1)
        {
            body([.. pointers.Select(p => p.Start)]);
            return;
        }

        var cursors = new List<Cursor>();
        var addresses = new List<Address>();
        foreach ((string hint, Address start, long stride) in pointers)
        {
            if (stride == 0)
            {
                addresses.Add(start);
                continue;
            }

            var cursor = new Cursor(Unique(hint), start, stride);
            cursors.Add(cursor);
            addresses.Add(new Address(cursor.Name, 0));
        }

        List<Statement> outer = _body;
        _body = [];
        body(addresses);
        outer.Add(new Loop(count, cursors.ToEquatableArray(), _body.ToEquatableArray()));
        _body = outer;
    }

    /// <summary>An entry: its pointers are the regions that its top-level statements name.</summary>
    public Kernel BuildEntry(string name, string summary)
    {
        HashSet<string> used = [];
        Collect(_body);
        return Build(name, summary, Enum.GetNames(typeof(Region)).Where(used.Contains));

        void Collect(IEnumerable<Statement> statements)
        {
            foreach (Statement statement in statements)
            {
                used.UnionWith(statement switch
                {
                    Call call => call.Arguments.Select(a => a.Pointer),
                    Rearrange rearrange => [rearrange.From.Pointer, rearrange.To.Pointer],
                    Loop loop => loop.Cursors.Select(c => c.Start.Pointer),
                    _ => throw new NotSupportedException($"An entry holds calls and loops, not {statement.GetType().Name}."),
                });
                if (statement is Loop inner)
                {
                    Collect(inner.Body);
                }
            }
        }
    }

    public Kernel Build(string name, string summary, IEnumerable<string> pointers) =>
        new(name, summary, pointers.ToEquatableArray(), _body.ToEquatableArray());
}
