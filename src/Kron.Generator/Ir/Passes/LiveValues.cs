using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Ir.Passes;

/// <summary>How many values a block holds at a time, as the JIT sees it: what is loaded again is kept.</summary>
internal static class LiveValues
{
    /// <summary>How many values are held behind each statement of a block; those from outside are held through all of it.</summary>
    public static List<int> Behind(IReadOnlyList<Statement> block)
    {
        List<Statement> shared = Shared(block);
        HashSet<string> own = [.. shared.OfType<Let>().Select(let => let.Name)], outside = [], live = [];
        var held = new int[shared.Count];
        for (int i = shared.Count - 1; i >= 0; i--)
        {
            held[i] = live.Count;
            if (shared[i] is Let let)
            {
                live.Remove(let.Name);
            }

            Use(shared[i]);
        }

        return [.. held.Select(values => values + outside.Count)];

        void Use(Statement statement)
        {
            foreach (string name in statement.Reads())
            {
                (own.Contains(name) ? live : outside).Add(name);
            }

            switch (statement)
            {
                case Set set:
                    (own.Contains(set.Name) ? live : outside).Add(set.Name);
                    break;
                case Loop loop:
                    foreach (Statement inner in loop.Body)
                    {
                        Use(inner);
                    }

                    break;
            }
        }
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

            shared.Add(same.Count == 0 ? statement : statement.With(name => same.TryGetValue(name, out string? first) ? first : name, address => address));
        }

        return shared;
    }
}
