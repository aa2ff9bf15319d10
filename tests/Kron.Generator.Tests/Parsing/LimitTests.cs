using System.Linq;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>The largest layers that the parser lets through: the documented limits keep every size within an int.</summary>
public class LimitTests
{
    [Theory]
    [InlineData("DenseLayer(16777216, 1)")]
    [InlineData("DenseLayer(1, 16777216)")]
    [InlineData("DenseLayer(15, 16777216)")]
    [InlineData("DenseLayer(16384, 16383)")]
    [InlineData("KroneckerLayer(4096, 4096, 4096, 4096, 1)")]
    [InlineData("KroneckerLayer(16777216, 1, 1, 16777216, 1)")]
    [InlineData("KroneckerLayer(1, 16777216, 16777216, 1, 1)")]
    [InlineData("KroneckerLayer(1, 16384, 8192, 1, 1024)")]
    [InlineData("KroneckerLayer(16384, 1, 16383, 1, 1, Bias = BiasMode.None, Outputs = 1, Inputs = 1)")]
    [InlineData("KroneckerLayer(1, 1, 1, 1, 65536, Activation = Activation.Tanh, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)")]
    public void The_largest_layers_are_compiled(string attribute)
    {
        foreach (string target in new[] { "Avx512", "Scalar" })
        {
            GeneratorRun run = GeneratorHarness.Run(
                $"using Kron; [{attribute}] public partial class C;",
                new HarnessOptions { KronTargets = target });

            run.Result.Exception.ShouldBeNull();
            run.DiagnosticIds.ShouldNotContain("KRON035", string.Join('\n', run.Diagnostics));
            run.ClassFiles.Count.ShouldBe(1, string.Join('\n', run.Diagnostics));
            run.CompilerDiagnostics.Select(d => d.ToString()).ShouldBeEmpty();
        }
    }
}
