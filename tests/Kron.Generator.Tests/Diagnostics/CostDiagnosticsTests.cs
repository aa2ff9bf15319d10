using System.Linq;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Diagnostics;

/// <summary>Layers that work but cost more than they need to; the numbers were worked out by hand.</summary>
public class CostDiagnosticsTests
{
    [Theory]

    // min(4·3, 2·2) = 4; per term even five are of use, but dear.
    [InlineData("KroneckerLayer(64, 2, 300, 2, [|5|])", "KRON032", "r is 5, but min(m1·n1, m2·n2) = 4 products of this shape already express every matrix; without Nonlinearity.PerTerm more add nothing")]

    // 33·(64 + 64) = 4224; A first 33·8·8·(8 + 8) = 33,792 of 64·64.
    [InlineData("[|KroneckerLayer(8, 8, 8, 8, 33, Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm)|]", "KRON033", "The factors of 'C' have 4224 parameters, but its dense form has 4096 (biases aside)")]

    // 5·8·8·(8 + 8) = 5120.
    [InlineData("[|KroneckerLayer(8, 8, 8, 8, 5)|]", "KRON034", "The factors of 'C' cost 5120 multiply-adds per sample, but its dense form costs 4096")]

    // Padded: 7·3 = 21 dense; 12 + 4 parameters; A first 4·2·(3 + 2) = 40, B first 3·2·(2 + 4) = 36.
    [InlineData("[|KroneckerLayer(4, 2, 3, 2, 1, Outputs = 7, Inputs = 3)|]", "KRON034", "The factors of 'C' cost 36 multiply-adds per sample, but its dense form costs 21")]

    // Two groups: A first 2·2·2·(4 + 4) = 64, and B first 2·2·(4 + 4) = 32.
    [InlineData("[|KroneckerLayer(2, 4, 4, 2, 2)|], KroneckerTerm(4, 2, 2, 4, 1)", "KRON034", "The factors of 'C' cost 96 multiply-adds per sample, but its dense form costs 64")]

    // A published one: 2·2048·2·(2048 + 2), by either order.
    [InlineData("[|KroneckerLayer(2048, 2, 2048, 2, 2)|]", "KRON034", "The factors of 'C' cost 16793600 multiply-adds per sample, but its dense form costs 16777216")]
    public void The_layer_is_dearer_than_it_needs_to_be(string attributes, string id, string message)
    {
        int start = attributes.IndexOf("[|", System.StringComparison.Ordinal);
        string location = attributes[(start + 2)..attributes.IndexOf("|]", System.StringComparison.Ordinal)];
        string source = attributes.Replace("[|", "", System.StringComparison.Ordinal).Replace("|]", "", System.StringComparison.Ordinal);

        GeneratorRun run = GeneratorHarness.Run($"using Kron; [{source}] public partial class C;", HarnessOptions.ScalarOnly);

        Diagnostic diagnostic = run.Diagnostics.Where(d => d.Id == id).ShouldHaveSingleItem();
        diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(message);
        GeneratorRun.TextAt(diagnostic).ShouldBe(location);
        run.Diagnostics.ShouldAllBe(d => d.Severity == DiagnosticSeverity.Warning);
        run.ClassFiles.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("KroneckerLayer(64, 4, 256, 25, 5)")]
    [InlineData("KroneckerLayer(64, 4, 256, 25, 1), KroneckerTerm(128, 2, 1280, 5, 1)")]
    [InlineData("KroneckerLayer(60, 40, 192, 64, 10)")]
    [InlineData("KroneckerLayer(128, 32, 832, 36, 5)")]
    [InlineData("KroneckerLayer(1024, 4, 1536, 6, 2)")]
    [InlineData("KroneckerLayer(500, 2, 512, 8, 4)")]
    [InlineData("KroneckerLayer(8, 8, 8, 8, 2)")]
    [InlineData("KroneckerLayer(8, 8, 8, 8, 4)")]
    public void Configurations_of_the_paper_pay(string attributes) =>
        GeneratorHarness.Run($"using Kron; [{attributes}] public partial class C;", HarnessOptions.ScalarOnly).Diagnostics.ShouldBeEmpty();
}
