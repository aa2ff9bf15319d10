using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kron.CompilerServices;

/// <summary>
/// The rare operations of AVX-512 kernels: partial, strided and transposed access, and sums over lanes. Lane counts are
/// literals where they are called, so the branches on them vanish.
/// </summary>
/// <remarks>No memory beyond the stated lanes is read or written. Nothing is checked.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Simd512
{
    private const int Lanes = 16;

    /// <summary>Loads the first lanes; the others are zero.</summary>
    /// <param name="from">The address of lane 0.</param>
    /// <param name="lanes">0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, int lanes) =>
#if NET10_0_OR_GREATER
        Avx512F.MaskLoad(from, FirstLanes(lanes), Vector512<float>.Zero);
#else
        lanes < 8
            ? Vector512.Create(Simd256.Load(from, lanes), Vector256<float>.Zero)
            : Vector512.Create(Avx.LoadVector256(from), Simd256.Load(from + 8, lanes - 8));
#endif

    /// <summary>Keeps the first lanes; the others are zero.</summary>
    /// <param name="value">The vector.</param>
    /// <param name="lanes">0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(Vector512<float> value, int lanes) =>
        Vector512.ConditionalSelect(FirstLanes(lanes), value, Vector512<float>.Zero);

    /// <summary>Stores the first lanes.</summary>
    /// <param name="to">The address of lane 0.</param>
    /// <param name="value">The vector.</param>
    /// <param name="lanes">0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Vector512<float> value, int lanes)
    {
#if NET10_0_OR_GREATER
        Avx512F.MaskStore(to, FirstLanes(lanes), value);
#else
        if (lanes < 8)
        {
            Simd256.Store(to, value.GetLower(), lanes);
        }
        else
        {
            Avx.Store(to, value.GetLower());
            Simd256.Store(to + 8, value.GetUpper(), lanes - 8);
        }
#endif
    }

    /// <summary>Loads lane l from <c>from + l·stride</c> for the first lanes; the others are zero.</summary>
    /// <param name="from">The address of lane 0.</param>
    /// <param name="stride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadStrided(float* from, long stride, int lanes) => Vector512.Create(
        Simd256.LoadStrided(from, stride, lanes < 8 ? lanes : 8),
        lanes > 8 ? Simd256.LoadStrided(from + (8 * stride), stride, lanes - 8) : Vector256<float>.Zero);

    /// <summary>Stores lane l at <c>to + l·stride</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0.</param>
    /// <param name="stride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 16.</param>
    /// <param name="value">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStrided(float* to, long stride, int lanes, Vector512<float> value)
    {
        Simd256.StoreStrided(to, stride, lanes < 8 ? lanes : 8, value.GetLower());
        if (lanes > 8)
        {
            Simd256.StoreStrided(to + (8 * stride), stride, lanes - 8, value.GetUpper());
        }
    }

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector512<float> row0) =>
        StoreStrided(to, laneStride, lanes, row0);

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector512<float> row0, Vector512<float> row1) =>
        Transposed(to, laneStride, lanes, 2, false, row0, row1, row0, row1);

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector512<float> row0, Vector512<float> row1, Vector512<float> row2) =>
        Transposed(to, laneStride, lanes, 3, false, row0, row1, row2, row2);

    /// <summary>Stores lane l of row q at <c>to + l·laneStride + q</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0 of row 0.</param>
    /// <param name="laneStride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 16.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector512<float> row0, Vector512<float> row1, Vector512<float> row2, Vector512<float> row3) =>
        Transposed(to, laneStride, lanes, 4, false, row0, row1, row2, row3);

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector512<float> row0) =>
        StoreStrided(to, laneStride, lanes, Avx512F.Add(LoadStrided(to, laneStride, lanes), row0));

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector512<float> row0, Vector512<float> row1) =>
        Transposed(to, laneStride, lanes, 2, true, row0, row1, row0, row1);

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector512<float> row0, Vector512<float> row1, Vector512<float> row2) =>
        Transposed(to, laneStride, lanes, 3, true, row0, row1, row2, row2);

    /// <summary>Adds lane l of row q to the memory at <c>to + l·laneStride + q</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0 of row 0.</param>
    /// <param name="laneStride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 16.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector512<float> row0, Vector512<float> row1, Vector512<float> row2, Vector512<float> row3) =>
        Transposed(to, laneStride, lanes, 4, true, row0, row1, row2, row3);

    /// <summary>The first of two floats, the others zero, repeated over all lanes.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="lanes">1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Repeat2(float* from, int lanes) => Vector512.Create(Simd128.Load(from, lanes).AsDouble().ToScalar()).AsSingle();

    /// <summary>The first of four floats, the others zero, repeated over all lanes.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="lanes">1 to 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Repeat4(float* from, int lanes)
    {
        Vector256<float> half = Simd256.Repeat4(from, lanes);
        return Vector512.Create(half, half);
    }

    /// <summary>The first of eight floats, the others zero, repeated over all lanes.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="lanes">1 to 7.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Repeat8(float* from, int lanes)
    {
        Vector256<float> half = Simd256.Load(from, lanes);
        return Vector512.Create(half, half);
    }

    /// <summary>Floats, repeated: lane l is float l modulo the width.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="width">3, 5, 6 or 7.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Repeat(float* from, int width) => Avx512F.PermuteVar16x32(Load(from, width), width switch
    {
        3 => Vector512.Create(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0),
        5 => Vector512.Create(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0),
        6 => Vector512.Create(0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3),
        _ => Vector512.Create(0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1),
    });

    /// <summary>
    /// Adds up lanes 4·c to 4·c + 3 of row q and stores the sum at <c>to + q·rowStride + c·columnStride</c>, for the first
    /// columns and rows. One of the strides is 1.
    /// </summary>
    /// <param name="to">The address of column 0 of row 0.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="columnStride">Floats from one column to the next.</param>
    /// <param name="columns">1 to 4.</param>
    /// <param name="rows">1 to 4.</param>
    /// <param name="add">Whether the memory is added to.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums4(float* to, long rowStride, long columnStride, int columns, int rows, bool add, Vector512<float> row0, Vector512<float> row1, Vector512<float> row2, Vector512<float> row3)
    {
        // Quarter c holds column c of all rows.
        Vector512<float> sums = PairSums(PairSums(row0, row1), PairSums(row2, row3));
        if (columnStride == 1)
        {
            sums = Avx512F.PermuteVar16x32(sums, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
            (columnStride, columns, rows) = (rowStride, rows, columns);
        }

        Simd128.Columns(to, columnStride, columns, rows, add, Avx512F.ExtractVector128(sums, 0), Avx512F.ExtractVector128(sums, 1), Avx512F.ExtractVector128(sums, 2), Avx512F.ExtractVector128(sums, 3));
    }

    /// <summary>
    /// Adds up lanes 2·c and 2·c + 1 of row q and stores the sum at <c>to + q·rowStride + c</c>, for the first columns and rows.
    /// </summary>
    /// <param name="to">The address of column 0 of row 0.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="columns">1 to 8.</param>
    /// <param name="rows">1 or 2.</param>
    /// <param name="add">Whether the memory is added to.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums2(float* to, long rowStride, int columns, int rows, bool add, Vector512<float> row0, Vector512<float> row1)
    {
        Vector512<float> sums = AddPairs(row0, row1);
        Simd256.Rows(to, rowStride, columns, rows, add, sums.GetLower(), sums.GetUpper());
    }

    /// <summary>The sum of all lanes, in every lane.</summary>
    /// <param name="value">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SumOfLanes(Vector512<float> value) => Vector512.Create(Vector512.Sum(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FirstLanes(int lanes) =>
        Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(lanes)).AsSingle();

    /// <summary>Sums of neighbouring lanes: those of <paramref name="a"/>, then those of <paramref name="b"/>.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AddPairs(Vector512<float> a, Vector512<float> b) =>
        Avx512F.PermuteVar8x64(PairSums(a, b).AsDouble(), Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7)).AsSingle();

    // In each quarter: the two sums of neighbours of a, then those of b.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PairSums(Vector512<float> a, Vector512<float> b) =>
        Avx512F.Add(Avx512F.Shuffle(a, b, 0b10_00_10_00), Avx512F.Shuffle(a, b, 0b11_01_11_01));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* to, bool add, Vector512<float> value) =>
        Avx512F.Store(to, add ? Avx512F.Add(Avx512F.LoadVector512(to), value) : value);

    // Four 4 × 4 transpositions side by side: lane 4·i + j of every row ends in quarter i of column j. Where two or four rows
    // are all there is in a lane's stride, the block is contiguous and stored as such.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transposed(float* to, long laneStride, int lanes, int rows, bool add, Vector512<float> row0, Vector512<float> row1, Vector512<float> row2, Vector512<float> row3)
    {
        if (rows == 2 && laneStride == 2 && lanes == Lanes)
        {
            Put(to, add, Avx512F.PermuteVar16x32x2(row0, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), row1));
            Put(to + Lanes, add, Avx512F.PermuteVar16x32x2(row0, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), row1));
            return;
        }

        Vector512<float> low01 = Avx512F.UnpackLow(row0, row1);
        Vector512<float> low23 = Avx512F.UnpackLow(row2, row3);
        Vector512<float> high01 = Avx512F.UnpackHigh(row0, row1);
        Vector512<float> high23 = Avx512F.UnpackHigh(row2, row3);
        Vector512<float> column0 = Avx512F.Shuffle(low01, low23, 0b01_00_01_00);
        Vector512<float> column1 = Avx512F.Shuffle(low01, low23, 0b11_10_11_10);
        Vector512<float> column2 = Avx512F.Shuffle(high01, high23, 0b01_00_01_00);
        Vector512<float> column3 = Avx512F.Shuffle(high01, high23, 0b11_10_11_10);
        if (rows == 4 && laneStride == 4 && lanes == Lanes)
        {
            Vector512<float> even01 = Avx512F.Shuffle4x128(column0, column1, 0b10_00_10_00);
            Vector512<float> odd01 = Avx512F.Shuffle4x128(column0, column1, 0b11_01_11_01);
            Vector512<float> even23 = Avx512F.Shuffle4x128(column2, column3, 0b10_00_10_00);
            Vector512<float> odd23 = Avx512F.Shuffle4x128(column2, column3, 0b11_01_11_01);
            Put(to, add, Avx512F.Shuffle4x128(even01, even23, 0b10_00_10_00));
            Put(to + Lanes, add, Avx512F.Shuffle4x128(odd01, odd23, 0b10_00_10_00));
            Put(to + (2 * Lanes), add, Avx512F.Shuffle4x128(even01, even23, 0b11_01_11_01));
            Put(to + (3 * Lanes), add, Avx512F.Shuffle4x128(odd01, odd23, 0b11_01_11_01));
            return;
        }

        Simd128.Columns(to, laneStride, lanes, rows, add, Avx512F.ExtractVector128(column0, 0), Avx512F.ExtractVector128(column1, 0), Avx512F.ExtractVector128(column2, 0), Avx512F.ExtractVector128(column3, 0));
        if (lanes > 4)
        {
            Simd128.Columns(to + (4 * laneStride), laneStride, lanes - 4, rows, add, Avx512F.ExtractVector128(column0, 1), Avx512F.ExtractVector128(column1, 1), Avx512F.ExtractVector128(column2, 1), Avx512F.ExtractVector128(column3, 1));
        }

        if (lanes > 8)
        {
            Simd128.Columns(to + (8 * laneStride), laneStride, lanes - 8, rows, add, Avx512F.ExtractVector128(column0, 2), Avx512F.ExtractVector128(column1, 2), Avx512F.ExtractVector128(column2, 2), Avx512F.ExtractVector128(column3, 2));
        }

        if (lanes > 12)
        {
            Simd128.Columns(to + (12 * laneStride), laneStride, lanes - 12, rows, add, Avx512F.ExtractVector128(column0, 3), Avx512F.ExtractVector128(column1, 3), Avx512F.ExtractVector128(column2, 3), Avx512F.ExtractVector128(column3, 3));
        }
    }
}
