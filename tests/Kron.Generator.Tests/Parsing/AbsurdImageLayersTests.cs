using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>No number in an attribute of any kind makes the parser throw or overflow, and what it accepts is within the limits. Random but seeded.</summary>
public class AbsurdImageLayersTests
{
    private static readonly int[] Sizes = [1, 1, 2, 2, 3, 4, 5, 8, 16, 17, 64];
    private static readonly int[] Absurd = [0, -1, int.MinValue, int.MaxValue, int.MaxValue / 2, 46341, 65536, 16777216, 16777217];

    private static readonly Dictionary<string, string[]> Options = new()
    {
        ["Conv"] = ["Height", "Width", "Height", "Width", "Stride", "StrideH", "StrideW", "Padding", "PaddingH", "PaddingW"],
        ["Pool"] = ["WindowH", "WindowW", "Stride", "StrideH", "StrideW", "Padding", "PaddingH", "PaddingW"],
    };

    [Theory]
    [InlineData(1, 0.02)]
    [InlineData(2, 0.3)]
    public void Whatever_is_accepted_is_within_the_limits(int seed, double absurdity)
    {
        var random = new Random(seed);
        string[] cases = [.. Enumerable.Range(0, 600).Select(_ => Attribute(random, absurdity))];

        IReadOnlyList<LayerSpec?> specs = Specs.ParseAll(cases);

        specs.OfType<LayerSpec>().Count().ShouldBeInRange(20, 580);
        foreach ((LayerSpec? spec, string text) in specs.Zip(cases).Where(each => each.First is not null))
        {
            spec!.Inputs.ShouldBeInRange(1, SizeLimits.PerSample, text);
            spec.Outputs.ShouldBeInRange(1, SizeLimits.PerSample, text);
            (spec.Channels * spec.Pixels).ShouldBe(spec.Outputs, text);
            Costs.Parameters(spec).ShouldBeLessThanOrEqualTo(SizeLimits.Parameters, text);
            spec.Groups.ShouldAllBe(group => Costs.Intermediate(group, spec.Window) >= 1 && Costs.Intermediate(group, spec.Window) <= SizeLimits.PerSample, text);
            if (spec.Window is { } window)
            {
                (window.Channels * window.Height * window.Width).ShouldBe(spec.Inputs, text);
                Math.Min(window.OutHeight, window.OutWidth).ShouldBeGreaterThan(0, text);
                ((long)window.KernelH * window.KernelW).ShouldBeInRange(1, SizeLimits.PerSample, text);
                window.StrideH.ShouldBeInRange(1, window.Height + (2 * window.PaddingH), text);
                window.StrideW.ShouldBeInRange(1, window.Width + (2 * window.PaddingW), text);
            }
        }
    }

    private static string Attribute(Random random, double absurdity)
    {
        KnownLayer known = KnownLayers.All[random.Next(KnownLayers.All.Count)];
        string[] options =
        [
            .. Options.Where(each => known.Name.EndsWith(each.Key, StringComparison.Ordinal) && known.Name != "GlobalAvgPool")
                .SelectMany(each => each.Value.Where((name, index) => index < 2 ? each.Key == "Conv" : random.Next(4) == 0))
                .Distinct()
                .Select(name => $"{name} = {Size()}"),
        ];
        return $"[{known.Name}({string.Join(", ", known.Arguments.Select(_ => Size()).Concat(options))})]";

        string Size()
        {
            int[] from = random.NextDouble() < absurdity ? Absurd : Sizes;
            int value = from[random.Next(from.Length)];
            return value == int.MinValue ? "int.MinValue" : value.ToString(CultureInfo.InvariantCulture);
        }
    }
}
