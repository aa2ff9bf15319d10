using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Ir.Passes;

/// <summary>How many values a block holds at a time, as the JIT sees it: what is loaded again is kept.</summary>
internal static class LiveValues
{
    /// <summary>How many values are held behind each statement of a block; those from outside are held through all of it.</summary>
    public static List<int> Behind(IReadOnlyList<Statement> block)
    {
        block = Shared(block);
        Dictionary<string, int> first = [], last = [];
        for (int i = 0; i < block.Count; i++)
        {
            if (block[i] is Let let)
            {
                first[let.Name] = i;
            }

            foreach (Statement inner in new[] { block[i] }.Deep())
            {
                foreach (string name in inner.Reads())
                {
                    last[name] = i;
                }

                if (inner is Set set)
                {
                    last[set.Name] = i;
                }
            }
        }

        var changes = new int[block.Count + 1];
        foreach (KeyValuePair<string, int> use in last)
        {
            bool isInside = first.TryGetValue(use.Key, out int start);
            changes[isInside ? start : 0]++;
            changes[isInside ? use.Value : block.Count]--;
        }

        int held = 0;
        return [.. changes.Take(block.Count).Select(change => held += change)];
    }

    /// <summary>The block with each value loaded once; what was loaded again is a copy that nobody reads.</summary>
    private static List<Statement> Shared(IReadOnlyList<Statement> block)
    {
        Dictionary<Operation, string> loaded = [];
        Dictionary<string, string> same = [];
        List<Statement> shared = [];
        foreach (Statement statement in block)
        {
            if (statement is Let { Operation: Load or Broadcast } let && loaded.TryGetValue(let.Operation, out string? got))
            {
                same[let.Name] = got;
                shared.Add(let with { Operation = new Copy(got) });
                continue;
            }

            if (statement is Let { Operation: Load or Broadcast } firstTime)
            {
                loaded.Add(firstTime.Operation, firstTime.Name);
            }

            shared.Add(statement.With(name => same.TryGetValue(name, out string? first) ? first : name, address => address));
        }

        return shared;
    }
}
