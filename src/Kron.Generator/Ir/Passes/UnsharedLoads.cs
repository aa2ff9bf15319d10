using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>
/// Loads what a loop's body loads more than once through another pointer each time: the JIT would load it once, keep it and run out of
/// registers, as where pixel r + 1 of a tap is pixel r of the next one.
/// </summary>
internal sealed class UnsharedLoads
{
    private readonly NameSource _names;

    private UnsharedLoads(Kernel kernel) => _names = NameSource.Of(kernel);

    public static Kernel Run(Kernel kernel, TargetModel target) =>
        target.OffsetReach == 0 ? kernel : kernel.WithBody(new UnsharedLoads(kernel).Block(kernel.Body));

    private IEnumerable<Statement> Block(EquatableArray<Statement> block) =>
        [.. block.Select(statement => statement is Loop loop ? Unshare(loop with { Body = Block(loop.Body).ToEquatableArray() }) : statement)];

    private Loop Unshare(Loop loop)
    {
        List<Cursor> cursors = [.. loop.Cursors];
        Dictionary<Load, int> times = [];
        Dictionary<(string Pointer, int Time), string> copies = [];
        return loop with { Body = loop.Body.Select(Through).ToEquatableArray(), Cursors = cursors.ToEquatableArray() };

        Statement Through(Statement statement)
        {
            if (statement is not Let { Operation: Load load } let || loop.Cursors.FirstOrDefault(cursor => cursor.Name == load.From.Pointer) is not { } own)
            {
                return statement;
            }

            times.TryGetValue(load, out int before);
            times[load] = before + 1;
            if (before == 0)
            {
                return let;
            }

            if (!copies.TryGetValue((own.Name, before), out string? copy))
            {
                if (cursors.Count == NearCursors.MaxCursors)
                {
                    return let;
                }

                copy = copies[(own.Name, before)] = _names.Fresh(own.Name);
                cursors.Add(own with { Name = copy });
            }

            return let with { Operation = load with { From = load.From with { Pointer = copy } } };
        }
    }
}
