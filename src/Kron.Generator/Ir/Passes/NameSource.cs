using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>Hands out names that are unique in a kernel, as near as possible to the ones asked for.</summary>
internal sealed class NameSource(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = [.. taken];
    private readonly Dictionary<string, int> _next = [];

    /// <summary>Names beside those of a kernel's pointers and values.</summary>
    public static NameSource Of(Kernel kernel) => new(kernel.Pointers.Concat(kernel.Body.Deep().SelectMany(statement => statement switch
    {
        Loop loop => loop.Cursors.Select(cursor => cursor.Name),
        Let let => [let.Name],
        _ => Enumerable.Empty<string>(),
    })));

    public string Fresh(string stem)
    {
        string name = stem;
        _next.TryGetValue(stem, out int next);
        while (!_taken.Add(name))
        {
            name = stem + "_" + Invariant.Text(++next);
        }

        _next[stem] = next;
        return name;
    }
}
