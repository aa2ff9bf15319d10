using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Emit;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kron.Generator.Tests.Ir.Passes;

/// <summary>The estimated size of the IL against what the C# compiler makes of the printed kernel.</summary>
public class IlEstimateTests(ITestOutputHelper output)
{
    [Fact]
    public void TheEstimateIsHighButNotByMuch()
    {
        foreach (TargetModel target in Targets.All)
        {
            Kernel[] kernels = [.. Enumerable.Range(0, 4).Select(seed => RandomProgram.Make(seed, target, loops: false, statements: 150).Kernel with { Name = "Random" + seed }), Tile(target, 4, 3, 8), Tile(target, 8, 3, 16)];
            Type compiled = Compile(target, kernels);
            foreach (Kernel kernel in kernels)
            {
                int actual = compiled.GetMethod(kernel.Name, BindingFlags.NonPublic | BindingFlags.Static)!.GetMethodBody()!.GetILAsByteArray()!.Length;
                int estimate = JitBudget.Measure(kernel, target).IlBytes;
                output.WriteLine($"{target.Name} {kernel.Name}: {actual} bytes, estimated {estimate}, ratio {(double)estimate / actual:F2}");
                JitBudget.Measure(kernel).IlBytes.ShouldBeGreaterThanOrEqualTo(estimate);
                estimate.ShouldBeInRange(actual, actual * 5 / 2, $"{target.Name} {kernel.Name}");
            }
        }
    }

    /// <summary>A register tile: rows of broadcasts times vectors, the depth unrolled.</summary>
    private static Kernel Tile(TargetModel target, int rows, int vectors, int depth)
    {
        int lanes = target.Lanes;
        List<Statement> body = [];
        var pairs = Enumerable.Range(0, rows).SelectMany(r => Enumerable.Range(0, vectors).Select(v => (Row: r, Vector: v))).ToArray();
        body.AddRange(pairs.Select(p => new Let($"sum{p.Row}_{p.Vector}", new Constant(0))));
        for (int k = 0; k < depth; k++)
        {
            body.AddRange(Enumerable.Range(0, vectors).Select(v => new Let($"w{k}_{v}", new Load(new Address("w", ((k * vectors) + v) * lanes), lanes))));
            for (int r = 0; r < rows; r++)
            {
                body.Add(new Let($"x{k}_{r}", new Broadcast(new Address("x", (r * depth) + k))));
                body.AddRange(Enumerable.Range(0, vectors).Select(v => new Set($"sum{r}_{v}", new MultiplyAdd($"w{k}_{v}", $"x{k}_{r}", $"sum{r}_{v}"))));
            }
        }

        body.AddRange(pairs.Select(p => new Store(new Address("y", ((p.Row * vectors) + p.Vector) * lanes), $"sum{p.Row}_{p.Vector}", lanes)));
        return IrBuilder.Kernel($"Tile_{rows}x{vectors}", ["x", "w", "y"], [.. body]);
    }

    private static Type Compile(TargetModel target, Kernel[] kernels)
    {
        CSharpCompilation compilation = GeneratorHarness.CreateCompilation([PrintedKernels.Print(target, kernels)]);
        using MemoryStream image = new();
        compilation.WithOptions(compilation.Options.WithOptimizationLevel(OptimizationLevel.Release)).Emit(image).Success.ShouldBeTrue();
        return Assembly.Load(image.ToArray()).GetType("Kernels", throwOnError: true)!;
    }
}
