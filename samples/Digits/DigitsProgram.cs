using System;
using System.Globalization;
using System.IO;
using Digits.Experiment;
using Kron.Cuda;
using Kron.Samples;

namespace Digits;

/// <summary>The program, apart from the console so that a test can run it.</summary>
internal static class DigitsProgram
{
    /// <summary>Runs the program.</summary>
    /// <returns>0 when it did what it was asked, 1 when a file or the lack of a device stood in the way, 2 when it was called wrongly.</returns>
    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter error) =>
        TrainingProgram.Run(args, output, error, Options.Usage, Options.Parse, DigitImages.Render, sheet: (20, 15), Compare);

    private static void Compare(Options options, TextWriter output)
    {
        Recipe recipe = options.Short ? Recipe.Short : Recipe.Full;
        recipe = recipe with { Seeds = options.Seeds ?? recipe.Seeds };
        using CudaContext? device = options.Cuda ? new CudaContext() : null;
        string table = OutputFile.Prepare(options.Out);
        var progress = new Progress(output);
        (DigitImages train, DigitImages validation) = TrainingProgram.Images(
            options, recipe.TrainImages, recipe.ValidationImages, progress, DigitImages.Read, DigitImages.Render);
        progress.Show($"training on {train.Count} images, validating on {validation.Count}; seeds: {recipe.Seeds}; threads: {options.Threads}; kernels: {new DenseHidden().Target}{(device is null ? "" : $"; CUDA device: {device.DeviceName}")}");
        ComparisonResult result = Comparison.Run(recipe, train, validation, options.Threads, progress, device);
        string images = options.Data is { } source ? $"IDX files in {source}" : "rendered by this program, not SVHN";
        string text = Report(recipe, result, train, validation, images, progress.Elapsed, options.Threads, device);
        TrainingProgram.Save(text, table, output, progress);
    }

    private static string Report(Recipe recipe, ComparisonResult result, DigitImages train, DigitImages validation, string images, TimeSpan time, int threads, CudaContext? device) =>
        string.Create(CultureInfo.InvariantCulture, $"""
        # Digits: the hidden layer 6400 → 256 of a convolutional network

        Images: {images}; {train.Count:N0} for training, {validation.Count:N0} for validation. Every network is trained from random
        parameters for {recipe.TrainSteps:N0} steps of {recipe.Batch} images. {Seeds(recipe)} Parameters include the biases; the KFC rows
        have the nonlinearity and a bias in each product. The paper's figures (arXiv 1512.09194, Table 1) are for the SVHN data and its
        own convolutions. Times are forward, per image, on one thread, kernels for {new DenseHidden().Target}: medians of {recipe.TimedRounds} interleaved
        rounds; in brackets, the speed relative to the baseline.{Device(device)}

        {ResultTable.Format(result.Trained, recipe.Batch)}
        ## Fitted to the trained baseline

        The hidden layer of the trained baseline is replaced by a fit (KPSVD), and the network is trained for {recipe.FineTuneSteps:N0} further
        steps; so is the baseline itself.

        {ResultTable.Format(result.Fitted)}
        All of this was computed in one run of {time.TotalSeconds:F0} s with {threads} thread(s).

        """);

    private static string Device(CudaContext? device) => device is null ? "" : $"""
         Hidden layers and classifiers ran on {device.DeviceName} in the
        arithmetic of {nameof(CudaMath)}.{device.Math}; their times include the copies to the device and back.
        """;

    private static string Seeds(Recipe recipe) => recipe.Seeds == 1
        ? "One seed only."
        : $"Errors are the mean ± the standard deviation over {recipe.Seeds} seeds.";
}
