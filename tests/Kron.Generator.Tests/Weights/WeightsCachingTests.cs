using System.Linq;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Weights;

/// <summary>New values of the same shapes compile no kernels.</summary>
public class WeightsCachingTests
{
    [Fact]
    public void Other_values_change_one_file_of_the_layer()
    {
        BuiltWeights before = Built(1);
        BuiltWeights after = Built(2);
        CSharpCompilation compilation = GeneratorHarness.CreateCompilation(["using Kron; [DenseLayer(1, 1, Weights = \"fc.safetensors\")] partial class C; [DenseLayer(2, 1)] partial class D;"]);
        GeneratorDriver driver = GeneratorHarness.CreateDriver(before.Options).RunGenerators(compilation);
        GeneratorRunResult first = driver.GetRunResult().Results.Single();

        AdditionalText old = first.TrackedSteps["AdditionalTexts"].Single().Outputs.Select(output => output.Value).OfType<AdditionalText>().Single();
        driver = driver.ReplaceAdditionalText(old, new GeneratorHarness.ListText(after.List)).RunGenerators(compilation);
        GeneratorRunResult second = driver.GetRunResult().Results.Single();

        second.TrackedSteps[TrackingNames.Files("DenseLayer")].SelectMany(step => step.Outputs).ShouldAllBe(output => output.Reason == IncrementalStepRunReason.Cached);
        first.GeneratedSources.Select(file => file.HintName).Order().ShouldBe(["C-Scalar.g.cs", "C-Weights.g.cs", "C.g.cs", "D-Scalar.g.cs", "D.g.cs"]);
        first.GeneratedSources.Zip(second.GeneratedSources)
            .Where(pair => !pair.First.SourceText.ContentEquals(pair.Second.SourceText))
            .Select(pair => pair.First.HintName)
            .ShouldBe(["C-Weights.g.cs"]);
    }

    private static BuiltWeights Built(float value) => BuiltWeights.Of(("fc.safetensors", BuiltWeights.File(("weight", [1, 1], [value]), ("bias", [1], [0]))));
}
