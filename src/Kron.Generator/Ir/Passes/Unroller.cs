using System;

namespace Kron.Generator.Ir.Passes;

/// <summary>Replaces loops by their iterations, one after the other: cursors become literal offsets, names unique.</summary>
internal static class Unroller
{
    public static Kernel UnrollAll(Kernel kernel) => Unroll(kernel, _ => true);

    /// <param name="kernel">The kernel.</param>
    /// <param name="which">Which of its loops; an inner loop is asked for whether or not the outer one is unrolled.</param>
    public static Kernel Unroll(Kernel kernel, Func<Loop, bool> which) => Expander.Expand(kernel, which, _ => null);
}
