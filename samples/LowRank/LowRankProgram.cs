using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Kron.Samples;
using LowRank.Experiment;

namespace LowRank;

/// <summary>The program, apart from the console so that a test can run it.</summary>
internal static class LowRankProgram
{
    /// <summary>Runs the program.</summary>
    /// <returns>0 when it did what it was asked, 1 when a file stood in the way, 2 when it was called wrongly.</returns>
    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter error) =>
        TrainingProgram.Run(args, output, error, Options.Usage, Options.Parse, SignImages.Render, sheet: (20, 15), Compare);

    private static void Compare(Options options, TextWriter output)
    {
        Recipe recipe = options.Short ? Recipe.Short : Recipe.Full;
        recipe = recipe with { Seeds = options.Seeds ?? recipe.Seeds };
        string table = OutputFile.Prepare(options.Out);
        var progress = new Progress(output);
        (SignImages train, SignImages validation) = TrainingProgram.Images(
            options, recipe.TrainImages, recipe.ValidationImages, progress, SignImages.Read, SignImages.Render);
        progress.Show($"training on {train.Count} images, validating on {validation.Count}; seeds: {recipe.Seeds}; threads: {options.Threads}; kernels: {new First().Target}");
        IReadOnlyList<Row> rows = Comparison.Run(recipe, train, validation, options.Threads, progress);
        string images = options.Data is { } source ? $"IDX files in {source}" : "rendered";
        string text = Report(recipe, rows, train, validation, images, progress.Elapsed, options.Threads);
        TrainingProgram.Save(text, table, output, progress);
    }

    private static string Report(
        Recipe recipe, IReadOnlyList<Row> rows, SignImages train, SignImages validation, string images, TimeSpan time, int threads) =>
        string.Create(CultureInfo.InvariantCulture, $"""
        # LowRank: four of five convolutions low-rank or structured

        Images: {images}; {train.Count:N0} for training, {validation.Count:N0} for validation. Every network gets {recipe.TrainSteps:N0} steps from random
        parameters and then {recipe.FineTuneSteps:N0} of fine-tuning, of {recipe.Batch} images each. Where a method converts, it does so between the two: "trained" is
        the error of the network before the conversion, "converted" that right after it, and the weights' change is the mean of
        ‖W − Ŵ‖ / ‖W‖ over the four convolutions. {Seeds(recipe)}

        Parameters, multiply-adds and times are those of the whole network of inference, batch normalisation folded into the
        convolutions; in brackets, relative to the dense network. Times are forward, on one thread, kernels for {new First().Target}:
        medians of {recipe.TimedRounds} interleaved rounds; all layers come from the same compiler. The claims are those of arXiv 1511.06067 (low rank)
        and arXiv 2008.02454 (structured), for other networks and other images. All of this was computed in one run of {time.TotalSeconds:F0} s with
        {threads} thread(s).

        {ResultTable.Format(rows)}
        """);

    private static string Seeds(Recipe recipe) => recipe.Seeds == 1
        ? "One seed only."
        : $"Percentages are the mean ± the standard deviation over {recipe.Seeds} seeds.";
}
