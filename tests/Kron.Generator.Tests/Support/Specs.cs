using System.Linq;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;

namespace Kron.Generator.Tests.Support;

/// <summary>Specifications from source, as the generator's parser reads them.</summary>
internal static class Specs
{
    /// <summary>The layer of the class <c>C</c>; Kron's namespace is imported.</summary>
    public static LayerSpec Parse(string source)
    {
        var compilation = GeneratorHarness.CreateCompilation(["using Kron; " + source]);
        var type = compilation.GetSymbolsWithName("C").OfType<Microsoft.CodeAnalysis.INamedTypeSymbol>().Single();
        return LayerParser.Parse(type, compilation, default).Spec!;
    }
}
