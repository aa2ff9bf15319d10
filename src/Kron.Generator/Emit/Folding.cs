using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;

namespace Kron.Generator.Emit;

/// <summary>Which values need no name in the text: those whose only use is the next statement, where they stand for themselves.</summary>
internal sealed class Folding
{
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly int _lanes;

    /// <param name="kernel">The kernel.</param>
    /// <param name="lanes">The target's lanes; helpers load fewer, and are not nested.</param>
    public Folding(Kernel kernel, int lanes)
    {
        _lanes = lanes;
        foreach (Statement statement in kernel.Body.Deep())
        {
            foreach (string name in statement.Reads())
            {
                Count(name);
            }

            if (statement is Set set)
            {
                Count(set.Name);
            }
        }

        void Count(string name)
        {
            _uses.TryGetValue(name, out int uses);
            _uses[name] = uses + 1;
        }
    }

    /// <summary>Whether a statement's value is written where the next one uses it.</summary>
    public bool Folds(Statement statement, Statement next) =>
        statement is Let let
        && _uses.TryGetValue(let.Name, out int uses) && uses == 1
        && (next switch
        {
            Store store => store.Value == let.Name && let.Operation is not Select,
            _ => IsWholeLoad(let.Operation) && next.Operation() is { } operation && Takes(operation, let.Name),
        });

    private bool IsWholeLoad(Operation operation) => operation switch
    {
        Load load => load.Lanes == _lanes,
        Broadcast broadcast => broadcast.Width == 1 || broadcast.Lanes == broadcast.Width,
        _ => false,
    };

    // Operations that write each operand once, whatever the target.
    private static bool Takes(Operation operation, string name) => operation switch
    {
        MultiplyAdd m => m.A == name || m.B == name,
        MultiplyAddLane m => m.A == name,
        Binary { Kind: BinaryKind.Add or BinaryKind.Subtract or BinaryKind.Multiply } b => b.A == name || b.B == name,
        _ => false,
    };
}
