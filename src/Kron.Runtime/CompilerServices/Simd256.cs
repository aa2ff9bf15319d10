using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kron.CompilerServices;

/// <summary>
/// The rare operations of AVX2 kernels: partial, strided and transposed access, and sums over lanes. Lane counts are
/// literals where they are called, so the branches on them vanish.
/// </summary>
/// <remarks>No memory beyond the stated lanes is read or written. Nothing is checked.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Simd256
{
    private const int Lanes = 8;

    /// <summary>Loads the first lanes; the others are zero.</summary>
    /// <param name="from">The address of lane 0.</param>
    /// <param name="lanes">0 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, int lanes) => lanes switch
    {
        0 => Vector256<float>.Zero,
        < 4 => Simd128.Load(from, lanes).ToVector256(),
        4 => Sse.LoadVector128(from).ToVector256(),
        < 8 => Avx.MaskLoad(from, FirstLanes(lanes)),
        _ => Avx.LoadVector256(from),
    };

    /// <summary>Stores the first lanes.</summary>
    /// <param name="to">The address of lane 0.</param>
    /// <param name="value">The vector.</param>
    /// <param name="lanes">0 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Vector256<float> value, int lanes)
    {
        // Two or three plain stores: masked ones are slow on many machines.
        if (lanes < 4)
        {
            Simd128.Store(to, value.GetLower(), lanes);
        }
        else if (lanes < 8)
        {
            Sse.Store(to, value.GetLower());
            Simd128.Store(to + 4, value.GetUpper(), lanes - 4);
        }
        else
        {
            Avx.Store(to, value);
        }
    }

    /// <summary>Loads lane l from <c>from + l·stride</c> for the first lanes; the others are zero.</summary>
    /// <param name="from">The address of lane 0.</param>
    /// <param name="stride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadStrided(float* from, long stride, int lanes) => stride == 2 && lanes == Lanes
        ? Avx2.Permute4x64(Avx.Shuffle(Avx.LoadVector256(from), Avx.LoadVector256(from + 7), 0b11_01_10_00).AsDouble(), 0b11_01_10_00).AsSingle()
        : Vector256.Create(
            Simd128.LoadStrided(from, stride, lanes < 4 ? lanes : 4),
            lanes > 4 ? Simd128.LoadStrided(from + (4 * stride), stride, lanes - 4) : Vector128<float>.Zero);

    /// <summary>Stores lane l at <c>to + l·stride</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0.</param>
    /// <param name="stride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 8.</param>
    /// <param name="value">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStrided(float* to, long stride, int lanes, Vector256<float> value)
    {
        Simd128.StoreStrided(to, stride, lanes < 4 ? lanes : 4, value.GetLower());
        if (lanes > 4)
        {
            Simd128.StoreStrided(to + (4 * stride), stride, lanes - 4, value.GetUpper());
        }
    }

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector256{float}, Vector256{float}, Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector256<float> row0) =>
        StoreStrided(to, laneStride, lanes, row0);

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector256{float}, Vector256{float}, Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector256<float> row0, Vector256<float> row1) =>
        Transposed(to, laneStride, lanes, 2, false, row0, row1, row0, row1);

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector256{float}, Vector256{float}, Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector256<float> row0, Vector256<float> row1, Vector256<float> row2) =>
        Transposed(to, laneStride, lanes, 3, false, row0, row1, row2, row2);

    /// <summary>Stores lane l of row q at <c>to + l·laneStride + q</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0 of row 0.</param>
    /// <param name="laneStride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 8.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector256<float> row0, Vector256<float> row1, Vector256<float> row2, Vector256<float> row3) =>
        Transposed(to, laneStride, lanes, 4, false, row0, row1, row2, row3);

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector256{float}, Vector256{float}, Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector256<float> row0) =>
        StoreStrided(to, laneStride, lanes, Avx.Add(LoadStrided(to, laneStride, lanes), row0));

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector256{float}, Vector256{float}, Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector256<float> row0, Vector256<float> row1) =>
        Transposed(to, laneStride, lanes, 2, true, row0, row1, row0, row1);

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector256{float}, Vector256{float}, Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector256<float> row0, Vector256<float> row1, Vector256<float> row2) =>
        Transposed(to, laneStride, lanes, 3, true, row0, row1, row2, row2);

    /// <summary>Adds lane l of row q to the memory at <c>to + l·laneStride + q</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0 of row 0.</param>
    /// <param name="laneStride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 8.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector256<float> row0, Vector256<float> row1, Vector256<float> row2, Vector256<float> row3) =>
        Transposed(to, laneStride, lanes, 4, true, row0, row1, row2, row3);

    /// <summary>The first of two floats, the others zero, repeated over all lanes.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="lanes">1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Repeat2(float* from, int lanes) => Vector256.Create(Simd128.Load(from, lanes).AsDouble().ToScalar()).AsSingle();

    /// <summary>The first of four floats, the others zero, repeated over all lanes.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="lanes">1 to 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Repeat4(float* from, int lanes)
    {
        Vector128<float> half = Simd128.Load(from, lanes);
        return Vector256.Create(half, half);
    }

    /// <summary>Three floats, repeated: lane l is float l modulo 3.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="width">3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Repeat(float* from, int width) =>
        Avx2.PermuteVar8x32(Vector256.Create(Simd128.Load(from, width), Vector128<float>.Zero), Vector256.Create(0, 1, 2, 0, 1, 2, 0, 1));

    /// <summary>
    /// Adds up lanes 4·c to 4·c + 3 of row q and stores the sum at <c>to + q·rowStride + c·columnStride</c>, for the first
    /// columns and rows. One of the strides is 1.
    /// </summary>
    /// <param name="to">The address of column 0 of row 0.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="columnStride">Floats from one column to the next.</param>
    /// <param name="columns">1 to 2.</param>
    /// <param name="rows">1 to 4.</param>
    /// <param name="add">Whether the memory is added to.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums4(float* to, long rowStride, long columnStride, int columns, int rows, bool add, Vector256<float> row0, Vector256<float> row1, Vector256<float> row2, Vector256<float> row3)
    {
        // Half c holds column c of all rows.
        Vector256<float> sums = PairSums(PairSums(row0, row1), PairSums(row2, row3));
        Vector128<float> column0 = sums.GetLower();
        Vector128<float> column1 = sums.GetUpper();
        if (columnStride == 1 && columns > 1)
        {
            Vector128<float> rows01 = Sse.UnpackLow(column0, column1);
            Vector128<float> rows23 = Sse.UnpackHigh(column0, column1);
            Simd128.Columns(to, rowStride, rows, columns, add, rows01, Sse.MoveHighToLow(rows01, rows01), rows23, Sse.MoveHighToLow(rows23, rows23));
        }
        else if (rowStride == 1 || rows == 1)
        {
            Simd128.Columns(to, columnStride, columns, rows, add, column0, column1, column0, column1);
        }
        else
        {
            Simd128.Scattered(to, rowStride, rows, add, column0);
        }
    }

    /// <summary>
    /// Adds up lanes 2·c and 2·c + 1 of row q and stores the sum at <c>to + q·rowStride + c</c>, for the first columns and rows.
    /// </summary>
    /// <param name="to">The address of column 0 of row 0.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="columns">1 to 4.</param>
    /// <param name="rows">1 or 2.</param>
    /// <param name="add">Whether the memory is added to.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums2(float* to, long rowStride, int columns, int rows, bool add, Vector256<float> row0, Vector256<float> row1)
    {
        Vector256<float> sums = AddPairs(row0, row1);
        Simd128.Columns(to, rowStride, rows, columns, add, sums.GetLower(), sums.GetUpper(), sums.GetLower(), sums.GetUpper());
    }

    /// <summary>Stores or adds one or two rows of up to eight floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Rows(float* to, long rowStride, int columns, int rows, bool add, Vector256<float> row0, Vector256<float> row1)
    {
        Store(to, add ? Load(to, columns) + row0 : row0, columns);
        if (rows > 1)
        {
            float* second = to + rowStride;
            Store(second, add ? Load(second, columns) + row1 : row1, columns);
        }
    }

    /// <summary>Sums of neighbouring lanes: those of <paramref name="a"/>, then those of <paramref name="b"/>.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddPairs(Vector256<float> a, Vector256<float> b) =>
        Avx2.Permute4x64(PairSums(a, b).AsDouble(), 0b11_01_10_00).AsSingle();

    // In each half: the two sums of neighbours of a, then those of b.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PairSums(Vector256<float> a, Vector256<float> b) => Avx.HorizontalAdd(a, b);

    /// <summary>The sum of all lanes, in every lane.</summary>
    /// <param name="value">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SumOfLanes(Vector256<float> value) => Vector256.Create(Vector256.Sum(value));

    /// <summary><c>a · 2^n</c> for integral n in [−126, 127].</summary>
    /// <param name="a">The factor.</param>
    /// <param name="n">The exponents.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(Vector256<float> a, Vector256<float> n)
    {
        Vector256<int> biased = Avx2.Add(Avx.ConvertToVector256Int32(n), Vector256.Create(127));
        return Avx.Multiply(a, Avx2.ShiftLeftLogical(biased, 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FirstLanes(int lanes) =>
        Avx2.CompareGreaterThan(Vector256.Create(lanes), Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* to, bool add, Vector256<float> value) =>
        Avx.Store(to, add ? Avx.Add(Avx.LoadVector256(to), value) : value);

    // Two 4 × 4 transpositions side by side: lane 4·i + j of every row ends in half i of column j. Where two or four rows
    // are all there is in a lane's stride, the block is contiguous and stored as such.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transposed(float* to, long laneStride, int lanes, int rows, bool add, Vector256<float> row0, Vector256<float> row1, Vector256<float> row2, Vector256<float> row3)
    {
        Vector256<float> low01 = Avx.UnpackLow(row0, row1);
        if (rows == 2 && laneStride == 2 && lanes == Lanes)
        {
            Vector256<float> high = Avx.UnpackHigh(row0, row1);
            Put(to, add, Avx.Permute2x128(low01, high, 0x20));
            Put(to + Lanes, add, Avx.Permute2x128(low01, high, 0x31));
            return;
        }

        Vector256<float> low23 = Avx.UnpackLow(row2, row3);
        Vector256<float> high01 = Avx.UnpackHigh(row0, row1);
        Vector256<float> high23 = Avx.UnpackHigh(row2, row3);
        Vector256<float> column0 = Avx.Shuffle(low01, low23, 0b01_00_01_00);
        Vector256<float> column1 = Avx.Shuffle(low01, low23, 0b11_10_11_10);
        Vector256<float> column2 = Avx.Shuffle(high01, high23, 0b01_00_01_00);
        Vector256<float> column3 = Avx.Shuffle(high01, high23, 0b11_10_11_10);
        if (rows == 4 && laneStride == 4 && lanes == Lanes)
        {
            Put(to, add, Avx.Permute2x128(column0, column1, 0x20));
            Put(to + Lanes, add, Avx.Permute2x128(column2, column3, 0x20));
            Put(to + (2 * Lanes), add, Avx.Permute2x128(column0, column1, 0x31));
            Put(to + (3 * Lanes), add, Avx.Permute2x128(column2, column3, 0x31));
            return;
        }

        Simd128.Columns(to, laneStride, lanes, rows, add, column0.GetLower(), column1.GetLower(), column2.GetLower(), column3.GetLower());
        if (lanes > 4)
        {
            Simd128.Columns(to + (4 * laneStride), laneStride, lanes - 4, rows, add, column0.GetUpper(), column1.GetUpper(), column2.GetUpper(), column3.GetUpper());
        }
    }
}
