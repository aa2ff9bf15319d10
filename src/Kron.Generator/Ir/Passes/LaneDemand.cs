using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Ir.Passes;

/// <summary>How many leading lanes of each named value anything can depend on. What lies in the others may change freely.</summary>
internal sealed class LaneDemand
{
    private readonly Dictionary<string, int> _demand = [];
    private readonly int _lanes;

    private LaneDemand(int lanes) => _lanes = lanes;

    public static LaneDemand Of(Kernel kernel, int lanes)
    {
        LaneDemand result = new(lanes);
        Statement[] backwards = [.. kernel.Body.Deep().Reverse()];

        // One sweep settles straight-line code; assignments in loops may need more.
        bool changed;
        do
        {
            changed = false;
            foreach (Statement statement in backwards)
            {
                changed |= result.Visit(statement);
            }
        }
        while (changed);
        return result;
    }

    public int this[string name] => _demand.TryGetValue(name, out int lanes) ? lanes : 0;

    private bool Visit(Statement statement) => statement switch
    {
        Let let => Visit(let.Operation, this[let.Name]),
        Set set => Visit(set.Operation, this[set.Name]),
        Store store => Raise(store.Lanes, store.Value),
        StoreStrided store => Raise(store.Lanes, store.Value),
        StoreTransposed store => Raise(store.Lanes, [.. store.Rows]),
        StoreSums store => Raise(store.Columns * store.Group, [.. store.Rows]),
        _ => false,
    };

    private bool Visit(Operation operation, int lanes)
    {
        switch (operation)
        {
            case Unary { Kind: UnaryKind.ReduceAdd } when lanes > 0:
                return Raise(_lanes, [.. operation.Reads()]);
            case MultiplyAddLane m when lanes > 0:
                return Raise(lanes, m.A, m.C) | Raise(m.Lane + 1, m.B);
            default:
                return Raise(lanes, [.. operation.Reads()]);
        }
    }

    private bool Raise(int lanes, params string[] names)
    {
        bool changed = false;
        foreach (string name in names)
        {
            if (this[name] < lanes)
            {
                _demand[name] = lanes;
                changed = true;
            }
        }

        return changed;
    }
}
