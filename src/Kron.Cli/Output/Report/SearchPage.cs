using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Kron.Cli.Output.Report;

/// <summary>The page of a search: one file without scripts and without anything to load.</summary>
internal static class SearchPage
{
    private const string Style =
        """
        :root { color-scheme: light dark; --page: #ffffff; --ink: #1b1b1b; --quiet: #595959; --rule: #d4d4d4; --code: #f2f2f2;
          --s0: #0b5cad; --s1: #b0440a; --s2: #17703a; --s3: #86288a; --s4: #5b5b00; }
        @media (prefers-color-scheme: dark) { :root { --page: #16181c; --ink: #ececec; --quiet: #ababab; --rule: #3d4147; --code: #24272d;
          --s0: #6cb4ff; --s1: #ffa45c; --s2: #5fd38a; --s3: #e596ea; --s4: #dbd65f; } }
        body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        h1, p, code { overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
        h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
        figure h2 { margin: 0.5rem 0; }
        .figures { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); align-items: start; }
        figure { margin: 0; }
        figcaption, caption { color: var(--quiet); font-size: 0.9rem; text-align: left; }
        caption { padding-bottom: 0.4rem; }
        svg { display: block; width: 100%; height: auto; font-size: 13px; }
        svg text { fill: var(--ink); }
        svg .name { fill: var(--quiet); }
        .grid { stroke: var(--rule); stroke-width: 1; }
        .axis { stroke: var(--quiet); stroke-width: 1; }
        .series { fill: none; stroke-width: 2; stroke-linejoin: round; }
        .s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); stroke-dasharray: 9 3; } .s2 { stroke: var(--s2); stroke-dasharray: 2 3; }
        .s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; } .s4 { stroke: var(--s4); stroke-dasharray: 5 5; }
        .best { fill: var(--s0); }
        .other { fill: none; stroke: var(--quiet); stroke-width: 1; }
        table { border-collapse: collapse; width: 100%; margin-bottom: 1.5rem; font-variant-numeric: tabular-nums; }
        th, td { border-bottom: 1px solid var(--rule); padding: 0.35rem 0.5rem; text-align: right; vertical-align: top; }
        td { white-space: nowrap; }
        th:first-child, td:first-child { padding-left: 0; text-align: left; }
        th:last-child, td:last-child { padding-right: 0; }
        tbody th { font-weight: normal; }
        td.text { text-align: left; white-space: normal; }
        th.text { text-align: left; }
        code { background: var(--code); border-radius: 0.25rem; font-size: 0.9em; padding: 0.1rem 0.3rem; white-space: pre-line; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
        footer { border-top: 1px solid var(--rule); color: var(--quiet); font-size: 0.9rem; margin-top: 2rem; padding-top: 0.5rem; }
        @media (max-width: 36rem) { table { font-size: 0.85rem; } th, td { padding: 0.35rem 0.25rem; } .spare { display: none; } }
        """;

    /// <summary>Writes the page.</summary>
    public static string Write(FrontResult result)
    {
        IReadOnlyList<CandidateResult> best = FrontChoice.OfError(result.Front);
        CandidateResult[] others = [.. result.Front.Except(best)];
        IReadOnlyList<SpectrumResult> spectra = SpectrumFigure.Choose(result);
        string title = Markup.Escape($"Shapes of {result.Tensor}");
        var page = new StringBuilder();
        page.Append(
            $"""
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>
            <p>{Markup.Escape(Introduction(result))}</p>
            <div class="figures">
            <figure>
            <h2>Parameters and error</h2>
            {FrontFigure.Draw(result)}
            <figcaption>Filled: no other candidate has fewer parameters and a lower error.{(others.Length == 0 ? "" : " Hollow: beaten there, but with fewer multiply-adds.")}</figcaption>
            </figure>

            """);
        if (spectra.Count > 0)
        {
            page.Append(
                $"""
                <figure>
                <h2>Singular values</h2>
                {SpectrumFigure.Draw(spectra)}
                <figcaption>How much each further product of a shape adds, for the shapes that occur most on the front. The faster a line falls, the fewer products do.</figcaption>
                </figure>

                """);
        }

        page.Append("</div>\n");
        WriteChoices(page, result);
        WriteCandidates(page, "Fewest parameters for each error", "Candidates that no other beats in parameters and error", best);
        if (others.Length > 0)
        {
            WriteCandidates(page, "Fewer multiply-adds", "Candidates that are beaten in parameters and error, but not in multiply-adds", others);
        }

        page.Append(
            $"""
            </main>
            <footer>Written by kron search. The error is ‖W − Ŵ‖ / ‖W‖ in the Frobenius norm: of one shape the least there is, of several what fitting them in order reaches.</footer>
            </body>
            </html>

            """);
        return page.ToString();
    }

