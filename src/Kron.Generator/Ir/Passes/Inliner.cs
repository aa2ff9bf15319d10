using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Ir.Passes;

/// <summary>Replaces calls by the callee's body, and the calls therein likewise.</summary>
internal static class Inliner
{
    /// <param name="kernel">The kernel.</param>
    /// <param name="callees">The kernels whose calls are replaced; calls of others stay.</param>
    public static Kernel Inline(Kernel kernel, IEnumerable<Kernel> callees)
    {
        Dictionary<string, Kernel> table = callees.ToDictionary(callee => callee.Name, StringComparer.Ordinal);
        return Expander.Expand(kernel, _ => false, call => table.TryGetValue(call.Kernel, out Kernel? callee) ? callee : null);
    }
}
