using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using LowRank;
using LowRank.Rendering;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class LowRankProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kron-low-rank-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_short_run_ends_with_the_table_on_the_console_and_in_the_file()
    {
        string table = Path.Combine(folder, "results", "table.md");

        (int code, string output, string error) = Run("--short", "--out", table);

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        string text = File.ReadAllText(table);
        output.ShouldContain(text);
        output.ShouldContain("100% of");
        output.ShouldEndWith($"the table is also in {table}{Environment.NewLine}");
        string[] rows = [.. text.Split('\n').Where(line => Regex.IsMatch(line, @"^\| .*×\) \|"))];
        rows.Length.ShouldBe(6);
        foreach (string row in rows)
        {
            // Method, claim, parameters, multiply-adds, four percentages of which two may be missing, two times.
            Regex.IsMatch(
                row,
                @"^\| .+ \| .+ \| +[\d,]+ \(÷ [\d.]+\) \| +[\d,]+ \(÷ [\d.]+\) \| +\d+\.\d\d \| +(\d+\.\d\d|–) \| +(\d+\.\d\d|–) \| +\d+\.\d\d \| +[\d,.]+ \([\d.]+×\) \| +[\d,.]+ \([\d.]+×\) \|\r?$")
                .ShouldBeTrue(row);
        }

        rows.Count(row => row.Contains("converted", StringComparison.Ordinal)).ShouldBe(3);
        rows.ShouldAllBe(row => row.Contains("converted", StringComparison.Ordinal) == (row.Split('|')[7].Trim() != "–"));
    }

    [Fact]
    public void The_errors_do_not_depend_on_the_number_of_threads()
    {
        Errors("one.md", "1").ShouldBe(Errors("three.md", "3"));

        string[] Errors(string file, string threads)
        {
            string table = Path.Combine(folder, file);
            Run("--short", "--out", table, "--threads", threads).Code.ShouldBe(0);
            return [.. File.ReadLines(table).Where(line => line.Contains("×)", StringComparison.Ordinal)).SelectMany(line => line.Split('|')[5..9])];
        }
    }

    [Fact]
    public void Idx_files_take_the_place_of_the_rendered_images_and_seeds_add_a_spread()
    {
        WriteSet("train", 60);
        WriteSet("t10k", 30);
        string table = Path.Combine(folder, "table.md");

        (int code, string output, string error) = Run("--short", "--seeds", "2", "--data", folder, "--out", table);

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("60 images, validating on 30; seeds: 2");
        string text = File.ReadAllText(table);
        text.ShouldContain("60 for training, 30 for validation");
        text.ShouldContain(" ± ");
    }

    [Fact]
    public void A_mistake_on_the_command_line_shows_the_usage()
    {
        (int code, _, string error) = Run("--quick");

        code.ShouldBe(2);
        error.ShouldContain("Unknown option '--quick'");
        error.ShouldContain("Usage: LowRank");
    }

    [Fact]
    public void A_table_that_cannot_be_written_is_reported_before_any_work()
    {
        (int code, string output, string error) = Run("--out", folder);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldContain(folder);
    }

    [Fact]
    public void Help_and_the_sheet_need_no_training()
    {
        string sheet = Path.Combine(folder, "sheet.ppm");

        Run("--help").Output.ShouldContain("--show <file.ppm>");
        Run("--show", sheet).Code.ShouldBe(0);

        new FileInfo(sheet).Length.ShouldBe("P6\n682 512\n255\n".Length + (3 * 682 * 512));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = LowRankProgram.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Writes the red channel of rendered images as a grey IDX set.</summary>
    private void WriteSet(string part, int count)
    {
        SignImages images = SignImages.Render(9, 0, count, 2);
        const int Pixels = SignRenderer.Size * SignRenderer.Size;
        byte[] header = new byte[16];
        uint[] words = [0x803, (uint)count, SignRenderer.Size, SignRenderer.Size];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 * i), words[i]);
        }

        File.WriteAllBytes(
            Path.Combine(folder, $"{part}-images-idx3-ubyte"),
            [.. header, .. Enumerable.Range(0, count).SelectMany(i => images.Pixels(i)[..Pixels].ToArray())]);
        File.WriteAllBytes(
            Path.Combine(folder, $"{part}-labels-idx1-ubyte"),
            [0, 0, 8, 1, 0, 0, 0, (byte)count, .. Enumerable.Range(0, count).Select(i => (byte)images.Label(i))]);
    }
}
