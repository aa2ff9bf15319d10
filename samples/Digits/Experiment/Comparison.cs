using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kron;
using Kron.Samples;
using Kron.Training;

namespace Digits.Experiment;

/// <summary>Trains, compresses, fine-tunes and times every method.</summary>
/// <remarks>A run of one method with one seed depends on nothing but its seed, so that the number of threads changes no error.</remarks>
internal sealed class Comparison
{
    private readonly Recipe recipe;
    private readonly DigitImages train;
    private readonly DigitImages test;
    private readonly Progress progress;
    private readonly TaskCompletionSource<Trained>[] baselines;
    private readonly ConcurrentDictionary<(Method Method, int Seed), Outcome> outcomes = new();
    private readonly double[] linearErrors;

    private Comparison(Recipe recipe, DigitImages train, DigitImages test, Progress progress)
    {
        (this.recipe, this.train, this.test, this.progress) = (recipe, train, test, progress);
        baselines = [.. Enumerable.Range(0, recipe.Seeds).Select(_ => new TaskCompletionSource<Trained>())];
        linearErrors = new double[recipe.Seeds];
    }

    /// <summary>Runs the whole comparison.</summary>
    public static ComparisonResult Run(Recipe recipe, DigitImages train, DigitImages test, int threads, Progress progress)
    {
        var comparison = new Comparison(recipe, train, test, progress);
        comparison.RunAll(threads);
        return new ComparisonResult(comparison.Summarise(), Statistic.Of(comparison.linearErrors));
    }

    private void RunAll(int threads)
    {
        int seeds = recipe.Seeds;
        int fromRandom = 2 + Method.PerTerm.Count;
        progress.Expect(seeds * ((fromRandom * (long)recipe.TrainSteps) + ((fromRandom + Method.Compressed.Count) * (long)recipe.FineTuneSteps)));

        // In this order a run that waits for its dense baseline never starts before that baseline has been started.
        var runs = new List<Action>();
        runs.AddRange(ForEachSeed(seed => TrainFromRandom(Method.Baseline, seed)));
        foreach (Method method in Method.PerTerm)
        {
            runs.AddRange(ForEachSeed(seed => TrainFromRandom(method, seed)));
        }

        runs.AddRange(ForEachSeed(TrainLinear));
        foreach (Method method in Method.Compressed)
        {
            runs.AddRange(ForEachSeed(seed => Compress(method, seed)));
        }

        Parallel.ForEach(
            Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            run => run());
    }

    private IEnumerable<Action> ForEachSeed(Action<int> run) => Enumerable.Range(0, recipe.Seeds).Select(seed => (Action)(() => run(seed)));

    private void TrainFromRandom(Method method, int seed)
    {
        try
        {
            var random = new Random(seed);
            ILayer hidden = method.Initialize!(random);
            var classifier = new Classifier();
            classifier.Initialize(random);
            var network = new Network(hidden, classifier);
            Train(network, $"{Describe(method)}, seed {seed + 1}", seed);
            double before = network.Error(test);
            if (method == Method.Baseline)
            {
                baselines[seed].SetResult(new Trained(hidden.Parameters.ToArray(), classifier.Parameters.ToArray()));
            }

            FineTune(network, hidden, method, seed, before);
        }
        catch (Exception failure) when (method == Method.Baseline)
        {
            // Whoever waits for this baseline must not wait for ever.
            baselines[seed].TrySetException(failure);
            throw;
        }
    }

    private void Compress(Method method, int seed)
    {
        Trained baseline = baselines[seed].Task.GetAwaiter().GetResult();
        int weights = Method.Baseline.Info.PreActivations * Method.Baseline.Info.InputSize;
        ILayer hidden = method.Compress!(baseline.Hidden.AsSpan(0, weights), baseline.Hidden.AsSpan(weights), out FitReport report);
        var classifier = new Classifier();
        baseline.Classifier.CopyTo(classifier.Parameters);
        classifier.Commit();
        var network = new Network(hidden, classifier);
        progress.Show($"{Describe(method)}, seed {seed + 1}: fitted, ‖W − Ŵ‖/‖W‖ = {report.RelativeError:F3}");
        FineTune(network, hidden, method, seed, network.Error(test));
    }

    private void FineTune(Network network, ILayer hidden, Method method, int seed, double before)
    {
        string name = $"{Describe(method)}, seed {seed + 1}";
        FineTune(network, name, seed);
        double after = network.Error(test);
        outcomes[(method, seed)] = new Outcome(before, after, hidden);
        progress.Show($"{name}: test error {100 * before:F2}%, after fine-tuning {100 * after:F2}%");
    }

    private void TrainLinear(int seed)
    {
        var model = new LinearModel();
        model.Initialize(new Random(seed));
        var network = new Network(model);
        string name = $"Linear, seed {seed + 1}";
        Train(network, name, seed);
        FineTune(network, name, seed);
        linearErrors[seed] = network.Error(test);
        progress.Show($"{name}: test error {100 * linearErrors[seed]:F2}%");
    }

    private void Train(Network network, string name, int seed) =>
        Fit(network, name, new BatchOrder(train, seed, 0), recipe.TrainSteps, recipe.TrainRate);

    private void FineTune(Network network, string name, int seed) =>
        Fit(network, name, new BatchOrder(train, seed, 1), recipe.FineTuneSteps, recipe.FineTuneRate);

    private void Fit(Network network, string name, BatchOrder batches, int steps, float rate) =>
        network.Train(batches, recipe.Batch, steps, rate, recipe.WarmUp, recipe.WeightDecay, loss => progress.Step(name, loss));

    private Row[] Summarise()
    {
        Method[] methods = [Method.Baseline, .. Method.Compressed, .. Method.PerTerm];
        progress.Show($"timing the {methods.Length} layers");
        Sequential[] layers = Array.ConvertAll(methods, method => new Sequential(outcomes[(method, 0)].Hidden));
        const int Samples = 256;
        float[] samples = new float[Samples * DigitImages.ImageSize];
        for (int i = 0; i < Samples; i++)
        {
            test.CopyTo(i % test.Count, samples.AsSpan(i * DigitImages.ImageSize, DigitImages.ImageSize));
        }

        double[] single = ForwardTiming.Measure(layers, 1, samples, recipe.TimedRounds);
        double[] batched = ForwardTiming.Measure(layers, Samples, samples, recipe.TimedRounds);
        return [.. methods.Select((method, i) => new Row(method, Over(method, o => o.Before), Over(method, o => o.After), single[i], batched[i]))];
    }

    private Statistic Over(Method method, Func<Outcome, double> value) =>
        Statistic.Of([.. Enumerable.Range(0, recipe.Seeds).Select(seed => value(outcomes[(method, seed)]))]);

    private static string Describe(Method method) => $"{method.Name} {method.Configuration}";

    /// <summary>The parameters of a dense network before its fine-tuning.</summary>
    private sealed record Trained(float[] Hidden, float[] Classifier);
}

/// <summary>What the comparison found.</summary>
/// <param name="Rows">The table; the dense layer comes first.</param>
/// <param name="LinearError">The test error of softmax regression with the same budget.</param>
internal sealed record ComparisonResult(IReadOnlyList<Row> Rows, Statistic LinearError);
