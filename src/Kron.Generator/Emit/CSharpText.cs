using System.Globalization;
using System.Numerics;
using System.Text;
using Kron.Generator.Ir;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Generator.Emit;

/// <summary>Values as C# source text, independent of the machine's culture.</summary>
internal static class CSharpText
{
    /// <summary>A float literal that parses back to the same bits (of NaN: to a NaN).</summary>
    public static string Literal(float value) => value switch
    {
        _ when float.IsNaN(value) => "float.NaN",
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        0 => IsNegativeZero(value) ? "-0f" : "0f",
        _ => Invariant.Literal(value),
    };

    public static string Literal(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Literal(long value) =>
        value.ToString(CultureInfo.InvariantCulture) + (value is < int.MinValue or > int.MaxValue ? "L" : string.Empty);

    public static string Literal(string value) => SymbolDisplay.FormatLiteral(value, quote: true);

    /// <summary>A number for a comment: <c>1 638 400</c>.</summary>
    public static string Grouped(BigInteger value) =>
        value.ToString("N0", CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary><c>p + 3</c>.</summary>
    public static string Pointer(Address address) => address.Offset switch
    {
        0 => address.Pointer,
        < 0 => $"{address.Pointer} - {Literal(-address.Offset)}",
        _ => $"{address.Pointer} + {Literal(address.Offset)}",
    };

    /// <summary><c>p[3]</c>.</summary>
    public static string Element(Address address) => $"{address.Pointer}[{Literal(address.Offset)}]";

    /// <summary>The name as an identifier: escaped where it is a keyword.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>Text for an XML documentation comment, on one line.</summary>
    public static string Xml(string text) => OneLine(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>Text for a line comment: nothing in it can end the line.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            line.Append(c is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029' ? ' ' : c);
        }

        return line.ToString();
    }

    // What "R" prints depends on the runtime that hosts the compiler, so the digits are counted here.
    private static bool IsNegativeZero(float value) => 1 / value < 0;
}
