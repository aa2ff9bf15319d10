using System;
using System.CommandLine;
using Kron.Decomposition;

namespace Kron.Cli.Arguments;

/// <summary>The options that say what a layer may cost and how far it may be from the weight.</summary>
internal sealed class BudgetOptions
{
    private readonly Option<double?> _reduce = Numbers.Real(
        "--reduce", "times", "a number of at least 1", value => value >= 1 && double.IsFinite(value), "At most the dense weight's parameters over this, such as 20");

    private readonly Option<long?> _parameters = Numbers.Count("--max-parameters", "At most so many parameters");

    private readonly Option<long?> _multiplyAdds = Numbers.Count("--max-multiply-adds", "At most so many multiply-adds per sample");

    private readonly Option<double?> _error = Numbers.Real(
        "--max-error",
        "e",
        "a number above 0 and below 1",
        value => value is > 0 and < 1,
        "At most this relative error ‖W − Ŵ‖ / ‖W‖, such as 0.1; of the outputs, where a fit is calibrated");

    private readonly Option<int?> _groups = new("--groups")
    {
        Description = "The most shapes in a sum that the search tries, 1 to 3 (1)",
        HelpName = "1|2|3",
        CustomParser = result => Numbers.TryParse(Numbers.Value(result), 1, out int value) && value <= 3
            ? value
            : Numbers.Fail<int?>(result, $"--groups needs 1, 2 or 3, found '{Numbers.Value(result)}'"),
    };

    private readonly Option<int?> _padding = Numbers.Whole("--padding", 0, "The most dummy outputs, and dummy inputs, that a shape may add to the weight's own (0)");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_reduce);
        command.Add(_parameters);
        command.Add(_multiplyAdds);
        command.Add(_error);
        command.Add(_groups);
        command.Add(_padding);
    }

    /// <summary>The most dummy outputs and inputs.</summary>
    public int Padding(ParseResult parsed) => parsed.GetValue(_padding) ?? 0;

    /// <summary>The largest relative error, or null.</summary>
    public double? MaxError(ParseResult parsed) => parsed.GetValue(_error);

    /// <summary>Whether anything is limited.</summary>
    public bool IsAny(ParseResult parsed) =>
        parsed.GetValue(_reduce) is not null || parsed.GetValue(_parameters) is not null || parsed.GetValue(_multiplyAdds) is not null || MaxError(parsed) is not null;

    /// <summary>What the search is to look for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="dense">Parameters of the dense weight.</param>
    /// <exception cref="ToolException">Nothing can be so small.</exception>
    public SearchOptions Search(ParseResult parsed, long dense)
    {
        long? parameters = parsed.GetValue(_parameters);
        if (parsed.GetValue(_reduce) is { } times)
        {
            long most = (long)(dense / times);
            parameters = Math.Min(parameters ?? most, most);
        }

        return parameters < 1
            ? throw new ToolException($"--reduce leaves no parameter of {dense}")
            : new SearchOptions
            {
                MaxParameters = parameters,
                MaxMultiplyAdds = parsed.GetValue(_multiplyAdds),
                MaxError = MaxError(parsed),
                MaxGroups = parsed.GetValue(_groups) ?? 1,
                Padding = Padding(parsed),
            };
    }
}
