using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kron.Decomposition;

/// <summary>A vector as the matrix kernels use it: one implementation for each width, one kernel for all.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">Its lanes, float or double.</typeparam>
internal unsafe interface ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>The value in every lane.</summary>
    static abstract TVector Broadcast(T value);

    /// <summary>As many entries as a vector has lanes, widened where they are floats and the lanes are doubles.</summary>
    static abstract TVector Load<TSource>(TSource* source)
        where TSource : unmanaged;

    /// <summary>Writes all lanes.</summary>
    static abstract void Store(T* destination, TVector value);

    /// <summary>x·y + addend, rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector addend);
}

/// <summary>Vectors of 512 bits: AVX-512.</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<Vector512<T>, T>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load<TSource>(TSource* source)
        where TSource : unmanaged =>
        typeof(TSource) == typeof(T)
            ? Vector512.Load((T*)source)
            : Avx512F.ConvertToVector512Double(Vector256.Load((float*)source)).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, Vector512<T> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> x, Vector512<T> y, Vector512<T> addend) =>
        typeof(T) == typeof(double)
            ? Avx512F.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), addend.AsDouble()).As<double, T>()
            : Avx512F.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), addend.AsSingle()).As<float, T>();
}

/// <summary>Vectors of 256 bits: AVX, fused with FMA.</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<Vector256<T>, T>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load<TSource>(TSource* source)
        where TSource : unmanaged =>
        typeof(TSource) == typeof(T)
            ? Vector256.Load((T*)source)
            : Avx.ConvertToVector256Double(Vector128.Load((float*)source)).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, Vector256<T> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> x, Vector256<T> y, Vector256<T> addend)
    {
        if (!Fma.IsSupported)
        {
            return (x * y) + addend;
        }

        return typeof(T) == typeof(double)
            ? Fma.MultiplyAdd(x.AsDouble(), y.AsDouble(), addend.AsDouble()).As<double, T>()
            : Fma.MultiplyAdd(x.AsSingle(), y.AsSingle(), addend.AsSingle()).As<float, T>();
    }
}

/// <summary>Vectors of 128 bits: NEON, SSE2, WebAssembly.</summary>
internal readonly unsafe struct Lanes128<T> : ILanes<Vector128<T>, T>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load<TSource>(TSource* source)
        where TSource : unmanaged =>
        typeof(TSource) == typeof(T)
            ? Vector128.Load((T*)source)
            : Vector128.WidenLower(Vector64.Load((float*)source).ToVector128()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, Vector128<T> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> x, Vector128<T> y, Vector128<T> addend)
    {
        if (!AdvSimd.Arm64.IsSupported)
        {
            return (x * y) + addend;
        }

        return typeof(T) == typeof(double)
            ? AdvSimd.Arm64.FusedMultiplyAdd(addend.AsDouble(), x.AsDouble(), y.AsDouble()).As<double, T>()
            : AdvSimd.FusedMultiplyAdd(addend.AsSingle(), x.AsSingle(), y.AsSingle()).As<float, T>();
    }
}
