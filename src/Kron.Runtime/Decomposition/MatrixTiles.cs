using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kron.Decomposition;

/// <summary>The register tiles of <see cref="MatrixKernels"/>, for any width of vectors and in single, double or mixed precision.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">What sums are in; one of two operands may be in single precision all the same.</typeparam>
/// <remarks>Tiles of 4 × 3 vectors hide the latency of two multiply-adds a cycle and fit into sixteen registers.</remarks>
internal static unsafe class MatrixTiles<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged, INumberBase<T>
{
    private const int TileRows = 4;
    private const int TileVectors = 3;

    // Rows of the right factor per pass: with three vectors per row they stay in the first-level cache.
    private const int InnerBlock = 256;

    // Of a product of rows by rows: a dozen right rows of this length stay in the first-level cache, while all left rows of a band pass by.
    private const int DotColumns = 12;
    private const int DotLength = 256;
    private const int DotRows = 48;
    private const int DotTileRows = 3;
    private const int DotTileColumns = 4;

    /// <summary>C += A·B.</summary>
    public static void MultiplyAdd<TSource>(long m, long n, long k, T* a, long aRow, long aColumn, TSource* b, long ldb, T* c, long ldc)
        where TSource : unmanaged
    {
        int lanes = TLanes.Count;
        for (long k0 = 0; k0 < k; k0 += InnerBlock)
        {
            long depth = long.Min(InnerBlock, k - k0);
            T* aBlock = a + (k0 * aColumn);
            TSource* bBlock = b + (k0 * ldb);
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
                    Tile1x3(depth, aBlock + (i * aRow), aColumn, bBlock + j, ldb, c + (i * ldc) + j);
                }
            }

