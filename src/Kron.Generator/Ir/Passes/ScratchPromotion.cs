using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Ir.Passes;

/// <summary>Floats of a pointer whose content nothing else reads or writes, and nobody needs after the kernel.</summary>
internal readonly record struct PrivateScratch(string Pointer, long First, long Count)
{
    public bool Contains(long offset) => offset >= First && offset < First + Count;
}

/// <summary>
/// Keeps in registers what straight-line code stores to scratch and loads back whole: the load becomes the stored value,
/// and stores to private scratch that nothing loads any more disappear.
/// </summary>
/// <remarks>
/// No other pointer of the kernel may reach floats of the scratch pointer. A load takes the value of the store at exactly its
/// address, nothing having been stored over any of it since, if nothing depends on lanes that the two do not share. A loop, call or rearrangement that uses the pointer is a wall; loops themselves are left as they are.
/// </remarks>
internal static class ScratchPromotion
{
    /// <param name="kernel">The kernel.</param>
    /// <param name="lanes">The target's lanes.</param>
    /// <param name="scratch">What is private.</param>
    public static Kernel Promote(Kernel kernel, int lanes, PrivateScratch scratch)
    {
        Kernel promoted = CopyPropagation.Run(kernel.WithBody(ReuseValues(kernel, lanes, scratch.Pointer)));
        return DeadValues.Run(promoted.WithBody(RemoveStores(promoted, scratch)));
    }

    private static List<Statement> ReuseValues(Kernel kernel, int lanes, string scratch)
    {
        LaneDemand demand = LaneDemand.Of(kernel, lanes);
        List<Store> known = [];
        List<Statement> output = [];
        foreach (Statement statement in kernel.Body)
        {
            output.Add(Reuse(statement) is { } value ? Copied(statement, value) : statement);
            if (IsWall(statement, scratch))
            {
                known.Clear();
            }

            if (Footprint.Of(statement) is { Writes: true } written && written.Pointer == scratch)
            {
                known.RemoveAll(store => Footprint.Of(store)!.Value.Overlaps(written));
            }

            if (statement is Store stored && stored.To.Pointer == scratch)
            {
                known.Add(stored);
            }

            HashSet<string> assigned = [.. new[] { statement }.Deep().OfType<Set>().Select(set => set.Name)];
            known.RemoveAll(store => assigned.Contains(store.Value));
        }

        return output;

        string? Reuse(Statement statement)
        {
            (Address From, int Lanes)? load = statement.Operation() switch
            {
                Load l => (l.From, l.Lanes),
                Broadcast { Width: 1 } b when lanes == 1 => (b.From, 1),
                _ => null,
            };
            if (load is not { } wanted || wanted.From.Pointer != scratch)
            {
                return null;
            }

            // Beyond its own lanes the load holds zeros, and beyond those of the store other floats.
            string name = statement is Let let ? let.Name : ((Set)statement).Name;
            return known.FirstOrDefault(store => store.To == wanted.From && demand[name] <= Math.Min(wanted.Lanes, store.Lanes))?.Value;
        }
    }

    private static Statement Copied(Statement load, string value) =>
        load is Let let ? let with { Operation = new Copy(value) } : ((Set)load) with { Operation = new Copy(value) };

    /// <summary>Backwards: a store whose floats are all private and not read before they are stored again, or at all, goes.</summary>
    private static IEnumerable<Statement> RemoveStores(Kernel kernel, PrivateScratch scratch)
    {
        HashSet<long> read = [];
        bool allRead = false;
        List<Statement> kept = [];
        foreach (Statement statement in kernel.Body.Reverse())
        {
            if (IsWall(statement, scratch.Pointer))
            {
                allRead = true;
            }

            if (Footprint.Of(statement) is not { } touched || touched.Pointer != scratch.Pointer)
            {
                kept.Add(statement);
                continue;
            }

            bool needed = !touched.Writes || allRead || touched.Floats().Any(at => read.Contains(at) || !scratch.Contains(at));
            if (!needed)
            {
                continue;
            }

            kept.Add(statement);
            if (touched.Reads)
            {
                read.UnionWith(touched.Floats());
            }
            else
            {
                read.ExceptWith(touched.Floats());
            }
        }

        kept.Reverse();
        return kept;
    }

    /// <summary>Whether something that is not looked into uses the pointer.</summary>
    private static bool IsWall(Statement statement, string scratch) =>
        statement is Loop or Call or Rearrange or StoreSums && new[] { statement }.Deep().Any(s => s.Addresses().Any(address => address.Pointer == scratch));
}
