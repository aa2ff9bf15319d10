using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>The text of the attributes, and windows, of many random layers against a count by hand.</summary>
public class ImageLayerTextTests
{
    [Theory]
    [InlineData("KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, Height = 4, Width = 6, Padding = 0, Stride = 1, Bias = BiasMode.Shared)", "KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, Height = 4, Width = 6)")]
    [InlineData("DenseConv(2, 3, 3, 3, Width = 6, Height = 7, StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1)", "DenseConv(2, 3, 3, 3, Height = 7, Width = 6, Stride = 2, Padding = 1)")]
    [InlineData("DenseConv(2, 3, 3, 3, Width = 6, Height = 7, Stride = 2, StrideW = 1)", "DenseConv(2, 3, 3, 3, Height = 7, Width = 6, StrideH = 2)")]
    [InlineData("DenseConv(2, 3, 3, 3, Winograd = false, Width = 6, Height = 7)", "DenseConv(2, 3, 3, 3, Height = 7, Width = 6, Winograd = false)")]
    [InlineData("DenseConv(2, 3, 3, 3, Winograd = true, Width = 6, Height = 7)", "DenseConv(2, 3, 3, 3, Height = 7, Width = 6)")]
    [InlineData("LowRankConv(2, 3, 3, 1, Width = 6, Height = 7, Padding = 2, PaddingW = 1)", "LowRankConv(2, 3, 3, 1, Height = 7, Width = 6, PaddingH = 2, PaddingW = 1)")]
    [InlineData("StructuredConv(kernel: 3, outChannels: 2, inChannels: 3, structuredKernel: 1 + 1, structuredChannels: 2, Width = 6, Height = 7)", "StructuredConv(2, 3, 3, 2, 2, Height = 7, Width = 6)")]
    [InlineData("StructuredLayer(4, 5, 3, Activation = Activation.Maxout, Pieces = 2)", "StructuredLayer(4, 5, 3, Activation = Activation.Maxout)")]
    [InlineData("MaxPool(2, 8, 8, 3, WindowH = 2, WindowW = 2, Stride = 2)", "MaxPool(2, 8, 8, 2)")]
    [InlineData("MaxPool(2, 8, 8, 2, WindowW = 3, Stride = 2)", "MaxPool(2, 8, 8, 2, WindowW = 3, Stride = 2)")]
    [InlineData("MaxPool(2, 8, 8, 2, WindowW = 3, StrideH = 1)", "MaxPool(2, 8, 8, 2, WindowW = 3, StrideH = 1)")]
    [InlineData("AvgPool(2, 3, 8, 3, StrideH = 7, StrideW = 1)", "AvgPool(2, 3, 8, 3, Stride = 1)")]
    [InlineData("AvgPool(2, 3, 8, 3, StrideH = 7, StrideW = 3, Padding = 0)", "AvgPool(2, 3, 8, 3)")]
    [InlineData("AvgPool(2, 5, 8, 3, StrideH = 7, StrideW = 3)", "AvgPool(2, 5, 8, 3)")]
    [InlineData("AvgPool(2, 4, 8, 3, StrideH = 1, StrideW = 9)", "AvgPool(2, 4, 8, 3, StrideH = 1, StrideW = 6)")]
    [InlineData("GlobalAvgPool(height: 3, width: 8, channels: 2)", "GlobalAvgPool(2, 3, 8)")]
    [InlineData("BatchNorm2d(2, 3, 8, Epsilon = 1e-5f, Momentum = 0.1f)", "BatchNorm2d(2, 3, 8)")]
    public void The_text_says_what_the_attributes_mean(string attribute, string expected)
    {
        LayerSpec spec = Specs.Parse($"[{attribute}] partial class C;");

        spec.Attributes.ShouldBe($"[{expected}]");
        Specs.Parse($"[{expected}] partial class C;").ShouldBe(spec);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Windows_are_those_that_see_the_image_and_the_text_reads_back_to_the_same_layer(int seed)
    {
        var random = new Random(seed);
        List<(string Text, int? Pixels)> cases = [.. Enumerable.Range(0, 300).Select(_ => random.Next(2) == 0 ? Convolution(random) : Pool(random))];

        // One compilation for all: a class each.
        IReadOnlyList<LayerSpec?> specs = Specs.ParseAll(cases.Select(each => each.Text));

        for (int index = 0; index < cases.Count; index++)
        {
            (specs[index]?.Pixels).ShouldBe(cases[index].Pixels, cases[index].Text);
        }

        LayerSpec[] accepted = [.. specs.OfType<LayerSpec>()];
        accepted.Length.ShouldBeInRange(60, 240);
        IReadOnlyList<LayerSpec?> again = Specs.ParseAll(accepted.Select(spec => spec.Attributes));
        again.Select(spec => spec! with { Type = accepted[0].Type }).ShouldBe(accepted.Select(spec => spec with { Type = accepted[0].Type }));
    }

    /// <summary>An attribute and the number of its windows, or null where it is wrong.</summary>
    private static (string Text, int? Pixels) Convolution(Random random)
    {
        var (o, c, h, w) = (random.Next(1, 4), random.Next(1, 4), random.Next(1, 5), random.Next(1, 5));
        var (height, width) = (random.Next(1, 8), random.Next(1, 8));
        Both stride = new(random, 0, 4), padding = new(random, -1, 4);
        int? rows = Windows(height, h, stride.Rows ?? 1, padding.Rows ?? 0), columns = Windows(width, w, stride.Columns ?? 1, padding.Columns ?? 0);
        string text = string.Create(CultureInfo.InvariantCulture, $"[DenseConv({o}, {c}, {h}, {w}, Height = {height}, Width = {width}{stride.Text("Stride")}{padding.Text("Padding")})]");
        return (text, rows * columns);
    }

    private static (string Text, int? Pixels) Pool(Random random)
    {
        var (height, width, window) = (random.Next(1, 8), random.Next(1, 8), random.Next(1, 5));
        int? windowH = random.Next(3) == 0 ? random.Next(1, 5) : null;
        Both stride = new(random, 0, 4), padding = new(random, -1, 3);
        int h = windowH ?? window, w = window;
        int? rows = 2 * padding.Rows > h ? null : Windows(height, h, stride.Rows ?? h, padding.Rows ?? 0);
        int? columns = 2 * padding.Columns > w ? null : Windows(width, w, stride.Columns ?? w, padding.Columns ?? 0);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"[MaxPool(2, {height}, {width}, {window}{(windowH is null ? "" : $", WindowH = {windowH}")}{stride.Text("Stride")}{padding.Text("Padding")})]");
        return (text, rows * columns);
    }

    /// <summary>Counts windows one by one; null where there is none.</summary>
    private static int? Windows(int extent, int kernel, int stride, int padding)
    {
        if (stride < 1 || padding < 0)
        {
            return null;
        }

        int count = 0;
        for (int start = -padding; start + kernel <= extent + padding; start += stride)
        {
            count++;
        }

        return count == 0 ? null : count;
    }

    /// <summary>An option for both axes and those for one, each of which may be absent.</summary>
    private sealed class Both(Random random, int least, int limit)
    {
        private readonly int? _both = random.Next(2) == 0 ? random.Next(least, limit) : null;
        private readonly int? _rows = random.Next(4) == 0 ? random.Next(least, limit) : null;
        private readonly int? _columns = random.Next(4) == 0 ? random.Next(least, limit) : null;

        public int? Rows => _rows ?? _both;

        public int? Columns => _columns ?? _both;

        public string Text(string name) => One(name + "W", _columns) + One(name, _both) + One(name + "H", _rows);

        private static string One(string name, int? value) => value is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {name} = {value}");
    }
}
