using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Ir.Passes;

/// <summary>What a kernel costs RyuJIT.</summary>
/// <param name="Locals">Named values, pointers and loop counters.</param>
/// <param name="MultiplyAdds">Vector multiply-adds in the text, however often they run.</param>
/// <param name="Statements">Statements but remarks.</param>
/// <param name="IlBytes">Estimated size of the method's IL; errs on the high side.</param>
internal sealed record JitCost(int Locals, int MultiplyAdds, int Statements, int IlBytes);

/// <summary>Keeps kernels within what RyuJIT optimises: past the limits its code is silently several times slower.</summary>
internal static class JitBudget
{
    // IL: a call takes 5 bytes, a local beyond the 256th 4 to read or write, a literal 5, an offset 2 for its addition and conversion.
    private const int CallBytes = 5;
    private const int LiteralBytes = 5;
    private const int FewLocals = 256;

    /// <param name="kernel">The kernel.</param>
    /// <param name="target">Sharpens the estimate of the IL; without one the dearest is assumed.</param>
    public static JitCost Measure(Kernel kernel, TargetModel? target = null)
    {
        Statement[] all = [.. kernel.Body.Deep().Where(statement => statement is not Remark)];
        int locals = kernel.Pointers.Count + all.Sum(statement => statement switch
        {
            Let => 1,
            Loop loop => 1 + loop.Cursors.Count,
            _ => 0,
        });
        int local = locals <= FewLocals ? 2 : 4;
        return new JitCost(
            locals,
            all.Count(statement => statement.Operation() is MultiplyAdd or MultiplyAddLane),
            all.Length,
            all.Sum(statement => IlBytes(statement, local, target)));
    }

    /// <summary>One line for each limit that the kernel exceeds.</summary>
    public static IReadOnlyList<string> Check(Kernel kernel, TargetModel? target = null)
    {
        JitCost cost = Measure(kernel, target);
        List<string> violations = [];
        Limit("locals", cost.Locals, JitLimits.Locals);
        Limit("vector multiply-adds", cost.MultiplyAdds, JitLimits.MultiplyAdds);
        Limit("estimated bytes of IL", cost.IlBytes, JitLimits.IlBytes);
        return violations;

        void Limit(string what, int count, int limit)
        {
            if (count > limit)
            {
                violations.Add(System.FormattableString.Invariant($"{kernel.Name}: {count} {what}, the limit is {limit}"));
            }
        }
    }

    /// <summary>The violations of every kernel and entry of a program.</summary>
    public static IReadOnlyList<string> Check(LayerProgramIr program) =>
        [.. program.Kernels.Concat(program.Entries.Select(entry => entry.Kernel)).SelectMany(kernel => Check(kernel, program.Target))];

    private static int IlBytes(Statement statement, int local, TargetModel? target)
    {
        int address = local + LiteralBytes + 2;

        // On plain floats operations are IL's own.
        int operation = target?.Lanes == 1 ? 1 : CallBytes;
        int multiplyAdd = target?.FusedMultiplyAdd == true ? operation : 2 * operation;
        return statement switch
        {
            // Counter set, compared and moved; cursors set and moved.
            Loop loop => (4 * local) + (2 * LiteralBytes) + 8 + (loop.Cursors.Count * 2 * (address + local)),

            // A strided store extracts a lane per float.
            Store s => address + local + operation + Mask(s.Lanes),
            StoreStrided s => s.Lanes * (address + local + LiteralBytes + CallBytes + 1),
            StoreTransposed s => (s.Rows.Count * local) + address + (2 * LiteralBytes) + CallBytes,
            StoreSums s => (s.Rows.Count * (local + CallBytes)) + address + (5 * LiteralBytes) + CallBytes,
            Rearrange => (2 * address) + (12 * LiteralBytes) + (3 * CallBytes),
            Prefetch => address + CallBytes,
            Call call => (call.Arguments.Count * address) + CallBytes,
            Let let => Operation(let.Operation) + local,
            Set set => Operation(set.Operation) + local,
            _ => 0,
        };

        int Operation(Operation of) => of switch
        {
            Load load => address + operation + Mask(load.Lanes),
            LoadStrided load => (2 * load.Lanes * address) + CallBytes,
            Broadcast broadcast => address + 1 + operation + (broadcast.Width > 1 ? CallBytes : 0),
            Constant => LiteralBytes + operation,
            MultiplyAdd => (3 * local) + multiplyAdd,
            MultiplyAddLane => (3 * local) + LiteralBytes + multiplyAdd + (2 * CallBytes),
            _ => (of.Reads().Count * local) + CallBytes,
        };

        int Mask(int lanes) => lanes == target?.Lanes ? 0 : LiteralBytes + CallBytes;
    }
}
