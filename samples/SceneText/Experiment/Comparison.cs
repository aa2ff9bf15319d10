using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kron.Samples;
using Kron.Training;
using SceneText.Rendering;

namespace SceneText.Experiment;

/// <summary>Trains and times every network.</summary>
/// <remarks>A run of one network with one seed depends on nothing but its seed, so that the number of threads changes no error.</remarks>
internal sealed class Comparison
{
    private const int TimedBatch = 16;
    private readonly Recipe recipe;
    private readonly CharacterImages train;
    private readonly CharacterImages validation;
    private readonly Progress progress;
    private readonly ConcurrentDictionary<(Method Method, int Seed), double> errors = new();
    private readonly ConcurrentDictionary<Method, Sequential> models = new();

    private Comparison(Recipe recipe, CharacterImages train, CharacterImages validation, Progress progress) =>
        (this.recipe, this.train, this.validation, this.progress) = (recipe, train, validation, progress);

    /// <summary>Runs the whole comparison.</summary>
    /// <returns>The rows of the table, in the order of <see cref="Method.All"/>.</returns>
    public static IReadOnlyList<Row> Run(Recipe recipe, CharacterImages train, CharacterImages validation, int threads, Progress progress)
    {
        var comparison = new Comparison(recipe, train, validation, progress);
        comparison.TrainAll(threads);
        return comparison.Summarise();
    }

    private void TrainAll(int threads)
    {
        // The dense networks, which take longest, come first, so that the threads end at about the same time.
        (Method Method, int Seed)[] runs = [.. Method.All.SelectMany(method => Enumerable.Range(0, recipe.Seeds).Select(seed => (method, seed)))];
        progress.Expect(runs.Length * (long)recipe.Steps(train.Count));
        Parallel.ForEach(
            Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            run => Train(run.Method, run.Seed));
    }

    private void Train(Method method, int seed)
    {
        string name = $"{method.Name}, seed {seed + 1}";
        var model = new Sequential(method.Create(new Random(seed)));
        var network = new Network(model);
        network.Train(
            new BatchOrder(train, seed, 0), recipe.Batch, recipe.Steps(train.Count), recipe.Rate, recipe.WarmUp, recipe.WeightDecay,
            loss => progress.Step(name, loss));
        double error = network.Error(validation);
        errors[(method, seed)] = error;
        if (seed == 0)
        {
            models[method] = model;
        }

        progress.Show($"{name}: validation error {100 * error:F2}%");
    }

    private Row[] Summarise()
    {
        progress.Show($"timing the {Method.All.Count} networks");
        Sequential[] timed = [.. Method.All.Select(method => models[method])];
        const int Images = 8 * TimedBatch;
        const int Size = CharacterRenderer.Size * CharacterRenderer.Size;
        float[] samples = new float[Images * Size];
        for (int i = 0; i < Images; i++)
        {
            validation.CopyTo(i % validation.Count, samples.AsSpan(i * Size, Size));
        }

        double[] single = ForwardTiming.Measure(timed, 1, samples, recipe.TimedRounds);
        double[] batched = ForwardTiming.Measure(timed, TimedBatch, samples, recipe.TimedRounds);
        return [.. Method.All.Select((method, i) => new Row(method, Error(method), single[i], batched[i]))];
    }

    private Statistic Error(Method method) =>
        Statistic.Of([.. Enumerable.Range(0, recipe.Seeds).Select(seed => errors[(method, seed)])]);
}
