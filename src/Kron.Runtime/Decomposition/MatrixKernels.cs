using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kron.Decomposition;

/// <summary>Dense double-precision kernels of the decompositions, vectorised portably.</summary>
internal static unsafe class MatrixKernels
{
    // Long enough to be worth a thread, and independent of the number of cores, so that sums are too.
    private const int Slices = 8;
    private const long WorthSplitting = 1 << 18;

    /// <summary>Works on part of a row.</summary>
    /// <param name="slice">The number of the slice.</param>
    /// <param name="first">Its first column.</param>
    /// <param name="length">Its columns.</param>
    public delegate void SliceAction(int slice, long first, long length);

    /// <summary>C += A·B, A given by two strides so that it may be read transposed.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C, whole vectors.</param>
    /// <param name="k">Columns of A.</param>
    /// <param name="a">A.</param>
    /// <param name="aRow">Distance of A's rows.</param>
    /// <param name="aColumn">Distance of A's columns.</param>
    /// <param name="b">B, k × n.</param>
    /// <param name="ldb">Distance of B's rows.</param>
    /// <param name="c">C, m × n.</param>
    /// <param name="ldc">Distance of C's rows.</param>
    /// <typeparam name="T">Of A and C.</typeparam>
    /// <typeparam name="TSource">Of B: T, or float.</typeparam>
    public static void MultiplyAdd<T, TSource>(long m, long n, long k, T* a, long aRow, long aColumn, TSource* b, long ldb, T* c, long ldc)
        where T : unmanaged, INumberBase<T>
        where TSource : unmanaged
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            MatrixTiles<Lanes512<T>, Vector512<T>, T>.MultiplyAdd(m, n, k, a, aRow, aColumn, b, ldb, c, ldc);
        }
        else if (Avx.IsSupported)
        {
            MatrixTiles<Lanes256<T>, Vector256<T>, T>.MultiplyAdd(m, n, k, a, aRow, aColumn, b, ldb, c, ldc);
        }
        else
        {
            MatrixTiles<Lanes128<T>, Vector128<T>, T>.MultiplyAdd(m, n, k, a, aRow, aColumn, b, ldb, c, ldc);
        }
    }

    /// <summary>C += A·Bᵀ: all inner products of rows of A and B.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Rows of B, columns of C.</param>
    /// <param name="k">Columns of A and B, whole vectors.</param>
    /// <param name="a">A.</param>
    /// <param name="lda">Distance of A's rows.</param>
    /// <param name="b">B.</param>
    /// <param name="ldb">Distance of B's rows.</param>
    /// <param name="c">C, m × n.</param>
    /// <param name="ldc">Distance of C's rows.</param>
    /// <typeparam name="TSource">Of A: T, or float.</typeparam>
    /// <typeparam name="T">Of B and C.</typeparam>
    public static void MultiplyRowsAdd<TSource, T>(long m, long n, long k, TSource* a, long lda, T* b, long ldb, T* c, long ldc)
        where TSource : unmanaged
        where T : unmanaged, INumberBase<T>
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            MatrixTiles<Lanes512<T>, Vector512<T>, T>.MultiplyRowsAdd(m, n, k, a, lda, b, ldb, c, ldc);
        }
        else if (Avx.IsSupported)
        {
            MatrixTiles<Lanes256<T>, Vector256<T>, T>.MultiplyRowsAdd(m, n, k, a, lda, b, ldb, c, ldc);
        }
        else
        {
            MatrixTiles<Lanes128<T>, Vector128<T>, T>.MultiplyRowsAdd(m, n, k, a, lda, b, ldb, c, ldc);
        }
    }

    /// <summary>Splits rows into slices of whole vectors and runs over them, in parallel where that pays.</summary>
    /// <param name="columns">Columns of the rows.</param>
    /// <param name="work">Operations on all of them.</param>
    /// <param name="body">Called once for each slice that is not empty; how many there are depends on the arguments alone.</param>
    public static void ForEachSlice(long columns, long work, SliceAction body)
    {
        int slices = SliceCount(work);
        const int Step = 16;
        long vectors = DenseMatrix.Padded(columns) / Step;
        PartRunner.Run(slices, slice =>
        {
            long first = vectors * slice / slices * Step, end = vectors * (slice + 1) / slices * Step;
            if (end > first)
            {
                body(slice, first, end - first);
            }
        });
    }

    /// <summary>The number of slices of <see cref="ForEachSlice"/>.</summary>
    public static int SliceCount(long work) => work < WorthSplitting ? 1 : Slices;

    /// <summary>Adds XᵀX to the upper triangle of G (whole bands, so some entries below the diagonal change too).</summary>
    /// <param name="n">Columns of X; its rows are padded to whole vectors.</param>
    /// <param name="k">Rows of X.</param>
    /// <param name="x">X.</param>
    /// <param name="ldx">Distance of X's rows.</param>
    /// <param name="g">G, n × n, its rows padded likewise.</param>
    /// <param name="ldg">Distance of G's rows.</param>
    public static void AddGram(long n, long k, double* x, long ldx, double* g, long ldg)
    {
        const long Band = 64;
        long padded = DenseMatrix.Padded(n);
        for (long i = 0; i < n; i += Band)
        {
            MultiplyAdd(long.Min(Band, n - i), padded - i, k, x + i, 1, ldx, x + i, ldx, g + (i * ldg) + i, ldg);
        }
    }

    /// <summary>The inner product of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(double* x, double* y, long length)
    {
        int lanes = Vector<double>.Count;
        Vector<double> sum0 = default, sum1 = default;
        long i = 0;
        for (; i + (2 * lanes) <= length; i += 2 * lanes)
        {
            sum0 = MultiplyAdd(Load(x + i), Load(y + i), sum0);
            sum1 = MultiplyAdd(Load(x + i + lanes), Load(y + i + lanes), sum1);
        }

        double sum = Vector.Sum(sum0 + sum1);
        for (; i < length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    /// <summary>Copies floats to doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(float* source, double* destination, long length)
    {
        int lanes = Vector<double>.Count;
        long i = 0;
        for (; i + (2 * lanes) <= length; i += 2 * lanes)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(source + i), out Vector<double> low, out Vector<double> high);
            Store(destination + i, low);
            Store(destination + i + lanes, high);
        }

        for (; i < length; i++)
        {
            destination[i] = source[i];
        }
    }

    /// <summary>Rounds doubles to floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(double* source, float* destination, long length)
    {
        int lanes = Vector<double>.Count;
        long i = 0;
        for (; i + (2 * lanes) <= length; i += 2 * lanes)
        {
            Unsafe.WriteUnaligned(destination + i, Vector.Narrow(Load(source + i), Load(source + i + lanes)));
        }

        for (; i < length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    /// <summary>The sum of the squares of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares(float* x, long length)
    {
        int lanes = Vector<float>.Count;
        Vector<double> sum0 = default, sum1 = default;
        long i = 0;
        for (; i + lanes <= length; i += lanes)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(x + i), out Vector<double> low, out Vector<double> high);
            sum0 = MultiplyAdd(low, low, sum0);
            sum1 = MultiplyAdd(high, high, sum1);
        }

        double sum = Vector.Sum(sum0 + sum1);
        for (; i < length; i++)
        {
            sum += (double)x[i] * x[i];
        }

        return sum;
    }

    /// <summary>y += a·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Axpy(double a, double* x, double* y, long length)
    {
        int lanes = Vector<double>.Count;
        var scale = new Vector<double>(a);
        long i = 0;
        for (; i + lanes <= length; i += lanes)
        {
            Store(y + i, MultiplyAdd(scale, Load(x + i), Load(y + i)));
        }

        for (; i < length; i++)
        {
            y[i] += a * x[i];
        }
    }

    /// <summary>Updates row −= v·wᵢ + w·vᵢ and returns ⟨row, x⟩ of the updated row, in one sweep over it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double UpdateAndDot(double* row, double* v, double wi, double* w, double vi, double* x, long length)
    {
        int lanes = Vector<double>.Count;
        var minusW = new Vector<double>(-wi);
        var minusV = new Vector<double>(-vi);
        Vector<double> sums = default;
        long i = 0;
        for (; i + lanes <= length; i += lanes)
        {
            Vector<double> value = MultiplyAdd(minusW, Load(v + i), MultiplyAdd(minusV, Load(w + i), Load(row + i)));
            Store(row + i, value);
            sums = MultiplyAdd(value, Load(x + i), sums);
        }

        double sum = Vector.Sum(sums);
        for (; i < length; i++)
        {
            double value = row[i] - (wi * v[i]) - (vi * w[i]);
            row[i] = value;
            sum += value * x[i];
        }

        return sum;
    }

    /// <summary>Rotates two rows: x ← c·x + s·y, y ← c·y − s·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(double* x, double* y, double c, double s, long length)
    {
        int lanes = Vector<double>.Count;
        var cosine = new Vector<double>(c);
        var sine = new Vector<double>(s);
        long i = 0;
        for (; i + lanes <= length; i += lanes)
        {
            Vector<double> xi = Load(x + i), yi = Load(y + i);
            Store(x + i, (cosine * xi) + (sine * yi));
            Store(y + i, (cosine * yi) - (sine * xi));
        }

        for (; i < length; i++)
        {
            (x[i], y[i]) = ((c * x[i]) + (s * y[i]), (c * y[i]) - (s * x[i]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Load(double* source) => Unsafe.ReadUnaligned<Vector<double>>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(double* destination, Vector<double> value) => Unsafe.WriteUnaligned(destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> MultiplyAdd(Vector<double> x, Vector<double> y, Vector<double> addend) =>
#if NET9_0_OR_GREATER
        Vector.FusedMultiplyAdd(x, y, addend);
#else
        (x * y) + addend;
#endif
}
