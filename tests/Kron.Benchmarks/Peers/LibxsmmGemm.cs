using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers;

/// <summary>
/// Kernels of LIBXSMM over tiles of columns and of the reduced dimension. A constant right operand is packed tile by tile, so
/// that each kernel reads contiguous memory.
/// </summary>
internal sealed unsafe class LibxsmmGemm : Gemm
{
    private readonly GemmShape _shape;
    private readonly Tile[] _tiles;
    private readonly FloatBuffer? _packed;

    private LibxsmmGemm(GemmShape shape, Tile[] tiles, FloatBuffer? packed, string detail) =>
        (_shape, _tiles, _packed, Detail) = (shape, tiles, packed, detail);

    public override string Detail { get; }

    /// <summary>Kernels for tiles of some columns and some depth, or null where the library compiles none.</summary>
    public static LibxsmmGemm? Create(Libxsmm library, GemmShape shape, int columns, int depth, FloatBuffer weight)
    {
        bool packs = shape.B is { IsWeight: true } && columns < shape.N;
        FloatBuffer? packed = packs ? new FloatBuffer((long)shape.K * shape.N) : null;
        int tilesAcross = (shape.N + columns - 1) / columns;
        int tilesDown = (shape.K + depth - 1) / depth;
        var tiles = new Tile[tilesAcross * tilesDown];
        int offset = 0;
        for (int across = 0; across < tilesAcross; across++)
        {
            int column = across * columns;
            int width = Math.Min(columns, shape.N - column);
            for (int down = 0; down < tilesDown; down++)
            {
                int row = down * depth;
                int height = Math.Min(depth, shape.K - row);
                nint kernel = library.Kernel(shape.M, width, height, shape.A.Leading, packs ? width : shape.B.Leading, shape.LeadingC, shape.A.IsTransposed, accumulate: row > 0);
                if (kernel == 0)
                {
                    return null;
                }

                for (int i = 0; packs && i < height; i++)
                {
                    weight.Span.Slice(((row + i) * shape.B.Leading) + column, width).CopyTo(packed!.Span[(offset + (i * width))..]);
                }

                tiles[(across * tilesDown) + down] = new Tile(kernel, shape.A.IsTransposed ? row * shape.A.Leading : row, packs ? offset : (row * shape.B.Leading) + column, column);
                offset += width * height;
            }
        }

        string detail = tiles.Length == 1
            ? "one kernel"
            : string.Create(CultureInfo.InvariantCulture, $"tiles of {columns} columns, {depth} deep{(packs ? ", packed" : "")}");
        return new LibxsmmGemm(shape, tiles, packed, detail);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* a, float* b, float* c)
    {
        b = _packed is null ? b : _packed.Pointer;
        for (int i = 0; i < _shape.Count; i++)
        {
            foreach (Tile tile in _tiles)
            {
                // SuppressGCTransition, as the kernels are as short as those that Kron calls without leaving managed code.
                ((delegate* unmanaged[Cdecl, SuppressGCTransition]<float*, float*, float*, void>)tile.Kernel)(b + tile.B, a + tile.A, c + tile.C);
            }

            a += _shape.A.Stride;
            b += _shape.B.Stride;
            c += _shape.StrideC;
        }
    }

    /// <summary>One kernel and where its operands begin.</summary>
    private readonly record struct Tile(nint Kernel, int A, int B, int C);
}
