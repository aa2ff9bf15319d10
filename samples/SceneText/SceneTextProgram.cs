using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Kron.Samples;
using SceneText.Experiment;

namespace SceneText;

/// <summary>The program, apart from the console so that a test can run it.</summary>
internal static class SceneTextProgram
{
    private const ulong TrainSeed = 1;
    private const ulong ValidationSeed = 2;

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
                ContactSheet.Write(sheet, CharacterImages.Render(TrainSeed, 0, 432, options.Threads), 36, 12);
                output.WriteLine($"Wrote the first 432 training images to {sheet}.");
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
        recipe = recipe with { Epochs = options.Epochs ?? recipe.Epochs, Seeds = options.Seeds ?? recipe.Seeds };
        string table = OutputFile.Prepare(options.Out);
        var progress = new Progress(output);
        CharacterImages train, validation;
        if (options.Data is { } folder)
        {
            progress.Show($"reading {folder}");
            (train, validation) = CharacterImages.Read(folder);
        }
        else
        {
            progress.Show($"rendering {recipe.TrainImages + recipe.ValidationImages} images");
            train = CharacterImages.Render(TrainSeed, 0, recipe.TrainImages, options.Threads);
            validation = CharacterImages.Render(ValidationSeed, 0, recipe.ValidationImages, options.Threads);
        }

        progress.Show($"training on {train.Count} images, validating on {validation.Count}; seeds: {recipe.Seeds}; threads: {options.Threads}; kernels: {new Conv1().Target}");
        IReadOnlyList<Row> rows = Comparison.Run(recipe, train, validation, options.Threads, progress);
        string images = options.Data is { } source ? $"IDX files in {source}" : "rendered";
        string text = Report(recipe, rows, train, validation, images, progress.Elapsed, options.Threads);
        output.WriteLine();
        output.Write(text);
        output.WriteLine();
        File.WriteAllText(table, text);
        progress.Show($"done; the table is also in {table}");
    }

    private static string Report(
        Recipe recipe, IReadOnlyList<Row> rows, CharacterImages train, CharacterImages validation, string images, TimeSpan time, int threads) =>
        string.Create(CultureInfo.InvariantCulture, $"""
        # SceneText: characters, two of four convolutions as Kronecker products

        Images: {images}; {train.Count:N0} for training, {validation.Count:N0} for validation. Every network starts from random parameters and
        gets {recipe.Steps(train.Count):N0} steps of {recipe.Batch} images each ({recipe.Epochs} epoch(s)). {Seeds(recipe)} Parameters include the biases.
        conv2 and conv3 are (r,o1,c1,h1,w1) of the Kronecker products; conv1 and conv4 are dense everywhere.

        Times are of the whole network, forward, on one thread, kernels for {new Conv1().Target}: medians of {recipe.TimedRounds} interleaved rounds;
        in brackets, the speed relative to the baseline, whose layers come from the same compiler. The last column is that speed
        in the paper, on its authors' machine. All of this was computed in one run of {time.TotalSeconds:F0} s with {threads} thread(s).

        {ResultTable.Format(rows)}
        """);

    private static string Seeds(Recipe recipe) => recipe.Seeds == 1
        ? "One seed only."
        : $"Errors are the mean ± the standard deviation over {recipe.Seeds} seeds.";
}
