using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kron.Decomposition;

/// <summary>Dense double-precision kernels of the decompositions, vectorised portably.</summary>
internal static unsafe class MatrixKernels
{
    // Rows of the right factor per pass: with three vectors per row they stay in the first-level cache.
    private const int InnerBlock = 256;
    private const int TileRows = 4;
    private const int TileVectors = 3;

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
    public static void MultiplyAdd(long m, long n, long k, double* a, long aRow, long aColumn, double* b, long ldb, double* c, long ldc)
    {
        int lanes = Vector<double>.Count;
        for (long k0 = 0; k0 < k; k0 += InnerBlock)
        {
            long depth = long.Min(InnerBlock, k - k0);
            double* aBlock = a + (k0 * aColumn);
            double* bBlock = b + (k0 * ldb);
            long j = 0;
            for (; j + (TileVectors * lanes) <= n; j += TileVectors * lanes)
            {
                long i = 0;
                for (; i + TileRows <= m; i += TileRows)
                {
                    Tile4x3(depth, aBlock + (i * aRow), aRow, aColumn, bBlock + j, ldb, c + (i * ldc) + j, ldc);
                }

                for (; i < m; i++)
                {
                    for (int v = 0; v < TileVectors; v++)
                    {
                        long column = j + (v * lanes);
                        Tile1x1(depth, aBlock + (i * aRow), aColumn, bBlock + column, ldb, c + (i * ldc) + column);
                    }
                }
            }

            for (; j < n; j += lanes)
            {
                long i = 0;
                for (; i + TileRows <= m; i += TileRows)
                {
                    Tile4x1(depth, aBlock + (i * aRow), aRow, aColumn, bBlock + j, ldb, c + (i * ldc) + j, ldc);
                }

                for (; i < m; i++)
                {
                    Tile1x1(depth, aBlock + (i * aRow), aColumn, bBlock + j, ldb, c + (i * ldc) + j);
                }
            }
        }
    }

    /// <summary>Adds XᵀX to the upper triangle of G (whole bands, so some entries below the diagonal change too).</summary>
    /// <param name="n">Columns of X; its rows are padded to whole vectors.</param>
    /// <param name="k">Rows of X.</param>
    /// <param name="x">X.</param>
    /// <param name="ldx">Distance of X's rows.</param>
    /// <param name="g">G, n × n, its rows padded likewise.</param>
    /// <param name="ldg">Distance of G's rows.</param>
    public static void AddGram(long n, long k, double* x, long ldx, double* g, long ldg)
    {
        long band = 16L * Vector<double>.Count;
        long padded = DenseMatrix.Padded(n);
        for (long i = 0; i < n; i += band)
        {
            MultiplyAdd(long.Min(band, n - i), padded - i, k, x + i, 1, ldx, x + i, ldx, g + (i * ldg) + i, ldg);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x3(long k, double* a, long aRow, long aColumn, double* b, long ldb, double* c, long ldc)
    {
        int lanes = Vector<double>.Count;
        double* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        double* c1 = c + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
        Vector<double> c00 = Load(c), c01 = Load(c + lanes), c02 = Load(c + (2 * lanes));
        Vector<double> c10 = Load(c1), c11 = Load(c1 + lanes), c12 = Load(c1 + (2 * lanes));
        Vector<double> c20 = Load(c2), c21 = Load(c2 + lanes), c22 = Load(c2 + (2 * lanes));
        Vector<double> c30 = Load(c3), c31 = Load(c3 + lanes), c32 = Load(c3 + (2 * lanes));
        for (long p = 0; p < k; p++)
        {
            Vector<double> b0 = Load(b), b1 = Load(b + lanes), b2 = Load(b + (2 * lanes));
            var x = new Vector<double>(*a);
            c00 = MultiplyAdd(x, b0, c00);
            c01 = MultiplyAdd(x, b1, c01);
            c02 = MultiplyAdd(x, b2, c02);
            x = new Vector<double>(*a1);
            c10 = MultiplyAdd(x, b0, c10);
            c11 = MultiplyAdd(x, b1, c11);
            c12 = MultiplyAdd(x, b2, c12);
            x = new Vector<double>(*a2);
            c20 = MultiplyAdd(x, b0, c20);
            c21 = MultiplyAdd(x, b1, c21);
            c22 = MultiplyAdd(x, b2, c22);
            x = new Vector<double>(*a3);
            c30 = MultiplyAdd(x, b0, c30);
            c31 = MultiplyAdd(x, b1, c31);
            c32 = MultiplyAdd(x, b2, c32);
            a += aColumn;
            a1 += aColumn;
            a2 += aColumn;
            a3 += aColumn;
            b += ldb;
        }

        Store(c, c00);
        Store(c + lanes, c01);
        Store(c + (2 * lanes), c02);
        Store(c1, c10);
        Store(c1 + lanes, c11);
        Store(c1 + (2 * lanes), c12);
        Store(c2, c20);
        Store(c2 + lanes, c21);
        Store(c2 + (2 * lanes), c22);
        Store(c3, c30);
        Store(c3 + lanes, c31);
        Store(c3 + (2 * lanes), c32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1(long k, double* a, long aRow, long aColumn, double* b, long ldb, double* c, long ldc)
    {
        double* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        double* c1 = c + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
        Vector<double> s0 = Load(c), s1 = Load(c1), s2 = Load(c2), s3 = Load(c3);
        for (long p = 0; p < k; p++)
        {
            Vector<double> value = Load(b);
            s0 = MultiplyAdd(new Vector<double>(*a), value, s0);
            s1 = MultiplyAdd(new Vector<double>(*a1), value, s1);
            s2 = MultiplyAdd(new Vector<double>(*a2), value, s2);
            s3 = MultiplyAdd(new Vector<double>(*a3), value, s3);
            a += aColumn;
            a1 += aColumn;
            a2 += aColumn;
            a3 += aColumn;
            b += ldb;
        }

        Store(c, s0);
        Store(c1, s1);
        Store(c2, s2);
        Store(c3, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1(long k, double* a, long aColumn, double* b, long ldb, double* c)
    {
        Vector<double> sum = Load(c);
        for (long p = 0; p < k; p++)
        {
            sum = MultiplyAdd(new Vector<double>(*a), Load(b), sum);
            a += aColumn;
            b += ldb;
        }

        Store(c, sum);
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
