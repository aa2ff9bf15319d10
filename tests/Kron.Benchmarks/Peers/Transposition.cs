using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kron.Benchmarks.Peers;

/// <summary>Transposes matrices for peers that want another layout than the user's, by blocks of 8 × 8.</summary>
internal static unsafe class Transposition
{
    private const int Block = 8;

    /// <summary>Writes the transpose of a row-major matrix.</summary>
    public static void Run(float* from, int rows, int columns, float* to)
    {
        int wholeRows = Avx.IsSupported ? rows / Block * Block : 0;
        int wholeColumns = columns / Block * Block;
        for (int row = 0; row < wholeRows; row += Block)
        {
            for (int column = 0; column < wholeColumns; column += Block)
            {
                Square(from + ((nint)row * columns) + column, columns, to + ((nint)column * rows) + row, rows);
            }

            Rest(from, row, row + Block, wholeColumns, columns, columns, to, rows);
        }

        Rest(from, wholeRows, rows, 0, columns, columns, to, rows);
    }

    private static void Rest(float* from, int firstRow, int endRow, int firstColumn, int endColumn, int columns, float* to, int rows)
    {
        for (int column = firstColumn; column < endColumn; column++)
        {
            for (int row = firstRow; row < endRow; row++)
            {
                to[((nint)column * rows) + row] = from[((nint)row * columns) + column];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(float* from, int stride, float* to, int target)
    {
        Vector256<float> r0 = Avx.LoadVector256(from), r1 = Avx.LoadVector256(from + stride);
        Vector256<float> r2 = Avx.LoadVector256(from + (2 * stride)), r3 = Avx.LoadVector256(from + (3 * stride));
        Vector256<float> r4 = Avx.LoadVector256(from + (4 * stride)), r5 = Avx.LoadVector256(from + (5 * stride));
        Vector256<float> r6 = Avx.LoadVector256(from + (6 * stride)), r7 = Avx.LoadVector256(from + (7 * stride));
        Vector256<float> p0 = Avx.UnpackLow(r0, r1), p1 = Avx.UnpackHigh(r0, r1), p2 = Avx.UnpackLow(r2, r3), p3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> p4 = Avx.UnpackLow(r4, r5), p5 = Avx.UnpackHigh(r4, r5), p6 = Avx.UnpackLow(r6, r7), p7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> q0 = Avx.Shuffle(p0, p2, 0x44), q1 = Avx.Shuffle(p0, p2, 0xEE), q2 = Avx.Shuffle(p1, p3, 0x44), q3 = Avx.Shuffle(p1, p3, 0xEE);
        Vector256<float> q4 = Avx.Shuffle(p4, p6, 0x44), q5 = Avx.Shuffle(p4, p6, 0xEE), q6 = Avx.Shuffle(p5, p7, 0x44), q7 = Avx.Shuffle(p5, p7, 0xEE);
        Avx.Store(to, Avx.Permute2x128(q0, q4, 0x20));
        Avx.Store(to + target, Avx.Permute2x128(q1, q5, 0x20));
        Avx.Store(to + (2 * target), Avx.Permute2x128(q2, q6, 0x20));
        Avx.Store(to + (3 * target), Avx.Permute2x128(q3, q7, 0x20));
        Avx.Store(to + (4 * target), Avx.Permute2x128(q0, q4, 0x31));
        Avx.Store(to + (5 * target), Avx.Permute2x128(q1, q5, 0x31));
        Avx.Store(to + (6 * target), Avx.Permute2x128(q2, q6, 0x31));
        Avx.Store(to + (7 * target), Avx.Permute2x128(q3, q7, 0x31));
    }
}
