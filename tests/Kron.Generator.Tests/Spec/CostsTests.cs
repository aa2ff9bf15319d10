using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Kron.CompilerServices;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using LayerKind = Kron.Generator.Spec.LayerKind;

namespace Kron.Generator.Tests.Spec;

/// <summary>The runtime counts parameters and multiply-adds of a layer as the compiler does, whose code it cannot reference.</summary>
public class CostsTests
{
    private static readonly TypeSpec Type = new("", [], "C", "C");

    private static readonly EpilogueSpec Unbiased = new(ActivationKind.None, 0, 1, false, BiasKind.None);

    [Fact]
    public void Both_sides_count_alike()
    {
        var random = new Random(20151228);
        for (int trial = 0; trial < 4000; trial++)
        {
            LayerSpec spec = Draw(random);

            var info = new LayerInfo(Definition(spec), []);

            string text = $"{spec.Kind}, {spec.Window}, {string.Join(", ", spec.Groups)}";
            ((BigInteger)info.MultiplyAdds).ShouldBe(Costs.MultiplyAdds(spec), text);
            ((BigInteger)info.Parameters).ShouldBe(Costs.Parameters(spec), text);
            ((BigInteger)info.DenseParameters).ShouldBe(Costs.Dense(spec), text);
            ((BigInteger)info.DenseMultiplyAdds).ShouldBe(Costs.Dense(spec) * spec.Pixels, text);
        }
    }

    private static LayerSpec Draw(Random random)
    {
        LayerKind kind = (LayerKind)random.Next(4);
        bool isImage = kind == LayerKind.LowRank || random.Next(5) > 0;
        GroupSpec group = new(Extent(random), Extent(random), Extent(random), Extent(random), random.Next(1, 4));
        if (isImage)
        {
            group = group with { H1 = random.Next(1, 5), W1 = random.Next(1, 5), H2 = random.Next(1, 5), W2 = random.Next(1, 5) };
        }

        if (kind == LayerKind.LowRank)
        {
            group = group with { M1 = 1, N2 = 1, W1 = 1, H2 = 1 };
        }

        GroupSpec[] groups = [group, new GroupSpec(group.M2, group.M1, group.N2, group.N1, 2) { H1 = group.H2, W1 = group.W2, H2 = group.H1, W2 = group.W1 }];
        int channels = group.M1 * group.M2, inputs = group.N1 * group.N2;
        WindowSpec? window = null;
        if (isImage)
        {
            int h = group.H1 * group.H2, w = group.W1 * group.W2;
            window = new WindowSpec(
                inputs, random.Next(1, 20), random.Next(1, 20), h, w, random.Next(1, 5), random.Next(1, 5), random.Next(0, 5), random.Next(0, 5));

            // An image that the kernel fits into.
            window = window with { Height = Math.Max(window.Height, h - (2 * window.PaddingH)), Width = Math.Max(window.Width, w - (2 * window.PaddingW)) };
            inputs *= window.Height * window.Width;
        }

        IEnumerable<GroupSpec> used = kind switch { LayerKind.Kronecker => groups[..random.Next(1, 3)], LayerKind.LowRank => groups[..1], _ => [] };
        return new LayerSpec(Type, "", inputs, channels * (window?.Pixels ?? 1), [.. used], null, Unbiased)
        {
            Kind = kind,
            Window = window,
            Structured = kind != LayerKind.Structured ? null
                : isImage ? new StructuredSpec(Below(random, group.N1 * group.N2), Below(random, window!.KernelH), Below(random, window.KernelW))
                : new StructuredSpec(Below(random, inputs), 1, 1),
        };
    }

    private static LayerDefinition Definition(LayerSpec spec) => new()
    {
        Name = "C",
        Attributes = "",
        Inputs = spec.Inputs,
        Outputs = spec.Outputs,
        Kind = (CompilerServices.LayerKind)spec.Kind,
        Groups = [.. spec.Groups.Select(g => new ShapeGroup(g.M1, g.M2, g.N1, g.N2, g.R) { H1 = g.H1, W1 = g.W1, H2 = g.H2, W2 = g.W2 })],
        Window = spec.Window is { } w
            ? new ImageWindow(w.Channels, w.Height, w.Width, w.KernelH, w.KernelW, w.StrideH, w.StrideW, w.PaddingH, w.PaddingW)
            : null,
        Structured = spec.Structured is { } s ? (s.Channels, s.KernelH, s.KernelW) : default,
        Bias = BiasMode.None,
    };

    private static int Extent(Random random) => random.Next(1, 6);

    private static int Below(Random random, int most) => random.Next(1, most + 1);
}
