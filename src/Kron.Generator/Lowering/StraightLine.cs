using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>Turns inference that is small enough into one straight-line body, its intermediates in registers where they fit.</summary>
internal static class StraightLine
{
    public static LayerProgramIr Apply(LayerProgramIr program)
    {
        Dictionary<string, Kernel> table = program.Kernels.ToDictionary(k => k.Name);
        Entry[] entries = [.. program.Entries.Select(entry => Expand(entry, program, table))];

        // What is no longer called goes.
        HashSet<string> called = [.. entries.SelectMany(e => Calls(e.Kernel))];
        foreach (Kernel kernel in program.Kernels.Reverse().Where(k => called.Contains(k.Name)))
        {
            called.UnionWith(Calls(kernel));
        }

        return program with
        {
            Entries = entries.ToEquatableArray(),
            Kernels = program.Kernels.Where(k => called.Contains(k.Name)).ToEquatableArray(),
        };
    }

    private static Entry Expand(Entry entry, LayerProgramIr program, Dictionary<string, Kernel> table)
    {
        long work = Operations(entry.Kernel.Body, table);
        if (entry.Pass != Pass.Forward || work > JitLimits.StraightLineOperations)
        {
            return entry;
        }

        Kernel kernel = Unroller.UnrollAll(Inliner.Inline(entry.Kernel, table.Values));

        // Regions are apart from each other; the runtime checks that input and output are.
        kernel = CommonLoads.Run(kernel, Aliasing.None);
        kernel = ScratchPromotion.Promote(kernel, program.Target.Lanes, new PrivateScratch(nameof(Region.Scratch), 0, program.Sizes.ForwardScratch));

        HashSet<string> used = [.. kernel.Body.Deep().SelectMany(statement => statement.Addresses()).Select(address => address.Pointer)];
        kernel = kernel with { Pointers = kernel.Pointers.Where(used.Contains).ToEquatableArray() };
        return JitBudget.Check(kernel, program.Target).Count == 0 ? entry with { Kernel = kernel } : entry;
    }

    /// <summary>Vector operations that the statements run, every iteration counted.</summary>
    private static long Operations(IEnumerable<Statement> statements, Dictionary<string, Kernel> table) => statements.Sum(statement => statement switch
    {
        Loop loop => loop.Count * Operations(loop.Body, table),
        Call call => Operations(table[call.Kernel].Body, table),
        Let { Operation: Constant } => 0,
        Rearrange => JitLimits.StraightLineOperations,
        _ => 1,
    });

    private static IEnumerable<string> Calls(Kernel kernel) => kernel.Body.Deep().OfType<Call>().Select(c => c.Kernel);
}
