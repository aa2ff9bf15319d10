using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kron.Cuda;
using Kron.Samples;

namespace Digits.Experiment;

/// <summary>Trains a network with every form of the hidden layer, fits layers to the trained baseline, and times the forms.</summary>
/// <remarks>
/// As many networks are trained at a time as there are threads, which shares the work out better than the small batches of
/// one would. A run of one method with one seed depends on nothing but its seed, so the number of threads changes no error.
/// </remarks>
internal sealed class Comparison
{
    private readonly Recipe recipe;
    private readonly DigitImages train;
    private readonly DigitImages validation;
    private readonly int threads;
    private readonly Progress progress;
    private readonly CudaContext? device;
    private readonly DigitNetwork[] baselines;

    private Comparison(Recipe recipe, DigitImages train, DigitImages validation, int threads, Progress progress, CudaContext? device)
    {
        (this.recipe, this.train, this.validation, this.threads, this.progress, this.device) = (recipe, train, validation, threads, progress, device);
        baselines = new DigitNetwork[recipe.Seeds];
    }

    /// <summary>Runs the whole comparison.</summary>
    public static ComparisonResult Run(Recipe recipe, DigitImages train, DigitImages validation, int threads, Progress progress, CudaContext? device = null) =>
        new Comparison(recipe, train, validation, threads, progress, device).Run();

    private ComparisonResult Run()
    {
        progress.Expect(recipe.Seeds * ((Method.Trained.Count * (long)recipe.TrainSteps) + (Method.Fitted.Count * (long)recipe.FineTuneSteps)));

        double[][] errors = ForAll(Method.Trained, Train);
        FitOutcome[][] fits = ForAll(Method.Fitted, FineTune);

        return new ComparisonResult(
            TrainedRows(errors),
            [.. Method.Fitted.Zip(fits, (method, seeds) => new FittedRow(method, Over(seeds, fit => fit.Distance), Over(seeds, fit => fit.Before), Over(seeds, fit => fit.After)))]);
    }

    /// <summary>Runs every method with every seed.</summary>
    /// <returns>The results, by method and seed.</returns>
    private T[][] ForAll<T>(IReadOnlyList<Method> methods, Func<Method, int, T> run)
    {
        var results = new T[methods.Count][];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new T[recipe.Seeds];
        }

        IEnumerable<(int Method, int Seed)> runs = Enumerable.Range(0, methods.Count)
            .SelectMany(method => Enumerable.Range(0, recipe.Seeds).Select(seed => (method, seed)));
        Parallel.ForEach(
            Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            next => results[next.Method][next.Seed] = run(methods[next.Method], next.Seed));
        return results;
    }

    /// <summary>Trains from random parameters.</summary>
    /// <returns>The validation error.</returns>
    private double Train(Method method, int seed)
    {
        string name = $"{method.Name}, seed {seed + 1}";
        var network = new DigitNetwork(method, seed, device);
        Fit(network, name, new BatchOrder(train, seed, 0), recipe.TrainSteps, recipe.TrainRate);
        if (method == Method.Baseline)
        {
            baselines[seed] = network;
        }

        double error = network.Error(validation);
        progress.Show($"{name}: validation error {100 * error:F2}%");
        return error;
    }

    /// <summary>Starts from the trained baseline, the hidden layer fitted to its one, and trains on.</summary>
    private FitOutcome FineTune(Method method, int seed)
    {
        string name = $"{method.Name} from the baseline, seed {seed + 1}";
        var network = new DigitNetwork(method, seed, device);
        double distance = network.TakeOver(baselines[seed]);
        double before = network.Error(validation);
        Fit(network, name, new BatchOrder(train, seed, 1), recipe.FineTuneSteps, recipe.FineTuneRate);
        double after = network.Error(validation);
        progress.Show($"{name}: ‖W − Ŵ‖/‖W‖ = {distance:F3}, validation error {100 * before:F2}%, after fine-tuning {100 * after:F2}%");
        return new FitOutcome(distance, before, after);
    }

    private void Fit(DigitNetwork network, string name, BatchOrder batches, int steps, float rate) =>
        network.Train(batches, recipe.Batch, steps, rate, recipe.WarmUp, recipe.WeightDecay, loss => progress.Step(name, loss));

    private TrainedRow[] TrainedRows(double[][] errors)
    {
        progress.Show($"timing {Method.Trained.Count} hidden layers and networks");
        DigitNetwork[] networks = [.. Method.Trained.Select(method => new DigitNetwork(method, 0, device))];
        float[] images = new float[recipe.Batch * DigitImages.ImageSize];
        for (int i = 0; i < recipe.Batch; i++)
        {
            validation.CopyTo(i % validation.Count, images.AsSpan(i * DigitImages.ImageSize, DigitImages.ImageSize));
        }

        var random = new Random(0);
        float[] features = new float[recipe.Batch * DenseHidden.Info.InputSize];
        foreach (ref float feature in features.AsSpan())
        {
            feature = random.NextSingle();
        }

        ForwardTime[] hidden = Time([.. networks.Select(network => (ForwardPass)network.Hidden.Forward)], features, DenseHidden.Info.InputSize, DenseHidden.Info.OutputSize);
        ForwardTime[] whole = Time([.. networks.Select(network => (ForwardPass)network.Layers.Forward)], images, DigitImages.ImageSize, DigitImages.Classes);
        return [.. Method.Trained.Select((method, i) => new TrainedRow(method, networks[i].Layers.ParameterCount, Statistic.Of(errors[i]), hidden[i], whole[i]))];
    }

    private ForwardTime[] Time(ForwardPass[] candidates, float[] samples, int inputSize, int outputSize)
    {
        double[] single = ForwardTiming.Measure(candidates, samples, inputSize, outputSize, 1, recipe.TimedRounds);
        double[] batched = ForwardTiming.Measure(candidates, samples, inputSize, outputSize, recipe.Batch, recipe.TimedRounds);
        return [.. single.Zip(batched, (one, many) => new ForwardTime(one, many))];
    }

    private static Statistic Over(FitOutcome[] seeds, Func<FitOutcome, double> value) => Statistic.Of(Array.ConvertAll(seeds, seed => value(seed)));

    /// <summary>What one fit reached with one seed.</summary>
    private readonly record struct FitOutcome(double Distance, double Before, double After);
}
