using System;
using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>The functions of elementwise device kernels by the names that their text uses, for running them on the host.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DeviceMath
{
    /// <summary>+∞.</summary>
    public const float Infinity = float.PositiveInfinity;

    /// <summary>⌊a / b⌋ of numbers that are not negative; on a device in 32 bits where they suffice, as 64 take several times as long.</summary>
    /// <param name="a">The dividend.</param>
    /// <param name="b">The divisor.</param>
    public static long Quotient(long a, int b) => a / b;

    /// <summary>a·b + c, rounded once.</summary>
    /// <param name="a">A factor.</param>
    /// <param name="b">The other.</param>
    /// <param name="c">What is added.</param>
    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>|a|.</summary>
    /// <param name="a">A number.</param>
    public static float Absolute(float a) => MathF.Abs(a);

    /// <summary>To the nearest integer, ties to even.</summary>
    /// <param name="a">A number.</param>
    public static float Round(float a) => MathF.Round(a);

    /// <summary>√a.</summary>
    /// <param name="a">A number.</param>
    public static float SquareRoot(float a) => MathF.Sqrt(a);

    /// <summary>eᵃ.</summary>
    /// <param name="a">A number.</param>
    public static float Exponential(float a) => MathF.Exp(a);

    /// <summary>ln a.</summary>
    /// <param name="a">A number.</param>
    public static float Logarithm(float a) => MathF.Log(a);

    /// <summary>a·2ⁿ.</summary>
    /// <param name="a">A number.</param>
    /// <param name="n">An integer.</param>
    public static float Scale(float a, float n) => MathF.ScaleB(a, (int)n);
}
