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

    private readonly ConvolutionOptions _convolution = new();

    private readonly Option<int?> _lowRank = Numbers.Whole(
        "--low-rank", 1, "A low-rank term U·V of that rank, of a convolution a vertical and a horizontal one, alone or beside other shapes");

    private readonly BudgetOptions _budgets = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _shapes.AddTo(command);
        _convolution.AddTo(command);
        command.Add(_lowRank);
        _budgets.AddTo(command);
    }

    /// <summary>Fits a weight to the stated shapes, or to those that the search chooses.</summary>
    /// <exception cref="ToolException">Nothing is stated, a shape or the image does not fit the weight, or no shape is within the budgets.</exception>
    public KroneckerWeight Fit(ParseResult parsed, DenseWeight weight, float[]? bias, FitOptions options, Action<string, double> show, out FitReport report)
    {
        FitReport reached = null!;
        KroneckerWeight fitted;
        if (weight.Kernel is { } kernel)
        {
            ConvolutionShape convolution = _convolution.Of(
                parsed, $"'{weight.Name}', {weight.ShapeText},", (weight.Outputs, weight.Inputs, kernel.Height, kernel.Width), _shapes.Image(parsed));
            IReadOnlyList<ShapeGroup> groups = KernelGroups(parsed, weight, kernel);
            bool isLowRankAlone = groups.Count == 1 && parsed.GetValue(_lowRank) is not null && kernel.Height == kernel.Width;
            fitted = LibraryCall.Run(() => isLowRankAlone
                ? KroneckerWeight.FitLowRank(weight.Values, convolution, groups[0].R, options, out reached, bias)
                : KroneckerWeight.Fit(weight.Values, convolution, groups, options, out reached, bias));
        }
        else
        {
            _convolution.CheckNone(parsed, $"'{weight.Name}' is {weight.ShapeText}");
            IReadOnlyList<ShapeGroup> groups = Groups(parsed, weight, show);
            fitted = LibraryCall.Run(() => KroneckerWeight.Fit(
                weight.Values, weight.Outputs, weight.Inputs, groups, options, out reached, bias, _shapes.Image(parsed)));
        }

        report = reached;
        return fitted;
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

    private IReadOnlyList<ShapeGroup> Groups(ParseResult parsed, DenseWeight weight, Action<string, double> show)
    {
        List<ShapeGroup> groups = [.. _shapes.Shapes(parsed).Select(shape => shape.OfMatrix())];
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

    private List<ShapeGroup> KernelGroups(ParseResult parsed, DenseWeight weight, (int Height, int Width) kernel)
    {
        if (_budgets.Padding(parsed) > 0)
        {
            throw new ToolException(
                $"--padding adds dummy outputs and inputs to a matrix, but '{weight.Name}' is a convolution; zeros around its image are --zero-padding");
        }

        List<ShapeGroup> groups = [.. _shapes.Shapes(parsed).Select(shape => shape.OfKernels(weight))];
        if (parsed.GetValue(_lowRank) is { } rank)
        {
            groups.Add(new ShapeGroup(1, weight.Outputs, weight.Inputs, 1, rank) { H1 = kernel.Height, W2 = kernel.Width });
        }

        return groups.Count > 0 ? groups : throw new ToolException(
            $"a fit of '{weight.Name}', {weight.ShapeText}, needs a shape, --shape o1,c1,h1,w1 --rank r or --term r,o1,c1,h1,w1 or --low-rank r"
            + (_budgets.IsAny(parsed) ? $"; the shapes of a convolution are not searched{LowRankWithin(parsed, weight, kernel)}" : ""));
    }

    /// <summary>The highest rank of a low-rank convolution within a budget of parameters, for a message.</summary>
    private string LowRankWithin(ParseResult parsed, DenseWeight weight, (int Height, int Width) kernel)
    {
        long each = ((long)weight.Inputs * kernel.Height) + ((long)weight.Outputs * kernel.Width);
        return _budgets.Search(parsed, weight.Values.Length).MaxParameters / each is { } rank and > 0
            ? string.Create(CultureInfo.InvariantCulture, $", but --low-rank {rank} is within these parameters")
            : "";
    }

    /// <summary>The smallest candidate that reaches an error which is asked for, else the nearest.</summary>
    private SearchCandidate Chosen(ParseResult parsed, SearchResult search) =>
        _budgets.MaxError(parsed) is null ? search.Front.MinBy(candidate => candidate.RelativeError)! : search.Front[0];

    /// <summary>A shape that is larger than the weight pads it: on request, not by a slip.</summary>
    private void CheckPadding(ParseResult parsed, DenseWeight weight, ShapeGroup shape)
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
