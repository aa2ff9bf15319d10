using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Kron.Cli.Arguments;
using Kron.Cli.Output;
using Kron.Cli.Sources;
using Kron.Decomposition;

namespace Kron.Cli.Commands;

/// <summary>The shapes that a weight is fitted to: stated, or the best within budgets.</summary>
internal sealed class ShapeChoice(ToolConsole console)
{
    private readonly ShapeOptions _shapes = new();

    private readonly Option<int?> _lowRank = Numbers.Whole("--low-rank", 1, "A low-rank term U·V of that rank, alone or beside other shapes");

    private readonly BudgetOptions _budgets = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _shapes.AddTo(command);
        command.Add(_lowRank);
        _budgets.AddTo(command);
    }

    /// <summary>The image, or zeros.</summary>
    public (int Channels, int Height, int Width) Image(ParseResult parsed) => _shapes.Image(parsed);

    /// <summary>The stated shapes, or those that the search chooses.</summary>
    /// <exception cref="ToolException">Nothing is stated, a shape does not fit the weight, or none is within the budgets.</exception>
    public IReadOnlyList<ShapeGroup> Groups(ParseResult parsed, WeightMatrix weight, Action<string, double> show)
    {
        List<ShapeGroup> groups = [.. _shapes.Groups(parsed)];
        if (parsed.GetValue(_lowRank) is { } rank)
        {
            // Padding is shared by all shapes of a sum.
            (int outputs, int inputs) = groups.Count == 0 ? (weight.Outputs, weight.Inputs) : (groups[0].M1 * groups[0].M2, groups[0].N1 * groups[0].N2);
            groups.Add(new ShapeGroup(1, outputs, inputs, 1, rank));
        }

        if (groups.Count > 0)
        {
            CheckPadding(parsed, weight, groups[0]);
            return groups;
        }

        return _budgets.IsAny(parsed)
            ? Chosen(parsed, Searching.Run(console, weight, _budgets.Search(parsed, weight.Values.Length), show)).Groups
            : throw new ToolException(
                "fit needs a shape, --shape m1,m2,n1,n2 --rank r or --term m1,m2,n1,n2,r or --low-rank r, "
                + "or a budget to choose one by, --reduce 20 or --max-error 0.1");
    }

    /// <summary>Holds a fit to the budgets, and its outputs to the error where these are what was fitted.</summary>
    /// <exception cref="ToolException">It is beyond one of them.</exception>
    public void CheckReached(ParseResult parsed, FitReport report)
    {
        SearchOptions budgets = _budgets.Search(parsed, report.DenseParameters);
        Check("parameters", report.Parameters, budgets.MaxParameters);
        Check("multiply-adds", report.MultiplyAdds, budgets.MaxMultiplyAdds);
        Check(
            report.OutputError is null ? "relative error" : "output error", report.OutputError ?? report.RelativeError, budgets.MaxError);

        static void Check(string what, double value, double? most)
        {
            // The search's own figures are those of factors in double precision.
            if (most is { } limit && value > limit * (1 + 1e-5))
            {
                throw new ToolException(
                    $"the fit has {what} {TableText.Significant(value)}, above the {TableText.Significant(limit)} that is allowed; no file was written",
                    ExitCode.Failure);
            }
        }
    }

    /// <summary>The smallest candidate that reaches an error which is asked for, else the nearest.</summary>
    private SearchCandidate Chosen(ParseResult parsed, SearchResult search) =>
        _budgets.MaxError(parsed) is null ? search.Front.MinBy(candidate => candidate.RelativeError)! : search.Front[0];

    /// <summary>A shape that is larger than the weight pads it: on request, not by a slip.</summary>
    private void CheckPadding(ParseResult parsed, WeightMatrix weight, ShapeGroup shape)
    {
        long outputs = ((long)shape.M1 * shape.M2) - weight.Outputs, inputs = ((long)shape.N1 * shape.N2) - weight.Inputs;
        long needed = Math.Max(outputs, inputs);
        if (outputs < 0 || inputs < 0 || needed > _budgets.Padding(parsed))
        {
            string hint = outputs < 0 || inputs < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (--padding {needed} allows it)");
            throw new ToolException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{weight.Name}' is {weight.Outputs} × {weight.Inputs}, but the shape {shape.M1},{shape.M2},{shape.N1},{shape.N2} "
                + $"is {(long)shape.M1 * shape.M2} × {(long)shape.N1 * shape.N2}{hint}"));
        }
    }
}
