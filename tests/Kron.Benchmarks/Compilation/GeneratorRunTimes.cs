using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Benchmarks.Compilation;

/// <summary>How long the generator takes for one layer, and how much it writes.</summary>
/// <param name="OneTarget">Milliseconds for one target.</param>
/// <param name="AllTargets">Milliseconds for all targets.</param>
/// <param name="OtherEdit">Milliseconds to run again after an edit of another file.</param>
/// <param name="AttributeEdit">Milliseconds to run again after an edit of the attribute.</param>
/// <param name="Bytes">Bytes of generated text for each target, by its name.</param>
internal sealed record GeneratorRunTimes(double OneTarget, double AllTargets, double OtherEdit, double AttributeEdit, IReadOnlyDictionary<string, int> Bytes)
{
    private const int Repetitions = 7;

    /// <summary>Medians of warm runs.</summary>
    public static GeneratorRunTimes Of(Subject subject, KernelTarget target)
    {
        var runs = Enumerable.Range(0, Repetitions).Select(_ => Time(subject)).ToArray();
        HarnessOptions one = new() { KronTargets = target.ToString() };
        double oneTarget = Summary.Median(Enumerable.Range(0, Repetitions).Select(_ => Milliseconds(GeneratorHarness.CreateDriver(one), Source(subject.Case.Attributes(), one), out GeneratorDriver _)));
        return new(
            oneTarget,
            Summary.Median(runs.Select(run => run.First)),
            Summary.Median(runs.Select(run => run.Other)),
            Summary.Median(runs.Select(run => run.Attribute)),
            runs[0].Bytes);
    }

    /// <summary>Bytes of generated text for each target.</summary>
    public static IReadOnlyDictionary<string, int> TextOf(Subject subject) =>
        TextOf(GeneratorHarness.CreateDriver().RunGenerators(Source(subject.Case.Attributes(), HarnessOptions.Default)));

    private static Dictionary<string, int> TextOf(GeneratorDriver driver) => driver.GetRunResult().Results.Single().GeneratedSources
        .Where(file => file.HintName.Contains('-', StringComparison.Ordinal))
        .ToDictionary(file => file.HintName.Split('-')[1].Split('.')[0], file => file.SourceText.ToString().Length);

    private static (double First, double Other, double Attribute, IReadOnlyDictionary<string, int> Bytes) Time(Subject subject)
    {
        string attributes = subject.Case.Attributes();
        CSharpCompilation compilation = Source(attributes, HarnessOptions.Default);
        double first = Milliseconds(GeneratorHarness.CreateDriver(), compilation, out GeneratorDriver driver);
        var bytes = TextOf(driver);
        double other = Milliseconds(driver, Edited(compilation, 1, "class Other { int y; }"), out _);

        // Another bias is the smallest change that compiles the layer anew.
        string edited = attributes.Contains("BiasMode.None", StringComparison.Ordinal)
            ? attributes.Replace("Bias = BiasMode.None", "Bias = BiasMode.Shared", StringComparison.Ordinal)
            : attributes.Replace("BiasMode.PerTerm", "BiasMode.Shared", StringComparison.Ordinal);
        double attribute = Milliseconds(driver, Edited(compilation, 0, Layer(edited)), out _);
        return (first, other, attribute, bytes);
    }

    private static double Milliseconds(GeneratorDriver driver, CSharpCompilation compilation, out GeneratorDriver after)
    {
        double start = ThreadClock.Seconds;
        after = driver.RunGenerators(compilation);
        return 1000 * (ThreadClock.Seconds - start);
    }

    private static CSharpCompilation Source(string attributes, HarnessOptions options) =>
        GeneratorHarness.CreateCompilation([Layer(attributes), "class Other { int x; }"], options);

    private static string Layer(string attributes) => $"using Kron;\n{attributes}\npublic sealed partial class Layer;\n";

    private static CSharpCompilation Edited(CSharpCompilation compilation, int file, string text)
    {
        SyntaxTree tree = compilation.SyntaxTrees[file];
        return compilation.ReplaceSyntaxTree(tree, GeneratorHarness.ParseFile(text, tree.FilePath));
    }
}
