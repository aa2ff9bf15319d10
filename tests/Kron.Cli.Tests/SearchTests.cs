using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Xml.Linq;
using Kron.Cli.Tests.Support;
using Kron.IO;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public sealed class SearchTests : IDisposable
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_candidate_beats_another_and_all_are_within_the_budget()
    {
        JsonElement result = ToolRun.Json("search", Weights.Model(_folder), "-t", "fc1.weight", "--reduce", "2");
        var front = result.GetProperty("front").EnumerateArray()
            .Select(candidate => (Parameters: candidate.GetProperty("parameters").GetInt64(), Work: candidate.GetProperty("multiplyAdds").GetInt64(), Error: candidate.GetProperty("relativeError").GetDouble()))
            .ToArray();
        front.Length.ShouldBeGreaterThan(3);
        front.ShouldAllBe(candidate => candidate.Parameters <= 180);
        front.ShouldAllBe(candidate => front.Count(other => other.Parameters <= candidate.Parameters && other.Work <= candidate.Work && other.Error <= candidate.Error) == 1);
        result.GetProperty("denseParameters").GetInt64().ShouldBe(360);
    }

    [Fact]
    public void The_table_lists_the_front_and_says_what_it_leaves_out()
    {
        string output = ToolRun.Succeed("search", Weights.Model(_folder), "-t", "fc1.weight", "--reduce", "2");
        output.ShouldContain("4,3,5,6,2");
        output.ShouldContain("--all lists them");
        ToolRun.Succeed("search", Weights.Model(_folder), "-t", "fc1.weight", "--reduce", "2", "--all").ShouldNotContain("--all");
    }

    [Fact]
    public void The_report_is_well_formed_and_loads_and_runs_nothing()
    {
        string text = Report("fc1.weight", Weights.Matrix());
        XElement page = XDocument.Parse(text).Root!;
        page.Attribute("lang")!.Value.ShouldBe("en");
        page.Descendants(Html + "meta").ShouldContain(meta => (string?)meta.Attribute("name") == "viewport");
        page.Descendants().ShouldNotContain(element => element.Name.LocalName == "script" || element.Name.LocalName == "link" || element.Name.LocalName == "img");
        page.Descendants().Attributes().ShouldNotContain(attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || attribute.Name.LocalName == "src" || attribute.Name.LocalName == "href");
        text.ShouldContain("prefers-color-scheme: dark");
    }

    [Fact]
    public void A_screen_reader_finds_headings_named_pictures_and_tables()
    {
        XElement page = XDocument.Parse(Report("fc1.weight", Weights.Matrix())).Root!;
        page.Descendants(Html + "h1").ShouldHaveSingleItem().Value.ShouldBe("Shapes of fc1.weight");
        XElement[] pictures = [.. page.Descendants(Html + "svg")];
        pictures.Length.ShouldBe(2);
        foreach (XElement picture in pictures)
        {
            picture.Attribute("role")!.Value.ShouldBe("img");
            string[] names = picture.Attribute("aria-labelledby")!.Value.Split(' ');
            names.ShouldBe([picture.Element(Html + "title")!.Attribute("id")!.Value, picture.Element(Html + "desc")!.Attribute("id")!.Value]);
        }

        XElement[] tables = [.. page.Descendants(Html + "table")];
        tables.Length.ShouldBeGreaterThanOrEqualTo(2);
        foreach (XElement table in tables)
        {
            table.Element(Html + "caption").ShouldNotBeNull();
            table.Descendants(Html + "th").ShouldAllBe(heading => (string?)heading.Attribute("scope") == "col" || (string?)heading.Attribute("scope") == "row");
            table.Descendants(Html + "tr").Select(row => row.Elements().Count()).Distinct().ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void Every_point_of_the_picture_lies_in_its_frame_and_every_candidate_has_one()
    {
        string path = _folder["r.html"];
        int front = ToolRun.Json("search", Weights.Model(_folder), "-t", "fc1.weight", "--report", path).GetProperty("front").GetArrayLength();
        XElement picture = XDocument.Load(path).Descendants(Html + "svg").First();
        double[] size = Array.ConvertAll(picture.Attribute("viewBox")!.Value.Split(' '), double.Parse);
        XElement[] points = [.. picture.Elements(Html + "circle")];
        points.Length.ShouldBe(front);
        points.ShouldAllBe(point => (double)point.Attribute("cx")! > 0 && (double)point.Attribute("cx")! < size[2] && (double)point.Attribute("cy")! > 0 && (double)point.Attribute("cy")! < size[3]);
    }

    [Fact]
    public void A_tensor_name_is_text_and_no_markup()
    {
        XElement page = XDocument.Parse(Report("<b>\"a\"&'", Weights.Matrix())).Root!;
        page.Descendants(Html + "h1").Single().Value.ShouldBe("Shapes of <b>\"a\"&'");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_weight_of_one_value_everywhere_has_a_report_too(float value) =>
        XDocument.Parse(Report("w", [.. Enumerable.Repeat(value, Weights.Outputs * Weights.Inputs)])).Root.ShouldNotBeNull();

    [Fact]
    public void Nothing_within_the_budgets_is_exit_code_1_and_no_report()
    {
        ToolRun.Fail(1, "search", Weights.Model(_folder), "-t", "fc1.weight", "--max-error", "0.001", "--max-parameters", "50", "--report", _folder["r.html"])
            .ShouldContain("at most 50 parameters and an error of at most 0.001");
        _folder.Names.ShouldBe(["model.safetensors"]);
    }

    [Fact]
    public void A_cancelled_search_leaves_no_report()
    {
        ToolRun run = ToolRun.Of(
            terminal: false, colours: false, ["search", Weights.Model(_folder), "-t", "fc1.weight", "--report", _folder["r.html"]], new CancellationToken(canceled: true));
        run.ExitCode.ShouldBe(130);
        _folder.Names.ShouldBe(["model.safetensors"]);
    }

    private string Report(string tensor, float[] weight)
    {
        Safetensors.Write(_folder["w.safetensors"], [new SafetensorsTensor(tensor, [Weights.Outputs, Weights.Inputs], weight)]);
        ToolRun.Succeed("search", _folder["w.safetensors"], "--report", _folder["w.html"]);
        return File.ReadAllText(_folder["w.html"]);
    }
}