    private static string Introduction(FrontResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Tensor} of {result.File} is {result.Outputs:N0} × {result.Inputs:N0}: {result.DenseParameters:N0} parameters. "
        + $"A sum of Kronecker products A ⊗ B, A of m1 × n1 and B of m2 × n2, can stand for it. "
        + $"Of {result.Shapes:N0} shapes m1,m2,n1,n2, each with every number r of products, these {result.Front.Count:N0} candidates are "
        + $"beaten by no other in parameters, multiply-adds and error together.");

    private static void WriteChoices(StringBuilder page, FrontResult result)
    {
        IReadOnlyList<(double Reduction, CandidateResult Candidate)> choices = FrontChoice.ByReduction(result.Front);
        if (choices.Count == 0)
        {
            return;
        }

        WriteTable(
            page,
            "What a budget buys",
            "The nearest candidate that is at least so many times smaller, and the attributes that declare it",
            ["at least", "attributes", "error"],
            choices.Select(choice => (IReadOnlyList<string>)
            [
                choice.Reduction.ToString("#,0", CultureInfo.InvariantCulture) + "×",
                $"<code>{Markup.Escape(choice.Candidate.Attributes)}</code>",
                Markup.Escape(TableText.Significant(choice.Candidate.RelativeError)),
            ]));
    }

    private static void WriteCandidates(StringBuilder page, string heading, string caption, IReadOnlyList<CandidateResult> candidates) => WriteTable(
        page,
        heading,
        caption,
        ["shapes m1,m2,n1,n2,r", "parameters", "fewer", "multiply-adds", "error"],
        candidates.Select(candidate => (IReadOnlyList<string>)
        [
            string.Join(" + ", candidate.Shapes.Select(shape => Breakable(shape.ToString()))),
            Markup.Compact(candidate.Parameters),
            Markup.Escape(TableText.Times(candidate.Reduction)),
            Markup.Compact(candidate.MultiplyAdds),
            Markup.Escape(TableText.Significant(candidate.RelativeError)),
        ]));

    /// <summary>Writes a table of cells that are HTML already; the first of a row is its heading.</summary>
    private static void WriteTable(StringBuilder page, string heading, string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{heading}</h2>\n<table>\n<caption>{caption}</caption>\n<thead><tr>");
        foreach (string column in columns)
        {
            page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{Classes(column)}>{Breakable(column)}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{row[0]}</th>");
            for (int i = 1; i < row.Count; i++)
            {
                page.Append(CultureInfo.InvariantCulture, $"<td{Classes(columns[i])}>{row[i]}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    // What follows from another column is left out on a phone.
    private static string Classes(string column) => column switch
    {
        "attributes" => " class=\"text\"",
        "fewer" => " class=\"spare\"",
        _ => "",
    };

    /// <summary>A text that may be broken behind each comma.</summary>
    private static string Breakable(string text) => Markup.Escape(text).Replace(",", ",<wbr />", StringComparison.Ordinal);
}
