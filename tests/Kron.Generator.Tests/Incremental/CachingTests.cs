using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
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
        """;

    private const string Other = "class Other { int x; }";

    private static readonly string[] Steps =
        [.. typeof(TrackingNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void An_unrelated_edit_reruns_nothing()
    {
        var reasons = Edit(Other, "class Other { string? y; void M() { } }");

        reasons.Keys.Order().ShouldBe(Steps.Order());
        reasons.Values.SelectMany(each => each).ShouldAllBe(reason => IsUnchanged(reason));

        // The compiler itself is not even asked.
        reasons[TrackingNames.KroneckerFiles].ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached]);
        reasons[TrackingNames.DenseFiles].ShouldBe([IncrementalStepRunReason.Cached]);
    }

    [Theory]
    [InlineData("\n\n// A remark that moves everything.\n")]
    [InlineData("   ")]
    public void Moving_a_layer_in_its_file_leaves_its_spec_unchanged(string space)
    {
        var reasons = Edit(Layers, Layers.Replace("[Kronecker", space + "[Kronecker", StringComparison.Ordinal).Replace("partial class", "  partial   class", StringComparison.Ordinal));

        reasons[TrackingNames.KroneckerLayers].ShouldAllBe(reason => IsUnchanged(reason));
        reasons[TrackingNames.DenseLayers].ShouldAllBe(reason => IsUnchanged(reason));
        reasons[TrackingNames.KroneckerFiles].ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
        reasons[TrackingNames.DenseFiles].ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void Another_spelling_of_the_same_layer_compiles_nothing()
    {
        var reasons = Edit(Layers, Layers.Replace("5, 2, Act", "5, 1 + 1, Bias = BiasMode.Shared, Act", StringComparison.Ordinal));

        reasons[TrackingNames.KroneckerFiles].ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void A_changed_layer_is_compiled_and_its_neighbours_are_not()
    {
        var reasons = Edit(Layers, Layers.Replace("5, 2, Act", "5, 1, Act", StringComparison.Ordinal));

        reasons[TrackingNames.KroneckerLayers].ShouldBe([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached]);
        reasons[TrackingNames.KroneckerFiles].Count.ShouldBe(2);
        reasons[TrackingNames.KroneckerFiles][0].ShouldNotBe(IncrementalStepRunReason.Cached);
        reasons[TrackingNames.KroneckerFiles][1].ShouldBe(IncrementalStepRunReason.Cached);
        reasons[TrackingNames.DenseFiles].ShouldBe([IncrementalStepRunReason.Cached]);
    }

    [Fact]
    public void A_layer_that_becomes_wrong_takes_its_file_with_it()
    {
        CSharpCompilation compilation = GeneratorHarness.CreateCompilation([Layers, Other]);
        GeneratorDriver driver = GeneratorHarness.CreateDriver(HarnessOptions.ScalarOnly).RunGenerators(compilation);
        SyntaxTree wrong = GeneratorHarness.ParseFile(Layers.Replace("8, 4, 6", "8, 0, 6", StringComparison.Ordinal), "File0.cs");

        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], wrong));

        driver.GetRunResult().Results.Single().GeneratedSources.Select(file => file.HintName).Order()
            .ShouldBe(["N.Head-Scalar.g.cs", "N.Head.g.cs", "N.Second-Scalar.g.cs", "N.Second.g.cs"]);
    }

    /// <summary>The step did not run, or ran and gave an equal value.</summary>
    private static bool IsUnchanged(IncrementalStepRunReason reason) =>
        reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged;

    private static Dictionary<string, List<IncrementalStepRunReason>> Edit(string before, string after)
    {
        CSharpCompilation compilation = GeneratorHarness.CreateCompilation([Layers, Other]);
        SyntaxTree edited = compilation.SyntaxTrees.Single(tree => tree.ToString() == before);
        GeneratorDriver driver = GeneratorHarness.CreateDriver(HarnessOptions.ScalarOnly).RunGenerators(compilation);
        driver.GetRunResult().Results.Single().GeneratedSources.Length.ShouldBe(3 * 2);

        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(edited, GeneratorHarness.ParseFile(after, edited.FilePath)));

        return driver.GetRunResult().Results.Single().TrackedSteps
            .Where(step => Steps.Contains(step.Key))
            .ToDictionary(step => step.Key, step => step.Value.SelectMany(run => run.Outputs).Select(output => output.Reason).ToList());
    }
}
