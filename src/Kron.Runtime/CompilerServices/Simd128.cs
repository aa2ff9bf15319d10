using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kron.CompilerServices;

/// <summary>
/// The rare operations of 128-bit kernels, portable and NEON: partial, strided and transposed access, and sums over lanes. Lane counts are
/// literals where they are called, so the branches on them vanish.
/// </summary>
/// <remarks>No memory beyond the stated lanes is read or written. Nothing is checked.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Simd128
{
    /// <summary>Loads the first lanes; the others are zero.</summary>
    /// <param name="from">The address of lane 0.</param>
    /// <param name="lanes">0 to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from, int lanes) => lanes switch
    {
        0 => Vector128<float>.Zero,
        1 => Vector128.CreateScalar(*from),
        2 => Vector128.CreateScalar(*(long*)from).AsSingle(),
        3 => Vector128.CreateScalar(*(long*)from).AsSingle().WithElement(2, from[2]),
        _ => *(Vector128<float>*)from,
    };

    /// <summary>Stores the first lanes.</summary>
    /// <param name="to">The address of lane 0.</param>
    /// <param name="value">The vector.</param>
    /// <param name="lanes">0 to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Vector128<float> value, int lanes)
    {
        if (lanes >= 4)
        {
            *(Vector128<float>*)to = value;
            return;
        }

        if (lanes == 1)
        {
            *to = value.ToScalar();
        }

        if (lanes >= 2)
        {
            *(long*)to = value.AsInt64().ToScalar();
        }

        if (lanes == 3)
        {
            to[2] = value.GetElement(2);
        }
    }

    /// <summary>Loads lane l from <c>from + l·stride</c> for the first lanes; the others are zero.</summary>
    /// <param name="from">The address of lane 0.</param>
    /// <param name="stride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadStrided(float* from, long stride, int lanes) => stride == 2 && lanes == 4 && Sse.IsSupported
        ? Sse.Shuffle(Sse.LoadVector128(from), Sse.LoadVector128(from + 3), 0b11_01_10_00)
        : Vector128.Create(
            lanes > 0 ? from[0] : 0,
            lanes > 1 ? from[stride] : 0,
            lanes > 2 ? from[2 * stride] : 0,
            lanes > 3 ? from[3 * stride] : 0);

    /// <summary>Stores lane l at <c>to + l·stride</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0.</param>
    /// <param name="stride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 4.</param>
    /// <param name="value">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStrided(float* to, long stride, int lanes, Vector128<float> value)
    {
        if (lanes > 0)
        {
            to[0] = value.ToScalar();
        }

        if (lanes > 1)
        {
            to[stride] = value.GetElement(1);
        }

        if (lanes > 2)
        {
            to[2 * stride] = value.GetElement(2);
        }

        if (lanes > 3)
        {
            to[3 * stride] = value.GetElement(3);
        }
    }

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector128{float}, Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector128<float> row0) =>
        StoreStrided(to, laneStride, lanes, row0);

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector128{float}, Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector128<float> row0, Vector128<float> row1) =>
        Transposed(to, laneStride, lanes, 2, false, row0, row1, row0, row1);

    /// <inheritdoc cref="StoreTransposed(float*, long, int, Vector128{float}, Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector128<float> row0, Vector128<float> row1, Vector128<float> row2) =>
        Transposed(to, laneStride, lanes, 3, false, row0, row1, row2, row2);

    /// <summary>Stores lane l of row q at <c>to + l·laneStride + q</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0 of row 0.</param>
    /// <param name="laneStride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 4.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(float* to, long laneStride, int lanes, Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3) =>
        Transposed(to, laneStride, lanes, 4, false, row0, row1, row2, row3);

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector128{float}, Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector128<float> row0) =>
        StoreStrided(to, laneStride, lanes, LoadStrided(to, laneStride, lanes) + row0);

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector128{float}, Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector128<float> row0, Vector128<float> row1) =>
        Transposed(to, laneStride, lanes, 2, true, row0, row1, row0, row1);

    /// <inheritdoc cref="AddTransposed(float*, long, int, Vector128{float}, Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector128<float> row0, Vector128<float> row1, Vector128<float> row2) =>
        Transposed(to, laneStride, lanes, 3, true, row0, row1, row2, row2);

    /// <summary>Adds lane l of row q to the memory at <c>to + l·laneStride + q</c> for the first lanes.</summary>
    /// <param name="to">The address of lane 0 of row 0.</param>
    /// <param name="laneStride">Floats from one lane to the next.</param>
    /// <param name="lanes">0 to 4.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTransposed(float* to, long laneStride, int lanes, Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3) =>
        Transposed(to, laneStride, lanes, 4, true, row0, row1, row2, row3);

    /// <summary>The first of two floats, the others zero, repeated over all lanes.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="lanes">1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Repeat2(float* from, int lanes) => Vector128.Create(Load(from, lanes).AsDouble().ToScalar()).AsSingle();

    /// <summary>The first of four floats, the others zero, repeated over all lanes.</summary>
    /// <param name="from">The address of the first.</param>
    /// <param name="lanes">1 to 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Repeat4(float* from, int lanes) => Load(from, lanes);

    /// <summary>
    /// Adds up lanes 4·c to 4·c + 3 of row q and stores the sum at <c>to + q·rowStride + c·columnStride</c>, for the first
    /// columns and rows. One of the strides is 1.
    /// </summary>
    /// <param name="to">The address of column 0 of row 0.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="columnStride">Floats from one column to the next.</param>
    /// <param name="columns">1 to 1.</param>
    /// <param name="rows">1 to 4.</param>
    /// <param name="add">Whether the memory is added to.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    /// <param name="row2">Row 2.</param>
    /// <param name="row3">Row 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums4(float* to, long rowStride, long columnStride, int columns, int rows, bool add, Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3)
    {
        Vector128<float> column = AddPairs(AddPairs(row0, row1), AddPairs(row2, row3));
        if (rowStride == 1)
        {
            Columns(to, columnStride, columns, rows, add, column, column, column, column);
        }
        else
        {
            Scattered(to, rowStride, rows, add, column);
        }
    }

    /// <summary>
    /// Adds up lanes 2·c and 2·c + 1 of row q and stores the sum at <c>to + q·rowStride + c</c>, for the first columns and rows.
    /// </summary>
    /// <param name="to">The address of column 0 of row 0.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="columns">1 to 2.</param>
    /// <param name="rows">1 or 2.</param>
    /// <param name="add">Whether the memory is added to.</param>
    /// <param name="row0">Row 0.</param>
    /// <param name="row1">Row 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums2(float* to, long rowStride, int columns, int rows, bool add, Vector128<float> row0, Vector128<float> row1)
    {
        Vector128<float> sums = AddPairs(row0, row1);
        Vector128<float> second = Vector128.Shuffle(sums, Vector128.Create(2, 3, 2, 3));
        Columns(to, rowStride, rows, columns, add, sums, second, sums, second);
    }

    /// <summary>Stores or adds one float per row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Scattered(float* to, long rowStride, int rows, bool add, Vector128<float> column) =>
        StoreStrided(to, rowStride, rows, add ? LoadStrided(to, rowStride, rows) + column : column);

    /// <summary>Sums of neighbouring lanes: those of <paramref name="a"/>, then those of <paramref name="b"/>.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AddPairs(Vector128<float> a, Vector128<float> b) =>
        Sse3.IsSupported ? Sse3.HorizontalAdd(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.AddPairwise(a, b)
        : Vector128.Create(a.GetElement(0) + a.GetElement(1), a.GetElement(2) + a.GetElement(3), b.GetElement(0) + b.GetElement(1), b.GetElement(2) + b.GetElement(3));

    /// <summary>The sum of all lanes, in every lane.</summary>
    /// <param name="value">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumOfLanes(Vector128<float> value) => Vector128.Create(Vector128.Sum(value));

    /// <summary><c>a &lt; b ? a : b</c> in every lane.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand: the result where either is NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) => Sse.IsSupported
        ? Sse.Min(a, b)
        : Vector128.ConditionalSelect(Vector128.LessThan(a, b), a, b);

    /// <summary><c>a &gt; b ? a : b</c> in every lane.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand: the result where either is NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Sse.IsSupported
        ? Sse.Max(a, b)
        : Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);

    /// <summary>Rounds to the nearest integer, ties to even.</summary>
    /// <param name="value">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Round(Vector128<float> value)
    {
        if (Sse41.IsSupported)
        {
            return Sse41.RoundToNearestInteger(value);
        }

        // From 2^23 on floats are integers; below, adding it rounds the fraction away.
        Vector128<float> limit = Vector128.Create(8388608f);
        Vector128<float> sign = value & Vector128.Create(-0f);
        Vector128<float> size = Vector128.Abs(value);
        Vector128<float> rounded = ((size + limit) - limit) | sign;
        return Vector128.ConditionalSelect(Vector128.LessThan(size, limit), rounded, value);
    }

    /// <summary><c>a · 2^n</c> for integral n in [−126, 127].</summary>
    /// <param name="a">The factor.</param>
    /// <param name="n">The exponents.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Scale(Vector128<float> a, Vector128<float> n)
    {
#if NET9_0_OR_GREATER
        Vector128<int> exponent = Vector128.ConvertToInt32Native(n);
#else
        Vector128<int> exponent = Vector128.ConvertToInt32(n);
#endif
        return a * ((exponent + Vector128.Create(127)) << 23).AsSingle();
    }

    /// <summary>Asks for a cache line, on machines that can.</summary>
    /// <param name="at">Any address.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* to, bool add, Vector128<float> value) =>
        *(Vector128<float>*)to = add ? *(Vector128<float>*)to + value : value;

    /// <summary>Stores or adds column l, of 2 to 4 rows, at <c>to + l·laneStride</c> for the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Columns(float* to, long laneStride, int lanes, int rows, bool add, Vector128<float> column0, Vector128<float> column1, Vector128<float> column2, Vector128<float> column3)
    {
        if (lanes > 0)
        {
            Column(to, rows, add, column0);
        }

        if (lanes > 1)
        {
            Column(to + laneStride, rows, add, column1);
        }

        if (lanes > 2)
        {
            Column(to + (2 * laneStride), rows, add, column2);
        }

        if (lanes > 3)
        {
            Column(to + (3 * laneStride), rows, add, column3);
        }
    }

    // The common case on its own: the inliner gives up in tiles of many partial ones.
    /// <summary>The first two floats of both rows, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> ZipLow(Vector128<float> row0, Vector128<float> row1) =>
        Sse.IsSupported ? Sse.UnpackLow(row0, row1)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(row0, row1)
        : Vector128.Create(row0.GetElement(0), row1.GetElement(0), row0.GetElement(1), row1.GetElement(1));

    /// <summary>The last two floats of both rows, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> ZipHigh(Vector128<float> row0, Vector128<float> row1) =>
        Sse.IsSupported ? Sse.UnpackHigh(row0, row1)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(row0, row1)
        : Vector128.Create(row0.GetElement(2), row1.GetElement(2), row0.GetElement(3), row1.GetElement(3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(float* to, int rows, bool add, Vector128<float> column)
    {
        if (rows == 4)
        {
            Put(to, add, column);
        }
        else
        {
            Store(to, add ? Load(to, rows) + column : column, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transposed(float* to, long laneStride, int lanes, int rows, bool add, Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3)
    {
        // Where two rows are all there is in a lane's stride, the block is contiguous.
        if (rows == 2 && laneStride == 2 && lanes == 4)
        {
            Put(to, add, ZipLow(row0, row1));
            Put(to + 4, add, ZipHigh(row0, row1));
            return;
        }

        Vector128<float> column0, column1, column2, column3;
        if (Sse.IsSupported)
        {
            Vector128<float> low01 = Sse.UnpackLow(row0, row1);
            Vector128<float> low23 = Sse.UnpackLow(row2, row3);
            Vector128<float> high01 = Sse.UnpackHigh(row0, row1);
            Vector128<float> high23 = Sse.UnpackHigh(row2, row3);
            column0 = Sse.MoveLowToHigh(low01, low23);
            column1 = Sse.MoveHighToLow(low23, low01);
            column2 = Sse.MoveLowToHigh(high01, high23);
            column3 = Sse.MoveHighToLow(high23, high01);
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<float> low02 = AdvSimd.Arm64.ZipLow(row0, row2);
            Vector128<float> low13 = AdvSimd.Arm64.ZipLow(row1, row3);
            Vector128<float> high02 = AdvSimd.Arm64.ZipHigh(row0, row2);
            Vector128<float> high13 = AdvSimd.Arm64.ZipHigh(row1, row3);
            column0 = AdvSimd.Arm64.ZipLow(low02, low13);
            column1 = AdvSimd.Arm64.ZipHigh(low02, low13);
            column2 = AdvSimd.Arm64.ZipLow(high02, high13);
            column3 = AdvSimd.Arm64.ZipHigh(high02, high13);
        }
        else
        {
            column0 = Vector128.Create(row0.ToScalar(), row1.ToScalar(), row2.ToScalar(), row3.ToScalar());
            column1 = Vector128.Create(row0.GetElement(1), row1.GetElement(1), row2.GetElement(1), row3.GetElement(1));
            column2 = Vector128.Create(row0.GetElement(2), row1.GetElement(2), row2.GetElement(2), row3.GetElement(2));
            column3 = Vector128.Create(row0.GetElement(3), row1.GetElement(3), row2.GetElement(3), row3.GetElement(3));
        }

        Columns(to, laneStride, lanes, rows, add, column0, column1, column2, column3);
    }
}
