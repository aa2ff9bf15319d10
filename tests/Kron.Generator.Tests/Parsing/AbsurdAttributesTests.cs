using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>
/// No attribute, however absurd, crashes the generator or the analyzer, and what they accept compiles. Cases are random
/// but seeded: a failure names the seed and shows the source.
/// </summary>
public class AbsurdAttributesTests
{
    private const int SmallEnoughToCompile = 4096;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Nothing_crashes_and_what_is_accepted_compiles(int seed)
    {
        var source = new AbsurdSource(seed);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < 50; i++)
        {
            string text = source.Next(out int size);
            string because = $"seed {seed}, case {i}: {text}";

            GeneratorRun run = GeneratorHarness.Run(text, new HarnessOptions { KronTargets = Targets.All[i % Targets.All.Count].Name });

            run.Result.Exception.ShouldBeNull(because);
            run.DiagnosticIds.ShouldNotContain("KRON035", because);
            if (run.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
            {
                refused++;
                run.Files.ShouldBeEmpty(because);
                run.Diagnostics.ShouldAllBe(d => d.Location.IsInSource);
            }
            else
            {
                accepted++;
                run.ClassFiles.Count.ShouldBe(1, because);
                if (size <= SmallEnoughToCompile)
                {
                    run.CompilerDiagnostics.Select(d => d.ToString()).ShouldBeEmpty(because);
                }
            }
        }

        // The cases are neither all absurd nor all sound.
        accepted.ShouldBeGreaterThan(8);
        refused.ShouldBeGreaterThan(8);
    }

    /// <summary>Writes layer classes: most of them nearly right, so that every check is reached.</summary>
    private sealed class AbsurdSource(int seed)
    {
        private static readonly int[] Small = [1, 1, 2, 3, 4, 5, 7, 8, 13];
        private static readonly int[] Absurd = [0, -1, int.MinValue, int.MaxValue, 46341, 65536, 16777216, 1 << 30];
        private static readonly string[] Classes =
        [
            "public sealed partial class C;", "partial class C { public int A { get; set; } }", "internal partial class C { public C(int x) : this() { _ = x; } }",
            "partial class C : System.Collections.Generic.List<int>;",
        ];

        private static readonly string[] BadClasses =
        [
            "class C;", "static partial class C;", "abstract partial class C;", "partial class C<T>;", "partial record C;", "file partial class C;",
            "partial class C(int x) { int X => x; }", "partial class C { public void Commit() { } }",
        ];

        private readonly Random _random = new(seed);

        /// <summary>A source and its number of weights, as far as that is known.</summary>
        public string Next(out int size)
        {
            var (m1, m2, n1, n2) = (Size(), Size(), Size(), Size());
            int terms = Chance(0.3) ? _random.Next(1, 3) : 0;
            List<string> attributes = [];
            if (Chance(0.3))
            {
                attributes.AddRange(ImageLayer());
            }
            else if (Chance(0.2))
            {
                attributes.Add($"[DenseLayer({Join(m1, n1)}{Options(dense: true, n1, 1)})]");
            }

            if (attributes.Count == 0 || Chance(0.1))
            {
                attributes.Add($"[KroneckerLayer({Join(m1, m2, n1, n2, Size())}{Options(dense: false, n1, n2)})]");
            }

            for (int i = 0; i < terms; i++)
            {
                var (a, b) = Chance(0.8) ? (m2, m1) : (Size(), m1);
                attributes.Add($"[KroneckerTerm({Join(a, b, n1, n2, Size())}{(Chance(0.1) ? ", Formulation = " + Enum("Formulation", 4) : "")})]");
            }

            size = (int)Math.Min(int.MaxValue, Math.Max(1.0, m1) * Math.Max(1.0, m2) * Math.Max(1.0, n1) * Math.Max(1.0, n2));
            string type = Chance(0.9) ? Pick(Classes) : Pick(BadClasses);
            return $"using Kron; {string.Join(' ', attributes)} {type}";
        }

