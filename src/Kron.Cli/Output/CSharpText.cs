using System.IO;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Cli.Output;

/// <summary>The C# that uses a fitted layer.</summary>
internal static class CSharpText
{
    /// <summary>The class to paste, and the line that loads its file.</summary>
    public static string Of(string attributes, string className, string path) =>
        $"""
        {attributes}
        public sealed partial class {className};

        {className} {Variable(className)} = {className}.Load({SymbolDisplay.FormatLiteral(Path.GetFileName(path), quote: true)});
        """;

    private static string Variable(string className)
    {
        string name = char.ToLowerInvariant(className[0]) + className[1..];
        return name == className || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "layer" : name;
    }
}
