using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Incremental;

/// <summary>An edit recompiles the layers it changes and no other.</summary>
public class CachingTests
{
    private const string Layers =
        """
        using Kron;
        namespace N;
        [KroneckerLayer(8, 4, 6, 5, 2, Activation = Activation.Relu)]
        public sealed partial class First;
        [KroneckerLayer(4, 2, 3, 2, 1)]
        public sealed partial class Second;
        [DenseLayer(4, 3)]
        public sealed partial class Head;
        [KroneckerConv(2, 1, 3, 1, 1, 1, 1, 3, 1, Height = 4, Width = 4, Padding = 1)]
        public sealed partial class Conv;
        """;

    private const string Other = "class Other { int x; }";

    private static readonly string KroneckerLayers = TrackingNames.Layers("KroneckerLayer");
    private static readonly string KroneckerFiles = TrackingNames.Files("KroneckerLayer");
    private static readonly string ConvolutionLayers = TrackingNames.Layers("KroneckerConv");
    private static readonly string ConvolutionFiles = TrackingNames.Files("KroneckerConv");
    private static readonly string DenseLayers = TrackingNames.Layers("DenseLayer");
    private static readonly string DenseFiles = TrackingNames.Files("DenseLayer");

    private static readonly string[] Steps = [TrackingNames.Targets, KroneckerLayers, KroneckerFiles, ConvolutionLayers, ConvolutionFiles, DenseLayers, DenseFiles];

    [Fact]
    public void An_unrelated_edit_reruns_nothing()
    {
        var reasons = Edit(Other, "class Other { string? y; void M() { } }");

        reasons.Keys.Order().ShouldBe(Steps.Order());
        reasons.Values.SelectMany(each => each).ShouldAllBe(reason => IsUnchanged(reason));

        // The compiler itself is not even asked.
        reasons[KroneckerFiles].ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached]);
        reasons[DenseFiles].ShouldBe([IncrementalStepRunReason.Cached]);
    }

    [Theory]
    [InlineData("\n\n// A remark that moves everything.\n")]
    [InlineData("   ")]
    public void Moving_a_layer_in_its_file_leaves_its_spec_unchanged(string space)
    {
        var reasons = Edit(Layers, Layers.Replace("[Kronecker", space + "[Kronecker", StringComparison.Ordinal).Replace("partial class", "  partial   class", StringComparison.Ordinal));

        reasons[KroneckerLayers].ShouldAllBe(reason => IsUnchanged(reason));
        reasons[DenseLayers].ShouldAllBe(reason => IsUnchanged(reason));
        reasons[KroneckerFiles].ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
        reasons[DenseFiles].ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void Another_spelling_of_the_same_layer_compiles_nothing()
    {
        var reasons = Edit(Layers, Layers.Replace("5, 2, Act", "5, 1 + 1, Bias = BiasMode.Shared, Act", StringComparison.Ordinal));

        reasons[KroneckerFiles].ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void A_changed_layer_is_compiled_and_its_neighbours_are_not()
    {
        var reasons = Edit(Layers, Layers.Replace("5, 2, Act", "5, 1, Act", StringComparison.Ordinal));

        reasons[KroneckerLayers].ShouldBe([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached]);
        reasons[KroneckerFiles].Count.ShouldBe(2);
        reasons[KroneckerFiles][0].ShouldNotBe(IncrementalStepRunReason.Cached);
        reasons[KroneckerFiles][1].ShouldBe(IncrementalStepRunReason.Cached);
        reasons[DenseFiles].ShouldBe([IncrementalStepRunReason.Cached]);
    }

    [Fact]
    public void A_layer_that_becomes_wrong_takes_its_file_with_it()
    {
        CSharpCompilation compilation = GeneratorHarness.CreateCompilation([Layers, Other]);
        GeneratorDriver driver = GeneratorHarness.CreateDriver(HarnessOptions.ScalarOnly).RunGenerators(compilation);
        SyntaxTree wrong = GeneratorHarness.ParseFile(Layers.Replace("8, 4, 6", "8, 0, 6", StringComparison.Ordinal), "File0.cs");

        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], wrong));

        driver.GetRunResult().Results.Single().GeneratedSources.Select(file => file.HintName).Order()
            .ShouldBe(["N.Conv-Scalar.g.cs", "N.Conv.g.cs", "N.Head-Scalar.g.cs", "N.Head.g.cs", "N.Second-Scalar.g.cs", "N.Second.g.cs"]);
    }

    /// <summary>The step did not run, or ran and gave an equal value.</summary>
    private static bool IsUnchanged(IncrementalStepRunReason reason) =>
        reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged;

    private static Dictionary<string, List<IncrementalStepRunReason>> Edit(string before, string after)
    {
        CSharpCompilation compilation = GeneratorHarness.CreateCompilation([Layers, Other]);
        SyntaxTree edited = compilation.SyntaxTrees.Single(tree => tree.ToString() == before);
        GeneratorDriver driver = GeneratorHarness.CreateDriver(HarnessOptions.ScalarOnly).RunGenerators(compilation);
        driver.GetRunResult().Results.Single().GeneratedSources.Length.ShouldBe(4 * 2);

        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(edited, GeneratorHarness.ParseFile(after, edited.FilePath)));

        return driver.GetRunResult().Results.Single().TrackedSteps
            .Where(step => Steps.Contains(step.Key))
            .ToDictionary(step => step.Key, step => step.Value.SelectMany(run => run.Outputs).Select(output => output.Reason).ToList());
    }
}
