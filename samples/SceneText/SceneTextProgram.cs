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
    /// <summary>Runs the program.</summary>
    /// <returns>0 when it did what it was asked, 1 when a file stood in the way, 2 when it was called wrongly.</returns>
    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter error) =>
        TrainingProgram.Run(args, output, error, Options.Usage, Options.Parse, CharacterImages.Render, sheet: (36, 12), Compare);

    private static void Compare(Options options, TextWriter output)
    {
        Recipe recipe = options.Short ? Recipe.Short : Recipe.Full;
        recipe = recipe with { Epochs = options.Epochs ?? recipe.Epochs, Seeds = options.Seeds ?? recipe.Seeds };
        string table = OutputFile.Prepare(options.Out);
        var progress = new Progress(output);
        (CharacterImages train, CharacterImages validation) = TrainingProgram.Images(
            options, recipe.TrainImages, recipe.ValidationImages, progress, CharacterImages.Read, CharacterImages.Render);
        progress.Show($"training on {train.Count} images, validating on {validation.Count}; seeds: {recipe.Seeds}; threads: {options.Threads}; kernels: {new Conv1().Target}");
        IReadOnlyList<Row> rows = Comparison.Run(recipe, train, validation, options.Threads, progress);
        string images = options.Data is { } source ? $"IDX files in {source}" : "rendered";
        string text = Report(recipe, rows, train, validation, images, progress.Elapsed, options.Threads);
        TrainingProgram.Save(text, table, output, progress);
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
