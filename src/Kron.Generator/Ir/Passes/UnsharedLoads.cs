using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>
/// Loads what a loop's body loads more than once through another pointer each time, where the JIT, which would load it once and keep it,
/// would run out of registers: pixel r + 1 of a tap is pixel r of the next one.
/// </summary>
internal sealed class UnsharedLoads
{
    // What loads in pairs may take besides, in loops that share values.
    private const int PairRegisters = 6;

    private readonly TargetModel _target;
    private readonly NameSource _names;

    private UnsharedLoads(Kernel kernel, TargetModel target)
    {
        _target = target;
        _names = NameSource.Of(kernel);
    }

    public static Kernel Run(Kernel kernel, TargetModel target) =>
        kernel.WithBody(new UnsharedLoads(kernel, target).Block(kernel.Body));

    private IEnumerable<Statement> Block(EquatableArray<Statement> block)
    {
        foreach (Statement statement in block)
        {
            Loop? loop = statement is Loop outer ? outer with { Body = Block(outer.Body).ToEquatableArray() } : null;
            yield return loop is null ? statement : LiveValues.Behind(loop.Body).Any(values => values > _target.Registers - (_target.PairReach > 0 ? PairRegisters : 0)) ? Unshare(loop) : loop;
        }
    }

    private Loop Unshare(Loop loop)
    {
        List<Cursor> cursors = [.. loop.Cursors];
        Dictionary<Operation, int> times = [];
        Dictionary<(string Pointer, int Time), string> copies = [];
        return loop with { Body = loop.Body.Select(Through).ToEquatableArray(), Cursors = cursors.ToEquatableArray() };

        Statement Through(Statement statement)
        {
            if (statement is not Let { Operation: Load or Broadcast } let || Footprint.Of(let) is not { } place || loop.Cursors.FirstOrDefault(cursor => cursor.Name == place.Pointer) is not { } own)
            {
                return statement;
            }

            times.TryGetValue(let.Operation, out int before);
            times[let.Operation] = before + 1;
            if (before == 0)
            {
                return let;
            }

            if (!copies.TryGetValue((own.Name, before), out string? copy))
            {
                if (cursors.Count >= _target.MovedPointers)
                {
                    return let;
                }

                copy = copies[(own.Name, before)] = _names.Fresh(own.Name);
                cursors.Add(own with { Name = copy });
            }

            return let.With(name => name, address => address with { Pointer = copy });
        }
    }
}
