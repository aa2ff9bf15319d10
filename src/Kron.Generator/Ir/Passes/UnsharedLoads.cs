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
    private readonly int _registers;
    private readonly NameSource _names;

    private UnsharedLoads(Kernel kernel, TargetModel target)
    {
        _target = target;
        _registers = target.Registers - (target.PairReach > 0 ? PairRegisters : 0);
        _names = NameSource.Of(kernel);
    }

    public static Kernel Run(Kernel kernel, TargetModel target) =>
        kernel.Body.Deep().OfType<Loop>().Any(LoadsAgain) ? kernel.WithBody(new UnsharedLoads(kernel, target).Block(kernel.Body)) : kernel;

    private static bool LoadsAgain(Loop loop)
    {
        HashSet<Operation> loaded = [];
        return loop.Body.Any(statement => statement is Let { Operation: Load or Broadcast } let && !loaded.Add(let.Operation));
    }

    private IEnumerable<Statement> Block(EquatableArray<Statement> block)
    {
        foreach (Statement statement in block)
        {
            if (statement is not Loop outer)
            {
                yield return statement;
                continue;
            }

            Loop loop = outer with { Body = Block(outer.Body).ToEquatableArray() };
            yield return LoadsAgain(loop) && LiveValues.Behind(loop.Body).Max() > _registers ? Unshare(loop) : loop;
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
