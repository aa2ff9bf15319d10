using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>Which pointers of a kernel may reach the same floats.</summary>
internal enum Aliasing
{
    /// <summary>Any two.</summary>
    Possible,

    /// <summary>No two different parameters; a cursor reaches what its parameter reaches.</summary>
    None,
}

/// <summary>Names each loaded value once: a load of what an earlier load got, with nothing stored there since, becomes that value.</summary>
/// <remarks>The same load expression repeated in a large body makes RyuJIT's code an order of magnitude slower.</remarks>
internal sealed class CommonLoads
{
    private readonly Aliasing _aliasing;
    private readonly Dictionary<string, string> _parameter = [];

    private CommonLoads(Kernel kernel, Aliasing aliasing)
    {
        _aliasing = aliasing;
        foreach (string pointer in kernel.Pointers)
        {
            _parameter[pointer] = pointer;
        }
    }

    public static Kernel Run(Kernel kernel, Aliasing aliasing) =>
        CopyPropagation.Run(kernel.WithBody(new CommonLoads(kernel, aliasing).Block(kernel.Body, [])));

    /// <param name="block">The statements.</param>
    /// <param name="available">What earlier loads got, by load: changed on the way.</param>
    private List<Statement> Block(EquatableArray<Statement> block, Dictionary<Operation, string> available)
    {
        List<Statement> output = [];
        foreach (Statement statement in block)
        {
            Forget(available, statement);
            switch (statement)
            {
                case Loop loop:
                    // What the body stores or assigns is forgotten already; what it loads is not known after it.
                    output.Add(loop with { Body = Block(loop.Body, new Dictionary<Operation, string>(available)).ToEquatableArray() });
                    break;
                case Let { Operation: Load or LoadStrided or Broadcast } let:
                    output.Add(available.TryGetValue(let.Operation, out string? got) ? let with { Operation = new Copy(got) } : let);
                    Remember(available, let.Operation, let.Name);
                    break;
                case Set { Operation: Load or LoadStrided or Broadcast } set:
                    output.Add(available.TryGetValue(set.Operation, out string? had) ? set with { Operation = new Copy(had) } : set);
                    Remember(available, set.Operation, set.Name);
                    break;
                default:
                    output.Add(statement);
                    break;
            }
        }

        return output;
    }

    private static void Remember(Dictionary<Operation, string> available, Operation load, string name)
    {
        if (!available.ContainsKey(load))
        {
            available[load] = name;
        }
    }

    /// <summary>Forgets what the statement, or anything in it, makes stale.</summary>
    private void Forget(Dictionary<Operation, string> available, Statement statement)
    {
        foreach (Statement inner in new[] { statement }.Deep())
        {
            if (inner is Loop loop)
            {
                foreach (Cursor cursor in loop.Cursors)
                {
                    _parameter[cursor.Name] = Parameter(cursor.Start.Pointer);
                }
            }
            else if (inner is Set set)
            {
                foreach (Operation load in available.Where(pair => pair.Value == set.Name).Select(pair => pair.Key).ToArray())
                {
                    available.Remove(load);
                }
            }
            else if (inner is Call or Rearrange or StoreSums)
            {
                // Whatever it is given, it may write anywhere from there.
                Remove(available, load => inner.Addresses().Any(address => MayAlias(address.Pointer, Footprint.Of(new Let("", load))!.Value.Pointer)));
            }
            else if (Footprint.Of(inner) is { Writes: true } written)
            {
                Remove(available, load =>
                {
                    Footprint read = Footprint.Of(new Let("", load))!.Value;
                    return read.Pointer == written.Pointer ? read.Overlaps(written) : MayAlias(written.Pointer, read.Pointer);
                });
            }
        }
    }

    private static void Remove(Dictionary<Operation, string> available, Func<Operation, bool> stale)
    {
        foreach (Operation load in available.Keys.Where(stale).ToArray())
        {
            available.Remove(load);
        }
    }

    private bool MayAlias(string a, string b) => _aliasing == Aliasing.Possible || Parameter(a) == Parameter(b);

    private string Parameter(string pointer) => _parameter.TryGetValue(pointer, out string? parameter) ? parameter : pointer;
}