        private string[] ImageLayer()
        {
            int[] sizes = [.. Enumerable.Range(0, 9).Select(_ => Chance(0.98) ? Pick([1, 1, 2, 3, 4]) : Pick(Absurd))];
            string term = $"[KroneckerConvTerm({Join(sizes)})]";
            return Pick<string[]>(
            [
                [$"[KroneckerConv({Join(sizes)}{Options(dense: false, image: true)})]"],
                [$"[KroneckerConv({Join(sizes)}{Options(dense: false, image: true)})]", term],
                [$"[LowRankConv({Join(sizes[..4])}{Options(dense: true, image: true)})]"],
                [$"[DenseConv({Join(sizes[..4])}{Options(dense: true, image: true)})]"],
                [$"[StructuredConv({Join(sizes[..5])}{Options(dense: true, image: true)})]"],
                [$"[StructuredLayer({Join(Size(), Size(), Size())}{Options(dense: true)})]"],
                [$"[{Pick(["MaxPool", "AvgPool"])}({Join(Size(), Size(), Size(), Size())}{(Chance(0.5) ? ", Stride = " + Number(Size()) : "")}{(Chance(0.3) ? ", Padding = " + Number(Size()) : "")})]"],
                [$"[GlobalAvgPool({Join(Size(), Size(), Size())})]"],
                [$"[BatchNorm2d({Join(Size(), Size(), Size())}{(Chance(0.5) ? ", Activation = " + Enum("Activation", 8) : "")}{(Chance(0.2) ? ", Momentum = " + Pick(["0f", "1f", "-1f", "float.NaN"]) : "")})]"],
            ]);
        }

        private string Options(bool dense, int n1 = 1, int n2 = 1, bool image = false)
        {
            List<string> options = [];
            if (image)
            {
                Maybe(0.98, "Height = " + Number(Size()));
                Maybe(0.98, "Width = " + Number(Size()));
                Maybe(0.3, "Stride = " + Number(Size()));
                Maybe(0.1, "StrideW = " + Number(Size()));
                Maybe(0.4, "Padding = " + Number(Pick([0, 1, 1, 2])));
                Maybe(0.1, "PaddingH = " + Number(Size()));
            }

            string activation = Enum("Activation", 8);
            Maybe(0.5, "Activation = " + activation);
            Maybe(activation.Contains("Leaky", StringComparison.Ordinal) ? 0.7 : 0.05, "Slope = " + Pick(["0.3f", "-2f", "float.NaN", "1e38f * 10", "float.Epsilon", "-0f"]));
            Maybe(activation.Contains("Maxout", StringComparison.Ordinal) ? 0.7 : 0.05, "Pieces = " + Number(Size()));
            Maybe(0.3, "Bias = " + Enum("BiasMode", 3));
            if (!dense)
            {
                Maybe(0.3, "Nonlinearity = " + Enum("Nonlinearity", 2));
            }

            if (!dense && !image)
            {
                Maybe(0.1, "Outputs = " + Number(Size()));
                Maybe(0.1, "Inputs = " + Number(Size()));
                if (Chance(0.3))
                {
                    options.AddRange(Chance(0.7)
                        ? [$"Channels = {Number(n1)}", $"Height = {Number(n2)}", "Width = 1"]
                        : [$"Channels = {Number(Size())}", $"Width = {Number(Size())}"]);
                    Maybe(0.7, "Formulation = " + Enum("Formulation", 4));
                }
                else
                {
                    Maybe(0.05, "Formulation = " + Enum("Formulation", 4));
                }
            }

            return string.Concat(options.Select(option => ", " + option));

            void Maybe(double chance, string option)
            {
                if (Chance(chance))
                {
                    options.Add(option);
                }
            }
        }

        private string Enum(string type, int members)
        {
            int value = Chance(0.95) ? _random.Next(members) : Pick([-1, members, int.MinValue, int.MaxValue]);
            string? name = typeof(ILayer).Assembly.GetType("Kron." + type)!.GetEnumName(value);
            return name is null ? $"({type})({Number(value)})" : $"{type}.{name}";
        }

        private int Size() => Chance(0.97) ? Pick(Small) : Pick(Absurd);

        private static string Join(params int[] values) => string.Join(", ", values.Select(Number));

        private static string Number(int value) => value == int.MinValue ? "int.MinValue" : value.ToString(CultureInfo.InvariantCulture);

        private bool Chance(double probability) => _random.NextDouble() < probability;

        private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
    }
}
