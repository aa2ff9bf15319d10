using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kron.Samples;
using Kron.Training;

namespace LowRank.Experiment;

/// <summary>Trains, converts, fine-tunes and times every method.</summary>
/// <remarks>A run of one method with one seed depends on nothing but its seed, so that the number of threads changes no error.</remarks>
internal sealed class Comparison
{
    private const int TimedBatch = 16;
    private readonly Recipe recipe;
    private readonly SignImages train;
    private readonly SignImages validation;
    private readonly Progress progress;
    private readonly ConcurrentDictionary<(Start Start, int Seed), (Sequential Network, double Error)> trained = new();
    private readonly ConcurrentDictionary<(Method Method, int Seed), Outcome> outcomes = new();

    private Comparison(Recipe recipe, SignImages train, SignImages validation, Progress progress) =>
        (this.recipe, this.train, this.validation, this.progress) = (recipe, train, validation, progress);

    /// <summary>Runs the whole comparison.</summary>
    /// <returns>The rows of the table, in the order of <see cref="Method.All"/>.</returns>
    public static IReadOnlyList<Row> Run(Recipe recipe, SignImages train, SignImages validation, int threads, Progress progress)
    {
        var comparison = new Comparison(recipe, train, validation, progress);
        progress.Expect(recipe.Seeds * ((Start.All.Count * (long)recipe.TrainSteps) + (Method.All.Count * (long)recipe.FineTuneSteps)));
        comparison.ForAll(Start.All, comparison.Train, threads);
        comparison.ForAll(Method.All, comparison.FineTune, threads);
        return comparison.Summarise();
    }

    private void ForAll<T>(IEnumerable<T> items, Action<T, int> run, int threads) => Parallel.ForEach(
        Partitioner.Create(items.SelectMany(item => Enumerable.Range(0, recipe.Seeds).Select(seed => (item, seed))), EnumerablePartitionerOptions.NoBuffering),
        new ParallelOptions { MaxDegreeOfParallelism = threads },
        pair => run(pair.item, pair.seed));

    private void Train(Start start, int seed)
    {
        Sequential network = start.Form.Create(new Random(seed));
        StructuralRegularizer? structure = start.Regularises ? Form.Regularizer(network) : null;
        LearningRate strength = LearningRate.Constant(recipe.Structure).WithWarmUp(recipe.StructureWarmUp);
        string name = $"{start.Name}, seed {seed + 1}";
        Fit(network, name, new BatchOrder(train, seed, 0), recipe.TrainSteps, recipe.TrainRate, step => structure?.AddGradients(strength.At(step)));
        double error = new Network(start.Form.Fold(network)).Error(validation);
        trained[(start, seed)] = (network, error);
        progress.Show($"{name}: validation error {100 * error:F2}%");
    }

    private void FineTune(Method method, int seed)
    {
        // A network of the start's own form is a copy, so that all methods with this start begin at the same parameters.
        (Sequential source, double error) = trained[(method.Start, seed)];
        Sequential network = method.Form.Create(new Random(seed));
        ConversionReport report = LayerConversion.Convert(source, network);
        double distance = report.Layers.Average(layer => layer.RelativeError) ?? 0;
        double converted = new Network(method.Form.Fold(network)).Error(validation);
        string name = $"{method.Name}, seed {seed + 1}";
        if (method.Converts)
        {
            progress.Show($"{name}: weights changed by {100 * distance:F2}%, validation error {100 * error:F2}% before and {100 * converted:F2}% after");
        }

        Fit(network, name, new BatchOrder(train, seed, 1), recipe.FineTuneSteps, recipe.FineTuneRate, _ => { });
        Sequential folded = method.Form.Fold(network);
        double tuned = new Network(folded).Error(validation);
        outcomes[(method, seed)] = new Outcome(error, distance, converted, tuned, report.MultiplyAddsAfter, folded);
        progress.Show($"{name}: validation error after fine-tuning {100 * tuned:F2}%");
    }

    private void Fit(Sequential network, string name, BatchOrder batches, int steps, float rate, Action<int> beforeStep) => new Network(network).Train(
        batches, recipe.Batch, steps, rate, recipe.WarmUp, recipe.WeightDecay, loss => progress.Step(name, loss), beforeStep);

    private Row[] Summarise()
    {
        Sequential[] networks = [.. Method.All.Select(method => outcomes[(method, 0)].Network)];
        progress.Show($"timing the {networks.Length} networks");
        const int Images = 8 * TimedBatch;
        float[] samples = new float[Images * SignImages.ImageSize];
        for (int i = 0; i < Images; i++)
        {
            validation.CopyTo(i % validation.Count, samples.AsSpan(i * SignImages.ImageSize, SignImages.ImageSize));
        }

        double[] single = ForwardTiming.Measure(networks, 1, samples, recipe.TimedRounds);
        double[] batched = ForwardTiming.Measure(networks, TimedBatch, samples, recipe.TimedRounds);
        return [.. Method.All.Select((method, i) => new Row(
            method, networks[i].ParameterCount, outcomes[(method, 0)].MultiplyAdds,
            Over(method, o => o.Trained), Over(method, o => o.Distance), Over(method, o => o.Converted), Over(method, o => o.Tuned), single[i], batched[i]))];
    }

    private Statistic Over(Method method, Func<Outcome, double> value) =>
        Statistic.Of([.. Enumerable.Range(0, recipe.Seeds).Select(seed => value(outcomes[(method, seed)]))]);
}
