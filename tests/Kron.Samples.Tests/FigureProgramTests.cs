using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml.Linq;
using BigGustave;
using Figure1;
using Figure1.Comparison;
using Figure1.Images;
using Figure1.Output;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class FigureProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kron-figure-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Without_a_picture_the_scene_is_drawn_and_kronecker_products_keep_more_of_it_at_equal_parameters()
    {
        string figure = InFolder("results/figure.svg"), table = InFolder("tables/errors.md");

        (int code, string output, string error) = Run("--output", figure, "--table", table);

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        string text = File.ReadAllText(table);
        output.ShouldContain(text);
        output.ShouldContain("Test scene: 210 × 140, nothing cut off.");
        output.ShouldEndWith($"Wrote the figure to {figure} and the table to {table}.{Environment.NewLine}");
        double[][] rows = Rows(text);
        rows.Select(row => (int)row[0]).ShouldBe([1, 2, 5, 10]);
        foreach (double[] row in rows)
        {
            row[1].ShouldBe(row[0] * (210 + 140));
            row[2].ShouldBe(row[1]);
            row[3].ShouldBe(100 * row[1] / (210 * 140), 0.01);
            row[5].ShouldBeLessThan(row[4]);
            row[7].ShouldBeGreaterThan(row[6]);
        }

        foreach ((double[] fewer, double[] more) in rows.Zip(rows.Skip(1)))
        {
            more[4].ShouldBeLessThan(fewer[4]);
            more[5].ShouldBeLessThan(fewer[5]);
        }
    }

    [Fact]
    public void The_pictures_in_the_figure_are_the_approximations_of_the_table()
    {
        string figure = InFolder("figure.svg"), table = InFolder("errors.md");

        Run("--output", figure, "--table", table, "--size", "96", "--ranks", "1,4").Code.ShouldBe(0);

        Png[] pictures = Pictures(figure);
        pictures.Length.ShouldBe(5);
        double[][] rows = Rows(File.ReadAllText(table));
        double[] shown = [rows[0][4], rows[0][5], rows[1][4], rows[1][5]];
        for (int i = 0; i < shown.Length; i++)
        {
            // Cutting to 0 … 255 and rounding change the error a little.
            RelativeError(pictures[0], pictures[i + 1]).ShouldBe(shown[i] / 100, 0.003);
        }
    }

    [Fact]
    public void The_figure_says_in_words_what_it_shows()
    {
        string figure = InFolder("figure.svg"), table = InFolder("errors.md");

        Run("--output", figure, "--table", table, "--size", "96", "--ranks", "2").Code.ShouldBe(0);

        XElement svg = XDocument.Load(figure).Root!;
        double[] row = Rows(File.ReadAllText(table))[0];
        svg.Name.LocalName.ShouldBe("svg");
        svg.Attribute("role")!.Value.ShouldBe("img");
        svg.Attribute("aria-labelledby")!.Value.ShouldBe("title description");
        Named(svg, "title").Single().Value.ShouldContain("SVD");
        Named(svg, "desc").Single().Value.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"2: SVD {row[4]:F2}%, Kronecker {row[5]:F2}%"));
        string[] words = [.. Named(svg, "text").Select(element => element.Value)];
        words.ShouldContain("rank 2");
        words.ShouldContain("320 parameters");
        words.ShouldContain("1×96 ⊗ 64×1");
        words.ShouldContain("8×8 ⊗ 8×12");
        words.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"error {row[5]:F2}%"));
    }

    [Fact]
    public void The_documentation_shows_what_the_program_writes()
    {
        string figure = InFolder("figure.svg"), table = InFolder("errors.md"), root = Path.Combine(ThisFolder(), "..", "..");

        Run("--output", figure, "--table", table).Code.ShouldBe(0);

        File.ReadAllText(Path.Combine(root, "samples", "Figure1", "README.md")).ReplaceLineEndings().ShouldContain(File.ReadAllText(table));
        XElement shown = XDocument.Load(Path.Combine(root, "docs", "images", "figure1.svg")).Root!, drawn = XDocument.Load(figure).Root!;
        Named(shown, "desc").Single().Value.ShouldBe(Named(drawn, "desc").Single().Value);
    }

    [Fact]
    public void A_photograph_is_shrunk_and_cut_and_both_are_said()
    {
        string image = InFolder("grey.pgm"), figure = InFolder("figure.svg");
        WritePnm(image, "P5", 401, 301, 1);

        (int code, string output, string error) = Run("--image", image, "--output", figure, "--size", "100", "--ranks", "1,3");

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("grey.pgm: 401 × 301, shrunk to 100 × 75, cut to the middle 99 × 72 so that both sides are multiples of 9.");
        Pictures(figure).ShouldAllBe(picture => picture.Width == 99 && picture.Height == 72);
    }

    [Fact]
    public void The_channels_of_a_colour_picture_are_approximated_each_alone()
    {
        string image = InFolder("colour.ppm"), figure = InFolder("figure.svg"), table = InFolder("errors.md");
        WritePnm(image, "P6", 36, 48, 3);

        (_, string output, _) = Run("--image", image, "--output", figure, "--table", table, "--ranks", "1,2");

        output.ShouldContain("red, green and blue each alone");
        Rows(File.ReadAllText(table)).Select(row => row[1]).ShouldBe([3 * 84, 3 * 168]);
        Png[] pictures = Pictures(figure);
        byte[] file = File.ReadAllBytes(image)[^(3 * 36 * 48)..];
        for (int pixel = 0; pixel < 36 * 48; pixel++)
        {
            Pixel found = pictures[0].GetPixel(pixel % 36, pixel / 36);
            (found.R, found.G, found.B).ShouldBe((file[3 * pixel], file[(3 * pixel) + 1], file[(3 * pixel) + 2]));
        }
    }

    [Fact]
    public void Any_file_name_gives_a_figure_that_can_be_parsed()
    {
        Picture picture = Scene.Draw(24);

        string figure = FigureSvg.Write(ComparisonResult.Of(picture, 4, [1]), "a <b> & \"c\" 'd' \u0001 é 🏠.png");

        Named(XDocument.Parse(figure).Root!, "desc").Single().Value.ShouldStartWith("a <b> & \"c\" 'd' \uFFFD é 🏠.png, approximated");
    }

    [Theory]
    [InlineData("Unknown option", "--quick")]
    [InlineData("a picture of 24 × 16 has at most rank 16, found 17", "--size", "24", "--ranks", "1,17")]
    [InlineData("must name different files", "--output", "x.svg", "--table", "./x.svg")]
    public void A_mistake_on_the_command_line_is_one_line(string message, params string[] args)
    {
        (int code, string output, string error) = Run(args);

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldContain(message);
        error.TrimEnd().ShouldNotContain("\n");
    }

    [Fact]
    public void A_missing_or_damaged_picture_is_named_and_nothing_is_written()
    {
        string damaged = InFolder("damaged.png"), text = InFolder("text.txt"), empty = InFolder("empty.png"), tiny = InFolder("tiny.pgm");
        File.WriteAllBytes(damaged, PngWriter.Write(Scene.Draw(30))[..^20]);
        File.WriteAllText(text, "no picture");
        File.WriteAllText(empty, "");
        WritePnm(tiny, "P5", 3, 100, 1);
        var expected = new Dictionary<string, string>
        {
            [InFolder("nowhere.png")] = "nowhere.png",
            [folder] = folder,
            [damaged] = "damaged.png: the file is cut short",
            [text] = "text.txt: expected a PNG or PNM picture",
            [empty] = "empty.png: expected 1 … 67108864 bytes, found 0",
            [tiny] = "tiny.pgm: each side must have at least 4 pixels, but the picture is 3 × 100",
        };

        foreach ((string path, string message) in expected)
        {
            (int code, _, string error) = Run("--image", path, "--output", InFolder("figure.svg"));

            code.ShouldBe(1, path);
            error.ShouldContain(message);
            error.TrimEnd().ShouldNotContain("\n");
            File.Exists(InFolder("figure.svg")).ShouldBeFalse();
        }
    }

    [Fact]
    public void The_picture_is_not_overwritten()
    {
        string image = InFolder("picture.pgm");
        WritePnm(image, "P5", 20, 20, 1);
        byte[] before = File.ReadAllBytes(image);

        Run("--image", image, "--output", InFolder("../" + Path.GetFileName(folder) + "/picture.pgm")).Code.ShouldBe(2);

        File.ReadAllBytes(image).ShouldBe(before);
    }

    [Fact]
    public void A_table_that_cannot_be_written_leaves_no_figure()
    {
        (int code, _, string error) = Run("--output", InFolder("figure.svg"), "--table", folder, "--size", "32");

        code.ShouldBe(1);
        error.ShouldContain("is a folder");
        File.Exists(InFolder("figure.svg")).ShouldBeFalse();
    }

    [Fact]
    public void Help_shows_every_option() => Run("--help").Output.ShouldContain("--ranks <list>");

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = FigureProgram.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The numbers of each row: rank, two counts, share, two errors, two ratios.</summary>
    private static double[][] Rows(string table) =>
    [
        .. table.Split('\n').Skip(2).Where(line => line.Length > 0).Select(line =>
            line.Split('|', StringSplitOptions.TrimEntries)[1..^1]
                .Select(cell => double.Parse(cell.TrimEnd('%', 'd', 'B', ' '), NumberStyles.Number, CultureInfo.InvariantCulture)).ToArray()),
    ];

    private static IEnumerable<XElement> Named(XElement svg, string name) => svg.Descendants().Where(element => element.Name.LocalName == name);

    private static Png[] Pictures(string figure)
    {
        const string Prefix = "data:image/png;base64,";
        return [.. Named(XDocument.Load(figure).Root!, "image").Select(image =>
        {
            string link = image.Attribute("href")!.Value;
            link.ShouldStartWith(Prefix);
            return Png.Open(Convert.FromBase64String(link[Prefix.Length..]));
        })];
    }

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static double RelativeError(Png original, Png approximation)
    {
        double difference = 0, energy = 0;
        for (int y = 0; y < original.Height; y++)
        {
            for (int x = 0; x < original.Width; x++)
            {
                double value = original.GetPixel(x, y).R;
                difference += Math.Pow(value - approximation.GetPixel(x, y).R, 2);
                energy += value * value;
            }
        }

        return Math.Sqrt(difference / energy);
    }

    private static void WritePnm(string path, string kind, int width, int height, int channels)
    {
        var random = new Random(5);
        byte[] samples = [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)((i / channels % width) + random.Next(120)))];
        File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes($"{kind}\n{width} {height}\n255\n"), .. samples]);
    }

    private string InFolder(string name) => Path.Combine(folder, name);
}
