using System.IO;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Cli.Output;

/// <summary>The C# that uses a fitted layer.</summary>
internal static class CSharpText
{
    /// <summary>A file of its own: the class, and in a comment the line that loads its factors.</summary>
    public static string Of(string attributes, string className, string path) =>
        $"""
        using Kron;

        // {className} {Variable(className)} = {className}.Load({SymbolDisplay.FormatLiteral(Path.GetFileName(path), quote: true)});
        {attributes}
        public sealed partial class {className};
        """;

    private static string Variable(string className)
    {
        string name = char.ToLowerInvariant(className[0]) + className[1..];
        return name == className || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "layer" : name;
    }
}
