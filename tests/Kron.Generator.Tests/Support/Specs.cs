using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Tests.Support;

/// <summary>Specifications from source, as the generator's parser reads them.</summary>
internal static class Specs
{
    /// <summary>The layer of the class <c>C</c>; Kron's namespace is imported.</summary>
    public static LayerSpec Parse(string source)
    {
        var compilation = GeneratorHarness.CreateCompilation(["using Kron; " + source]);
        var type = compilation.GetSymbolsWithName("C").OfType<INamedTypeSymbol>().Single();
        return LayerParser.Parse(type, compilation, default).Spec!;
    }

    /// <summary>A layer for each set of attributes, all in one compilation; null where they are wrong.</summary>
    public static IReadOnlyList<LayerSpec?> ParseAll(IEnumerable<string> attributes)
    {
        var compilation = GeneratorHarness.CreateCompilation(["using Kron; " + string.Concat(attributes.Select((each, index) => $"{each} partial class C{index};\n"))]);
        return [.. attributes.Select((_, index) => LayerParser.Parse(compilation.GetTypeByMetadataName($"C{index}")!, compilation, default).Spec)];
    }
}
