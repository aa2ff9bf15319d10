using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Kron.Cli.Arguments;

/// <summary>Options that are numbers, read with the invariant culture; null where they are not given.</summary>
internal static class Numbers
{
    /// <summary>A whole number.</summary>
    public static Option<int?> Whole(string name, int least, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result => Value(result) is var text && TryParse(text, least, out int value)
            ? value
            : Fail<int?>(result, $"{name} needs a whole number of at least {least}, found '{text}'"),
    };

    /// <summary>A large whole number of at least 1.</summary>
    public static Option<long?> Count(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result =>
            long.TryParse(Value(result), NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= 1
                ? value
                : Fail<long?>(result, $"{name} needs a whole number of at least 1, found '{Value(result)}'"),
    };

    /// <summary>A real number.</summary>
    public static Option<double?> Real(string name, string helpName, string expected, Func<double, bool> isValid, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
            double.TryParse(Value(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && isValid(value)
                ? value
                : Fail<double?>(result, $"{name} needs {expected}, found '{Value(result)}'"),
    };

    /// <summary>Reads a whole number of digits only.</summary>
    public static bool TryParse(string text, int least, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least;

    /// <summary>The text of an option's value.</summary>
    public static string Value(ArgumentResult result) => result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;

    /// <summary>Reports what is wrong with an option.</summary>
    public static T? Fail<T>(SymbolResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}
