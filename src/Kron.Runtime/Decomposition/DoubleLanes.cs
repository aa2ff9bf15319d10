using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kron.Decomposition;

/// <summary>A vector of doubles as the matrix kernels use it: one implementation for each width, one kernel for all.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IDoubleLanes<TVector>
    where TVector : struct
{
    /// <summary>Doubles in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>The value in every lane.</summary>
    static abstract TVector Broadcast(double value);

    /// <summary>As many doubles as a vector holds.</summary>
    static abstract TVector Load(double* source);

    /// <summary>As many floats, widened.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Writes all lanes.</summary>
    static abstract void Store(double* destination, TVector value);

    /// <summary>x·y + addend, rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector addend);
}

/// <summary>Eight doubles: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : IDoubleLanes<Vector512<double>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(float* source) => Avx512F.ConvertToVector512Double(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* destination, Vector512<double> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> x, Vector512<double> y, Vector512<double> addend) =>
        Avx512F.FusedMultiplyAdd(x, y, addend);
}

/// <summary>Four doubles: AVX, fused with FMA.</summary>
internal readonly unsafe struct Lanes256 : IDoubleLanes<Vector256<double>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(float* source) => Avx.ConvertToVector256Double(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* destination, Vector256<double> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> x, Vector256<double> y, Vector256<double> addend) =>
        Fma.IsSupported ? Fma.MultiplyAdd(x, y, addend) : (x * y) + addend;
}

/// <summary>Two doubles: NEON, SSE2, WebAssembly.</summary>
internal readonly unsafe struct Lanes128 : IDoubleLanes<Vector128<double>>
{
    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Broadcast(double value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(double* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(float* source) => Vector128.WidenLower(Vector64.Load(source).ToVector128());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* destination, Vector128<double> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplyAdd(Vector128<double> x, Vector128<double> y, Vector128<double> addend) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.FusedMultiplyAdd(addend, x, y) : (x * y) + addend;
}
