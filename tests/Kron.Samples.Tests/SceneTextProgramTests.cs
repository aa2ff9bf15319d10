using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using SceneText;
using SceneText.Rendering;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class SceneTextProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kron-scene-text-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_short_run_ends_with_the_table_on_the_console_and_in_the_file()
    {
        string table = Path.Combine(folder, "results", "table.md");

        (int code, string output, string error) = Run("--short", "--out", table);

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        string text = File.ReadAllText(table);
        output.ShouldEndWith($"the table is also in {table}{Environment.NewLine}");
        output.ShouldContain(text);
        output.ShouldContain("100% of 36 steps");
        string[] rows = [.. text.Split('\n').Where(line => Regex.IsMatch(line, @"^\| (Baseline|KConv)"))];
        rows.Length.ShouldBe(4);
        foreach (string row in rows)
        {
            // Name, two configurations, parameters, multiply-adds, error, two times, the paper's speed.
            Regex.IsMatch(row, @"^\| .+ \| .+ \| .+ \| +[\d,]+ \| +[\d,]+ \| +\d+\.\d\d \| +[\d.]+ \([\d.]+×\) \| +[\d.]+ \([\d.]+×\) \| +\d\.\d× \|\r?$")
                .ShouldBeTrue(row);
        }

        rows[0].ShouldContain("(1.0×)");
    }

    [Fact]
    public void The_errors_do_not_depend_on_the_number_of_threads()
    {
        Errors("one.md", "1").ShouldBe(Errors("three.md", "3"));

        string[] Errors(string file, string threads)
        {
            string table = Path.Combine(folder, file);
            Run("--short", "--out", table, "--threads", threads).Code.ShouldBe(0);
            return ErrorsIn(table);
        }
    }

    [Fact]
    public void Idx_files_take_the_place_of_the_rendered_images_and_epochs_are_counted_over_them()
    {
        WriteSet("train", 80);
        WriteSet("t10k", 36);
        string table = Path.Combine(folder, "table.md");

        (int code, string output, string error) = Run("--short", "--data", folder, "--epochs", "2", "--seeds", "2", "--out", table);

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("80 images, validating on 36");
        File.ReadAllText(table).ShouldContain("80 for training, 36 for validation");
        File.ReadAllText(table).ShouldContain("10 steps of 16 images each (2 epoch(s))");
        ErrorsIn(table).ShouldAllBe(cell => cell.Contains('±', StringComparison.Ordinal));
    }

    [Fact]
    public void A_mistake_on_the_command_line_shows_the_usage()
    {
        (int code, _, string error) = Run("--quick");

        code.ShouldBe(2);
        error.ShouldContain("Unknown option '--quick'");
        error.ShouldContain("Usage: SceneText");
    }

    [Fact]
    public void A_missing_folder_is_reported_and_nothing_is_written()
    {
        string table = Path.Combine(folder, "table.md");
        string missing = Path.Combine(folder, "nowhere");

        (int code, _, string error) = Run("--data", missing, "--out", table);

        code.ShouldBe(1);
        error.ShouldContain(missing);
        File.Exists(table).ShouldBeFalse();
    }

    [Fact]
    public void A_label_beyond_the_letters_is_refused()
    {
        WriteSet("train", 37);
        WriteSet("t10k", 36);
        byte[] labels = File.ReadAllBytes(Path.Combine(folder, "t10k-labels-idx1-ubyte"));
        labels[^1] = 36;
        File.WriteAllBytes(Path.Combine(folder, "t10k-labels-idx1-ubyte"), labels);

        (int code, _, string error) = Run("--data", folder, "--out", Path.Combine(folder, "table.md"));

        code.ShouldBe(1);
        error.ShouldContain("label 35 must be 0 … 35, found 36");
    }

    [Fact]
    public void Help_and_the_sheet_need_no_training()
    {
        string sheet = Path.Combine(folder, "sheet.ppm");

        Run("--help").Output.ShouldContain("--epochs <count>");
        Run("--show", sheet).Code.ShouldBe(0);

        byte[] file = File.ReadAllBytes(sheet);
        byte[] header = [.. "P6\n938 314\n255\n"u8];
        file.AsSpan(0, header.Length).SequenceEqual(header).ShouldBeTrue();
        file.Length.ShouldBe(header.Length + (3 * 938 * 314));

        // Image 37 is the second of the second row; its pixel (y, x) = (3, 5) is grey.
        int pixel = header.Length + (3 * (((2 + 26 + 3) * 938) + 2 + 26 + 5));
        byte expected = CharacterImages.Render(1, 37, 1, 1).Pixels(0)[(3 * 24) + 5];
        file[pixel..(pixel + 3)].ShouldBe([expected, expected, expected]);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = SceneTextProgram.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static string[] ErrorsIn(string table)
    {
        string[] errors = [.. File.ReadLines(table).Where(line => line.Contains("× |", StringComparison.Ordinal)).Select(line => line.Split('|')[6])];
        errors.Length.ShouldBe(4);
        return errors;
    }

    /// <summary>Writes rendered images as an IDX set.</summary>
    private void WriteSet(string part, int count)
    {
        CharacterImages images = CharacterImages.Render(9, 0, count, 2);
        byte[] header = new byte[16];
        uint[] words = [0x803, (uint)count, CharacterRenderer.Size, CharacterRenderer.Size];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 * i), words[i]);
        }

        File.WriteAllBytes(
            Path.Combine(folder, $"{part}-images-idx3-ubyte"),
            [.. header, .. Enumerable.Range(0, count).SelectMany(i => images.Pixels(i).ToArray())]);
        File.WriteAllBytes(
            Path.Combine(folder, $"{part}-labels-idx1-ubyte"),
            [0, 0, 8, 1, 0, 0, 0, (byte)count, .. Enumerable.Range(0, count).Select(i => (byte)images.Label(i))]);
    }
}
