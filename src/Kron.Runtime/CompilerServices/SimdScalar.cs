using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Kron.CompilerServices;

/// <summary>The rare operations of scalar kernels.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SimdScalar
{
    /// <summary><c>a · 2^n</c> for an integral n in [−126, 127].</summary>
    /// <param name="a">The factor.</param>
    /// <param name="n">The exponent.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(float a, float n) => a * BitConverter.Int32BitsToSingle(((int)n + 127) << 23);
}
