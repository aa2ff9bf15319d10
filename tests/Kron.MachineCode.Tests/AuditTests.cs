using System;
using System.Collections.Generic;
using System.Linq;
using Kron.MachineCode.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.MachineCode.Tests;

/// <summary>What the inner loops of register tiles consist of, for every layer of the performance tables; docs/machine-code.md has the figures.</summary>
public class AuditTests
{
    // Every layer has several tiles; fewer loops than this were not found.
    private const int Least = 200;

    // With every vector and every scalar loaded by itself, 8x3 takes 1.46 and more.
    private const double Wanted = 1.25;

    // Of all loops, those of training and of partial vectors included.
    private const double WantedShare = 0.6;

    /// <summary>Tiles that reach the figure: the others lack rows or registers.</summary>
    private static readonly HashSet<(int Rows, int Vectors)> Full = [(8, 3), (12, 2), (10, 2), (6, 4), (4, 6)];

    /// <summary>
    /// AVX-512 kernels of training that do spill: the indices by which floats a few apart are gathered into vectors stay in registers beside
    /// the tile (GradientX), and the JIT keeps sums on the stack across the outer one of two loops (the others).
    /// </summary>
    private static readonly HashSet<(string Layer, string Contraction)> Spilling =
    [
        ("2048,2,2048,2,2 relu", "GradientX"),
        ("64→64 structured 32,2", "GradientAlpha"),
        ("dense 256→256 3×3 on 8×8", "GradientWeight"),
    ];

    [AuditFact(KernelTarget.AdvSimd)]
    public void NeonLoopsKeepEverythingInRegisters() => KeepEverythingInRegisters(Platform.Neon, []);

    [AuditFact(KernelTarget.Avx512)]
    public void Avx512LoopsKeepEverythingInRegisters() => KeepEverythingInRegisters(Platform.Avx512, Spilling);

    [AuditFact(KernelTarget.AdvSimd)]
    public void NeonLoopsFuseEveryProduct() => FuseEveryProduct(Platform.Neon);

    [AuditFact(KernelTarget.Avx512)]
    public void Avx512LoopsFuseEveryProduct() => FuseEveryProduct(Platform.Avx512);

    [AuditFact(KernelTarget.AdvSimd)]
    public void FullNeonTilesOfInferenceTakeFewInstructions() =>
        TakenApart.On(Platform.Neon)
            .Where(loop => loop.IsInference && !loop.IsPartial && Full.Contains((loop.Rows, loop.Vectors)))
            .Where(loop => loop.Loop.InstructionsPerMultiplyAdd > Wanted)
            .Select(loop => loop.ToString()).ShouldBeEmpty();

    [AuditFact(KernelTarget.AdvSimd)]
    public void MostNeonLoopsTakeFewInstructions()
    {
        IReadOnlyList<TileLoop> loops = TakenApart.On(Platform.Neon);
        ((double)loops.Count(loop => loop.Loop.InstructionsPerMultiplyAdd <= Wanted) / loops.Count).ShouldBeGreaterThan(WantedShare);
    }

    /// <summary>With few rows a load serves few products, and training's tiles of single samples are not unrolled far.</summary>
    [AuditFact(KernelTarget.AdvSimd)]
    public void NoNeonLoopTakesManyInstructions() =>
        TakenApart.On(Platform.Neon)
            .Where(loop => !loop.IsPartial && loop.Loop.InstructionsPerMultiplyAdd > (loop.IsInference ? 1.4 : 1.8) + (1.0 / loop.Rows))
            .Select(loop => loop.ToString()).ShouldBeEmpty();

    /// <summary>The tables of docs/machine-code.md.</summary>
    [AuditFact(KernelTarget.AdvSimd)]
    public void TablesAreWrittenWhereTheyAreAskedFor()
    {
        if (Environment.GetEnvironmentVariable(Tables.FileVariable) is { Length: > 0 } file)
        {
            Tables.Write(file, Platform.Neon, Platform.Avx512);
        }
    }

    private static void KeepEverythingInRegisters(Platform platform, HashSet<(string, string)> known)
    {
        IReadOnlyList<TileLoop> loops = TakenApart.On(platform);
        loops.Count.ShouldBeGreaterThan(Least);
        TileLoop[] spilling = [.. loops.Where(loop => loop.Loop.StackAccesses > 0)];
        spilling.Where(loop => !known.Contains((loop.Layer.Name, loop.Contraction))).Select(loop => loop.ToString()).ShouldBeEmpty();

        // One that no longer spills leaves the list.
        known.Except(spilling.Select(loop => (loop.Layer.Name, loop.Contraction))).ShouldBeEmpty();
    }

    private static void FuseEveryProduct(Platform platform)
    {
        IReadOnlyList<TileLoop> loops = TakenApart.On(platform);
        loops.Where(loop => loop.Loop.Separate > 0).Select(loop => loop.ToString()).ShouldBeEmpty();

        // Whatever a reduction is unrolled by, the tile's products come in whole steps.
        loops.Where(loop => !loop.IsWhole).Select(loop => loop.ToString()).ShouldBeEmpty();
    }
}
