using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>The names of the runtime's types that the front end looks for.</summary>
internal static class KnownNames
{
    public const string KroneckerLayer = "Kron.KroneckerLayerAttribute";
    public const string KroneckerTerm = "Kron.KroneckerTermAttribute";
    public const string DenseLayer = "Kron.DenseLayerAttribute";

    public static bool Is(AttributeData attribute, string fullName) =>
        attribute.AttributeClass is { } type && type.ToDisplayString() == fullName;
}
