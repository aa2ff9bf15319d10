using System;
using System.Globalization;
using System.IO;
using Digits.Experiment;
using Kron.Samples;

namespace Digits;

/// <summary>The program, apart from the console so that a test can run it.</summary>
internal static class DigitsProgram
{
    private const ulong TrainSeed = 1;
    private const ulong TestSeed = 2;

    /// <summary>Runs the program.</summary>
    /// <returns>0 when it did what it was asked, 1 when a file stood in the way, 2 when it was called wrongly.</returns>
    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            Options options = Options.Parse(args);
            if (options.Help)
            {
                output.WriteLine(Options.Usage);
            }
            else if (options.Show is { } sheet)
            {
                ContactSheet.Write(sheet, DigitImages.Render(TrainSeed, 0, 300, options.Threads), 20, 15);
                output.WriteLine($"Wrote the first 300 training images to {sheet}.");
            }
            else
            {
                Compare(options, output);
            }

            return 0;
        }
        catch (FormatException mistake)
        {
            error.WriteLine(mistake.Message);
            error.WriteLine(Options.Usage);
            return 2;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            error.WriteLine(failure.Message);
            return 1;
        }
    }

    private static void Compare(Options options, TextWriter output)
    {
        Recipe recipe = options.Short ? Recipe.Short : Recipe.Full;
        string table = OutputFile.Prepare(options.Out);
        var progress = new Progress(output);
        DigitImages train, test;
        if (options.Data is { } folder)
        {
            progress.Show($"reading {folder}");
            (train, test) = DigitImages.Read(folder);
        }
        else
        {
            progress.Show($"rendering {recipe.TrainImages + recipe.TestImages} images");
            train = DigitImages.Render(TrainSeed, 0, recipe.TrainImages, options.Threads);
            test = DigitImages.Render(TestSeed, 0, recipe.TestImages, options.Threads);
        }

        progress.Show($"training on {train.Count} images, testing on {test.Count}; seeds: {recipe.Seeds}; threads: {options.Threads}; kernels: {new DenseHidden().Target}");
        ComparisonResult result = Comparison.Run(recipe, train, test, options.Threads, progress);
        string images = options.Data is { } source ? $"IDX files in {source}" : "rendered";
        string text = Report(recipe, result, train, test, images, progress.Elapsed, options.Threads);
        output.WriteLine();
        output.Write(text);
        output.WriteLine();
        File.WriteAllText(table, text);
        progress.Show($"done; the table is also in {table}");
    }

    private static string Report(Recipe recipe, ComparisonResult result, DigitImages train, DigitImages test, string images, TimeSpan time, int threads) =>
        string.Create(CultureInfo.InvariantCulture, $"""
        # Digits: the hidden layer 3072 → 256, compressed

        Images: {images}; {train.Count:N0} for training, {test.Count:N0} for testing. Every network gets {recipe.TrainSteps:N0} steps and then
        {recipe.FineTuneSteps:N0} of fine-tuning, of {recipe.Batch} images each. The dense and the per-term networks start from random parameters;
        the others start from the dense one after its first {recipe.TrainSteps:N0} steps. "Before" is the error after those {recipe.TrainSteps:N0} steps,
        of a compressed network right after the compression. {Seeds(recipe)} Parameters include the biases.

        Times are of this layer alone on one thread, kernels for {new DenseHidden().Target}: medians of {recipe.TimedRounds} interleaved rounds;
        in brackets, the speed relative to the dense layer from the same compiler. All of this was computed in one run of
        {time.TotalSeconds:F0} s with {threads} thread(s).

        {ResultTable.Format(result.Rows)}
        Softmax regression on the same pixels with the same budget: test error {result.LinearError.ToPercent()}%.

        """);

    private static string Seeds(Recipe recipe) => recipe.Seeds == 1
        ? "One seed only."
        : $"Errors are the mean ± the standard deviation over {recipe.Seeds} seeds.";
}
