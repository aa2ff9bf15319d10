using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Kron.Cli.Arguments;
using Kron.Cli.Output;
using Kron.Cli.Output.Report;
using Kron.Cli.Sources;
using Kron.Decomposition;

namespace Kron.Cli.Commands;

/// <summary>Shows what every shape of a weight would cost and how well it would fit.</summary>
internal sealed class SearchCommand : ToolCommand
{
    // A screen or two.
    private const int MostRows = 40;

    private readonly WeightOptions _weight = new(allowsKernels: false);

    private readonly BudgetOptions _budgets = new();

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write a page with the front and the singular values as pictures and tables",
        HelpName = "out.html",
    };

    private readonly Option<bool> _all = new("--all") { Description = "List every candidate, those too that only have fewer multiply-adds" };

    public SearchCommand(ToolConsole console)
        : base("search", "Weighs all shapes of a weight: which ones no other beats in parameters, multiply-adds and error together.", console)
    {
        _weight.AddTo(this);
        _budgets.AddTo(this);
        Add(_all);
        Add(_report);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("kron search model.safetensors --tensor fc1.weight --reduce 20 --report fc1.html", "all that is at least 20 times smaller, as a page too"),
        new("kron search model.safetensors -t fc1.weight --max-error 0.1 --groups 2", "all that keeps the error below a tenth, sums of two shapes as well"),
    ];

    protected override int Run(ParseResult parsed)
    {
        string path = _weight.Path(parsed);
        string? report = parsed.GetValue(_report);
        if (report is not null)
        {
            OutputFile.Check(report, [path], ".html", ".htm");
        }

        using WeightFile file = WeightFile.Open(path);
        DenseWeight weight = _weight.Read(parsed, file);
        SearchResult search = LiveProgress.Run(
            Console, show => Searching.Run(Console, weight, _budgets.Search(parsed, (long)weight.Outputs * weight.Inputs), show));
        FrontResult result = Result(path, weight, search, report);
        Console.Cancellation.ThrowIfCancellationRequested();
        if (report is not null)
        {
            OutputFile.WriteText(report, SearchPage.Write(result));
        }

        if (IsJson(parsed))
        {
            JsonOutput.Write(Console, result);
        }
        else
        {
            Write(result, parsed.GetValue(_all));
        }

        return ExitCode.Success;
    }

    private static FrontResult Result(string path, DenseWeight weight, SearchResult search, string? report) => new(
        path,
        weight.Name,
        weight.Outputs,
        weight.Inputs,
        search.DenseParameters,
        search.Shapes,
        search.Skipped,
        search.Elapsed.TotalSeconds,
        [
            .. search.Front.Select(candidate => new CandidateResult(
                [.. candidate.Groups.Select(ShapeResult.Of)],
                candidate.Attributes,
                candidate.Parameters,
                (double)search.DenseParameters / candidate.Parameters,
                candidate.MultiplyAdds,
                candidate.RelativeError)),
        ],
        [.. search.Spectra.Select(spectrum => new SpectrumResult(ShapeResult.Of(spectrum.Shape), spectrum.SingularValues))],
        report);

    private void Write(FrontResult result, bool all)
    {
        Console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Tensor}, {result.Outputs} × {result.Inputs}: {result.Front.Count:N0} candidates "
            + $"from {result.Shapes:N0} shapes in {TableText.Significant(result.Seconds)} s"));
        IReadOnlyList<CandidateResult> shown = all ? result.Front : FrontChoice.Spread(FrontChoice.OfError(result.Front), MostRows);
        TableText.Write(
            Console.Tables,
            [
                new("shapes m1,m2,n1,n2,r"),
                TableColumnText.Number("parameters"),
                TableColumnText.Number("fewer", 1),
                TableColumnText.Number("multiply-adds", 2),
                TableColumnText.Number("error"),
            ],
            shown.Select(candidate => (IReadOnlyList<string>)
            [
                string.Join(" + ", candidate.Shapes),
                TableText.Count(candidate.Parameters),
                TableText.Times(candidate.Reduction),
                TableText.Count(candidate.MultiplyAdds),
                TableText.Significant(candidate.RelativeError),
            ]));
        if (shown.Count < result.Front.Count)
        {
            Console.Output.WriteLine($"{TableText.Count(result.Front.Count - shown.Count)} further candidates lie between these, or have fewer multiply-adds: --all lists them");
        }

        Console.Output.WriteLine("fit takes the shapes of a row as they are: --term m1,m2,n1,n2,r for each");
        if (result.Report is not null)
        {
            Console.Output.WriteLine($"report: {result.Report}");
        }
    }
}
