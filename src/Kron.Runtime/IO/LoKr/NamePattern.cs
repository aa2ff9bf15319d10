using System;
using System.Text.RegularExpressions;

namespace Kron.IO;

/// <summary>
/// A regular expression of a PEFT config that says which layers it is for: those whose name, or the end of whose name after a
/// dot, it matches as a whole.
/// </summary>
internal sealed class NamePattern
{
    private const int MaxLength = 1000;

    // The config comes from an untrusted source, and an expression can be made to take any time.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Regex _expression;

    private NamePattern(Regex expression) => _expression = expression;

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is malformed or too long.</exception>
    public static NamePattern Parse(string expression)
    {
        if (expression.Length > MaxLength)
        {
            throw new FormatException(FormattableString.Invariant($"it has {expression.Length} characters; expected at most {MaxLength}"));
        }

        try
        {
            return new NamePattern(new Regex($@"\A(?:.*\.)?(?:{expression})\z", RegexOptions.CultureInvariant, Patience));
        }
        catch (ArgumentException error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    /// <summary>Whether it matches a layer's name.</summary>
    /// <exception cref="FormatException">It takes too long to tell.</exception>
    public bool IsMatch(string name)
    {
        try
        {
            return _expression.IsMatch(name);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new FormatException(FormattableString.Invariant($"it takes more than {Patience.TotalMilliseconds} ms to match a name"), error);
        }
    }
}
