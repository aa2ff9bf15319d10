using System.Collections.Generic;
using System.Linq;

namespace Kron.MachineCode.Tests.Disassembly;

/// <summary>What one pass through an innermost loop executes.</summary>
/// <param name="Function">The function that it is part of.</param>
/// <param name="Instructions">All instructions, the jump back included.</param>
/// <param name="MultiplyAdds">Fused multiply-adds.</param>
/// <param name="Separate">Multiplications and additions that are not fused.</param>
/// <param name="StackAccesses">Reads and writes of the stack frame: values that found no register.</param>
internal sealed record InnerLoop(Function Function, int Instructions, int MultiplyAdds, int Separate, int StackAccesses)
{
    public double InstructionsPerMultiplyAdd => (double)Instructions / MultiplyAdds;

    /// <summary>The innermost loops of a function that multiply and add, and call nothing.</summary>
    public static IReadOnlyList<InnerLoop> Of(Function function, Architecture architecture)
    {
        List<(long First, long Last)> loops = [.. function.Body
            .Select(i => (First: architecture.TargetOf(i), Last: i.Address))
            .Where(loop => loop.First is { } first && first >= function.Body[0].Address && first <= loop.Last)
            .Select(loop => (loop.First!.Value, loop.Last))];
        return [.. loops
            .Where(loop => !loops.Any(other => other != loop && other.First >= loop.First && other.Last <= loop.Last))
            .Select(loop => function.Body.Where(i => i.Address >= loop.First && i.Address <= loop.Last).ToList())
            .Where(body => body.Exists(architecture.IsMultiplyAdd) && !body.Exists(architecture.IsCall))
            .Select(body => new InnerLoop(
                function,
                body.Count,
                body.Count(architecture.IsMultiplyAdd),
                body.Count(architecture.IsSeparate),
                architecture.StackAccesses(function, body)))];
    }
}
