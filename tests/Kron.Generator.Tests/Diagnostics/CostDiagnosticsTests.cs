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

    // min(2·3·3·1, 2·1·1·3) = 6.
    [InlineData("KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, [|7|], Height = 8, Width = 8)", "KRON032", "r is 7, but min(o1·c1·h1·w1, o2·c2·h2·w2) = 6 products of this shape already express every kernel; without Nonlinearity.PerTerm more add nothing")]

    // min(2·3, 4·3) = 6.
    [InlineData("LowRankConv(4, 2, 3, [|rank: 7|], Height = 8, Width = 8)", "KRON032", "rank is 7, but min(inChannels·kernel, outChannels·kernel) = 6 products of this shape already express every kernel; more add nothing")]

    // 5·(18 + 6) = 120 of 4·3·9 = 108.
    [InlineData("[|KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 5, Height = 8, Width = 8)|]", "KRON033", "The factors of 'C' have 120 parameters, but its dense form has 108 (biases aside)")]

    // V on 6 × 8 pixels, 3·2·3·48 = 864, and H on 6 × 6, 2·3·3·36 = 648; dense 2·2·9·36 = 1296.
    [InlineData("[|LowRankConv(2, 2, 3, 3, Height = 8, Width = 8)|]", "KRON034", "The factors of 'C' cost 1512 multiply-adds per sample, but its dense form costs 1296")]
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
    [InlineData("KroneckerConv(1, 48, 9, 1, 128, 1, 1, 9, 1, Height = 16, Width = 16)")]
    [InlineData("LowRankConv(64, 64, 3, 32, Height = 8, Width = 8, Padding = 1)")]
    public void Configurations_of_the_paper_pay(string attributes) =>
        GeneratorHarness.Run($"using Kron; [{attributes}] public partial class C;", HarnessOptions.ScalarOnly).Diagnostics.ShouldBeEmpty();
}
