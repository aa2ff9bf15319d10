using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Digits;
using Digits.Rendering;
using Kron.Cuda;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class DigitsProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kron-digits-").FullName;

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
        output.Replace(Environment.NewLine, "\n", StringComparison.Ordinal).ShouldNotContain("\r");
        output.ShouldNotContain("\u001b");
        output.ShouldContain(text);
        output.ShouldContain("100% of");
        string[] rows = [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.StartsWith('|'))];
        rows.Length.ShouldBe(2 + 6 + 2 + 6);
        foreach (string row in rows[2..8])
        {
            // Name, configuration, parameters, reduction, network parameters, error, the paper's figures, four times.
            Regex.IsMatch(row, @"^\| .+ \| .+ \| +[\d,]+ \| +[\d.]+× \| +[\d,]+ \| +\d+\.\d\d \| +([\d.]+×, )?\d\.\d\d( \| +[\d.,]+ \([\d.]+×\)){4} \|$")
                .ShouldBeTrue(row);
        }

        foreach (string row in rows[10..])
        {
            // Name, configuration, parameters, distance, two errors.
            Regex.IsMatch(row, @"^\| .+ \| .+ \| +[\d,]+ \| +\d\.\d\d\d \| +\d+\.\d\d \| +\d+\.\d\d \|$").ShouldBeTrue(row);
        }
    }

    [Fact]
    public void The_errors_do_not_depend_on_the_number_of_threads()
    {
        Errors("one.md", "1").ShouldBe(Errors("three.md", "3"));

        string[] Errors(string file, string threads)
        {
            string table = Path.Combine(folder, file);
            Run("--short", "--out", table, "--threads", threads).Code.ShouldBe(0);
            string[] errors = [.. File.ReadLines(table).Where(line => Regex.IsMatch(line, @"^\| .*\d,\d")).SelectMany(line => line.Split('|')[4..7])];
            errors.Length.ShouldBe(3 * (6 + 6));
            return errors;
        }
    }

    [Fact]
    public void Idx_files_take_the_place_of_the_rendered_images()
    {
        WriteSet("train", 150);
        WriteSet("t10k", 60);
        string table = Path.Combine(folder, "table.md");

        (int code, string output, string error) = Run("--short", "--data", folder, "--out", table);

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("150 images, validating on 60");
        File.ReadAllText(table).ShouldContain("150 for training, 60 for validation");
    }

    [Fact]
    public void A_mistake_on_the_command_line_shows_the_usage()
    {
        (int code, _, string error) = Run("--quick");

        code.ShouldBe(2);
        error.ShouldContain("Unknown option '--quick'");
        error.ShouldContain("Usage: Digits");
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
    public void A_table_that_cannot_be_written_is_reported_before_any_work()
    {
        (int code, string output, string error) = Run("--out", folder);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldContain(folder);
    }

    [Fact]
    public void Without_CUDA_it_says_why_before_any_work()
    {
        if (KronCuda.IsAvailable)
        {
            // The tests of the runtime's CUDA support run the program over the stand-in.
            return;
        }

        string table = Path.Combine(folder, "results", "table.md");

        (int code, string output, string error) = Run("--cuda", "--out", table);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldBe(KronCuda.Unavailable + Environment.NewLine);
        error.ShouldContain("was looked for in");
        Directory.Exists(Path.GetDirectoryName(table)).ShouldBeFalse();
    }

    [Fact]
    public void Help_and_the_sheet_need_no_training()
    {
        string sheet = Path.Combine(folder, "sheet.ppm");

        Run("--help").Output.ShouldContain("--show <file.ppm>");
        Run("--show", sheet).Code.ShouldBe(0);

        new FileInfo(sheet).Length.ShouldBe("P6\n842 632\n255\n".Length + (3 * 842 * 632));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = DigitsProgram.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Writes the red channel of rendered images as a grey IDX set.</summary>
    private void WriteSet(string part, int count)
    {
        DigitImages images = DigitImages.Render(9, 0, count, 2);
        const int Pixels = DigitRenderer.Size * DigitRenderer.Size;
        byte[] header = new byte[16];
        uint[] words = [0x803, (uint)count, DigitRenderer.Size, DigitRenderer.Size];
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
