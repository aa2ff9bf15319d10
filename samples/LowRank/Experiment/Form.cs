using System;
using System.Linq;
using Kron;
using Kron.Training;

namespace LowRank.Experiment;

/// <summary>The kind of all convolutions behind the first.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Second">Makes the second convolution with random parameters.</param>
/// <param name="Further">Makes one of the three behind it with random parameters.</param>
/// <param name="SecondFolded">Makes the second convolution that batch normalisation can be folded into.</param>
/// <param name="FurtherFolded">Makes one of the three behind it that batch normalisation can be folded into.</param>
internal sealed record Form(
    string Name, Func<Random, ILayer> Second, Func<Random, ILayer> Further, Func<ILayer> SecondFolded, Func<ILayer> FurtherFolded)
{
    private static readonly Func<Random, ILayer> FirstLayer = Initialized<First>(layer => layer.Initialize);
    private static readonly Func<Random, ILayer> LastLayer = Initialized<Classifier>(layer => layer.Initialize);
    private static readonly Func<Random, ILayer> NormOfFirst = Initialized<FirstNorm>(layer => layer.Initialize);
    private static readonly Func<Random, ILayer> NormOfSecond = Initialized<SecondNorm>(layer => layer.Initialize);
    private static readonly Func<Random, ILayer> NormOfFurther = Initialized<FurtherNorm>(layer => layer.Initialize);

    /// <summary>Kernels of 3 × 3.</summary>
    public static Form Dense { get; } = new(
        "dense", Initialized<SecondDense>(layer => layer.Initialize), Initialized<FurtherDense>(layer => layer.Initialize),
        () => new SecondDenseFolded(), () => new FurtherDenseFolded());

    /// <summary>Pairs of 3 × 1 and 1 × 3.</summary>
    public static Form LowRank { get; } = new(
        "low rank", Initialized<SecondLowRank>(layer => layer.Initialize), Initialized<FurtherLowRank>(layer => layer.Initialize),
        () => new SecondLowRankFolded(), () => new FurtherLowRankFolded());

    /// <summary>Box sums of 2 × 2 pixels before kernels of 2 × 2.</summary>
    public static Form Structured { get; } = new(
        "structured", Initialized<SecondStructured>(layer => layer.Initialize), Initialized<FurtherStructured>(layer => layer.Initialize),
        () => new SecondStructuredFolded(), () => new FurtherStructuredFolded());

    /// <summary>Makes the network with random parameters.</summary>
    public Sequential Create(Random random) => new(
        FirstLayer(random), NormOfFirst(random), new FirstPool(),
        Second(random), NormOfSecond(random), new SecondPool(),
        Further(random), NormOfFurther(random),
        Further(random), NormOfFurther(random),
        Further(random), NormOfFurther(random),
        new Mean(), LastLayer(random));

    /// <summary>Makes the network of inference, without normalisations, from a trained one of this form.</summary>
    public Sequential Fold(Sequential trained)
    {
        var folded = new Sequential(
            new FirstFolded(), new FirstPool(), SecondFolded(), new SecondPool(), FurtherFolded(), FurtherFolded(), FurtherFolded(), new Mean(), new Classifier());
        BatchNormFolding.Fold(trained, folded);
        return folded;
    }

    /// <summary>The loss term that leads a dense network towards the structured form, arXiv 2008.02454.</summary>
    public static StructuralRegularizer Regularizer(Sequential dense)
    {
        var term = new StructuralRegularizer();
        foreach (ILayer layer in dense)
        {
            _ = layer switch
            {
                SecondDense => term.Add(layer, 32, 2),
                FurtherDense => term.Add(layer, 64, 2),
                _ => term,
            };
        }

        return term;
    }

    private static Func<Random, ILayer> Initialized<T>(Func<T, Action<Random>> initializer)
        where T : ILayer, new() => random =>
        {
            var layer = new T();
            initializer(layer)(random);
            return layer;
        };
}