            for (; j < n; j += lanes)
            {
                for (long i = 0; i < m; i++)
                {
                    Tile1x1(depth, aBlock + (i * aRow), aColumn, bBlock + j, ldb, c + (i * ldc) + j);
                }
            }
        }
    }

    /// <summary>C += A·Bᵀ.</summary>
    [SkipLocalsInit]
    public static void MultiplyRowsAdd<TSource>(long m, long n, long k, TSource* a, long lda, T* b, long ldb, T* c, long ldc)
        where TSource : unmanaged
    {
        int lanes = TLanes.Count;
        T* sums = stackalloc T[DotRows * DotColumns * lanes];
        for (long j0 = 0; j0 < n; j0 += DotColumns)
        {
            int columns = (int)long.Min(DotColumns, n - j0);
            for (long i0 = 0; i0 < m; i0 += DotRows)
            {
                int rows = (int)long.Min(DotRows, m - i0);
                new Span<T>(sums, DotRows * DotColumns * lanes).Clear();
                for (long p = 0; p < k; p += DotLength)
                {
                    DotBlock(rows, columns, long.Min(DotLength, k - p), a + (i0 * lda) + p, lda, b + (j0 * ldb) + p, ldb, sums);
                }

                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        T sum = T.Zero;
                        for (int lane = 0; lane < lanes; lane++)
                        {
                            sum += sums[(((i * DotColumns) + j) * lanes) + lane];
                        }

                        c[((i0 + i) * ldc) + j0 + j] += sum;
                    }
                }
            }
        }
    }

    /// <summary>Adds the products of the lanes to a band of sums; rows and columns that a tile has too many repeat the last.</summary>
    private static void DotBlock<TSource>(int rows, int columns, long length, TSource* a, long lda, T* b, long ldb, T* sums)
        where TSource : unmanaged
    {
        for (int i = 0; i < rows; i += DotTileRows)
        {
            TSource* a0 = a + (i * lda), a1 = a + (Math.Min(i + 1, rows - 1) * lda), a2 = a + (Math.Min(i + 2, rows - 1) * lda);
            for (int j = 0; j < columns; j += DotTileColumns)
            {
                T* b0 = b + (j * ldb), b1 = b + (Math.Min(j + 1, columns - 1) * ldb);
                T* b2 = b + (Math.Min(j + 2, columns - 1) * ldb), b3 = b + (Math.Min(j + 3, columns - 1) * ldb);
                DotTile3x4(length, a0, a1, a2, b0, b1, b2, b3, sums + (((i * DotColumns) + j) * TLanes.Count));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x3<TSource>(long k, T* a, long aRow, long aColumn, TSource* b, long ldb, T* c, long ldc)
        where TSource : unmanaged
    {
        int lanes = TLanes.Count;
        T* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        T* c1 = c + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
        TVector c00 = TLanes.Load(c), c01 = TLanes.Load(c + lanes), c02 = TLanes.Load(c + (2 * lanes));
        TVector c10 = TLanes.Load(c1), c11 = TLanes.Load(c1 + lanes), c12 = TLanes.Load(c1 + (2 * lanes));
        TVector c20 = TLanes.Load(c2), c21 = TLanes.Load(c2 + lanes), c22 = TLanes.Load(c2 + (2 * lanes));
        TVector c30 = TLanes.Load(c3), c31 = TLanes.Load(c3 + lanes), c32 = TLanes.Load(c3 + (2 * lanes));
        for (long p = 0; p < k; p++)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + lanes), b2 = TLanes.Load(b + (2 * lanes));
            TVector x = TLanes.Broadcast(*a);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            c02 = TLanes.MultiplyAdd(x, b2, c02);
            x = TLanes.Broadcast(*a1);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            c12 = TLanes.MultiplyAdd(x, b2, c12);
            x = TLanes.Broadcast(*a2);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            c22 = TLanes.MultiplyAdd(x, b2, c22);
            x = TLanes.Broadcast(*a3);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            c32 = TLanes.MultiplyAdd(x, b2, c32);
            a += aColumn;
            a1 += aColumn;
            a2 += aColumn;
            a3 += aColumn;
            b += ldb;
        }

        TLanes.Store(c, c00);
        TLanes.Store(c + lanes, c01);
        TLanes.Store(c + (2 * lanes), c02);
        TLanes.Store(c1, c10);
        TLanes.Store(c1 + lanes, c11);
        TLanes.Store(c1 + (2 * lanes), c12);
        TLanes.Store(c2, c20);
        TLanes.Store(c2 + lanes, c21);
        TLanes.Store(c2 + (2 * lanes), c22);
        TLanes.Store(c3, c30);
        TLanes.Store(c3 + lanes, c31);
        TLanes.Store(c3 + (2 * lanes), c32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x3<TSource>(long k, T* a, long aColumn, TSource* b, long ldb, T* c)
        where TSource : unmanaged
    {
        int lanes = TLanes.Count;
        TVector c0 = TLanes.Load(c), c1 = TLanes.Load(c + lanes), c2 = TLanes.Load(c + (2 * lanes));
        for (long p = 0; p < k; p++)
        {
            TVector x = TLanes.Broadcast(*a);
            c0 = TLanes.MultiplyAdd(x, TLanes.Load(b), c0);
            c1 = TLanes.MultiplyAdd(x, TLanes.Load(b + lanes), c1);
            c2 = TLanes.MultiplyAdd(x, TLanes.Load(b + (2 * lanes)), c2);
            a += aColumn;
            b += ldb;
        }

        TLanes.Store(c, c0);
        TLanes.Store(c + lanes, c1);
        TLanes.Store(c + (2 * lanes), c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1<TSource>(long k, T* a, long aColumn, TSource* b, long ldb, T* c)
        where TSource : unmanaged
    {
        TVector sum = TLanes.Load(c);
        for (long p = 0; p < k; p++)
        {
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(*a), TLanes.Load(b), sum);
            a += aColumn;
            b += ldb;
        }

        TLanes.Store(c, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DotTile3x4<TSource>(long length, TSource* a0, TSource* a1, TSource* a2, T* b0, T* b1, T* b2, T* b3, T* sums)
        where TSource : unmanaged
    {
        int lanes = TLanes.Count;
        T* sums1 = sums + (DotColumns * lanes), sums2 = sums1 + (DotColumns * lanes);
        TVector c00 = TLanes.Load(sums), c01 = TLanes.Load(sums + lanes), c02 = TLanes.Load(sums + (2 * lanes)), c03 = TLanes.Load(sums + (3 * lanes));
        TVector c10 = TLanes.Load(sums1), c11 = TLanes.Load(sums1 + lanes), c12 = TLanes.Load(sums1 + (2 * lanes)), c13 = TLanes.Load(sums1 + (3 * lanes));
        TVector c20 = TLanes.Load(sums2), c21 = TLanes.Load(sums2 + lanes), c22 = TLanes.Load(sums2 + (2 * lanes)), c23 = TLanes.Load(sums2 + (3 * lanes));
        for (long p = 0; p < length; p += lanes)
        {
            TVector x0 = TLanes.Load(a0 + p), x1 = TLanes.Load(a1 + p), x2 = TLanes.Load(a2 + p);
            TVector y = TLanes.Load(b0 + p);
            c00 = TLanes.MultiplyAdd(x0, y, c00);
            c10 = TLanes.MultiplyAdd(x1, y, c10);
            c20 = TLanes.MultiplyAdd(x2, y, c20);
            y = TLanes.Load(b1 + p);
            c01 = TLanes.MultiplyAdd(x0, y, c01);
            c11 = TLanes.MultiplyAdd(x1, y, c11);
            c21 = TLanes.MultiplyAdd(x2, y, c21);
            y = TLanes.Load(b2 + p);
            c02 = TLanes.MultiplyAdd(x0, y, c02);
            c12 = TLanes.MultiplyAdd(x1, y, c12);
            c22 = TLanes.MultiplyAdd(x2, y, c22);
            y = TLanes.Load(b3 + p);
            c03 = TLanes.MultiplyAdd(x0, y, c03);
            c13 = TLanes.MultiplyAdd(x1, y, c13);
            c23 = TLanes.MultiplyAdd(x2, y, c23);
        }

        TLanes.Store(sums, c00);
        TLanes.Store(sums + lanes, c01);
        TLanes.Store(sums + (2 * lanes), c02);
        TLanes.Store(sums + (3 * lanes), c03);
        TLanes.Store(sums1, c10);
        TLanes.Store(sums1 + lanes, c11);
        TLanes.Store(sums1 + (2 * lanes), c12);
        TLanes.Store(sums1 + (3 * lanes), c13);
        TLanes.Store(sums2, c20);
        TLanes.Store(sums2 + lanes, c21);
        TLanes.Store(sums2 + (2 * lanes), c22);
        TLanes.Store(sums2 + (3 * lanes), c23);
    }
}
