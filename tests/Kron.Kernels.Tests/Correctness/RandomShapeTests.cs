using System;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Kernels.Tests.Support;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>Seeded random layers, through the interpreter, each on a random target.</summary>
public class RandomShapeTests
{
    private const int Layers = 40;

    [Fact]
    public void Random_layers_match_the_oracle() => Matches(20151228, Draw);

    [Theory]
    [InlineData(20140416)]
    [InlineData(20151119)]
    [InlineData(20200806)]
    public void Random_convolutions_match_the_oracle(int seed) => Matches(seed, RandomConvolutions.Convolution);

    [Theory]
    [InlineData(20200806)]
    public void Random_structured_layers_match_the_oracle(int seed) => Matches(seed, RandomConvolutions.Structured);

    private static void Matches(int seed, Func<Random, LayerCase> draw)
    {
        var random = new Random(seed);
        var drawn = Enumerable.Range(0, Layers).Select(_ => (Layer: draw(random), Target: Targets.All[random.Next(Targets.All.Count)].Name, Batch: random.Next(1, 20)));
        Check.All(drawn, d => Check.Layer(d.Layer, new InterpretedLayer(d.Layer, Targets.All.Single(t => t.Name == d.Target)), d.Batch));
    }

    private static LayerCase Draw(Random random)
    {
        int m1 = Extent(random), m2 = Extent(random), n1 = Extent(random), n2 = Extent(random);
        LayerCase layer = LayerCase.Of(m1, m2, n1, n2, random.Next(1, 4));
        if (random.Next(3) == 0)
        {
            // The same products of extents, the other way round.
            layer = layer with { Groups = [.. layer.Groups, new ShapeGroup(m2, m1, n2, n1, random.Next(1, 3))] };
        }

        layer = layer with
        {
            Activation = Enum.GetValues<Activation>()[random.Next(Enum.GetValues<Activation>().Length)],
            Slope = 0.1f,
            PaddedOutputs = random.Next(4) == 0 ? random.Next(1, (m1 * m2) + 1) : 0,
            PaddedInputs = random.Next(4) == 0 ? random.Next(1, (n1 * n2) + 1) : 0,
            Bias = random.Next(3) == 0 ? BiasMode.None : BiasMode.Shared,
        };

        int[] pieces = [.. Enumerable.Range(1, layer.Outputs).Where(p => layer.Outputs % p == 0)];
        layer = layer with { Pieces = pieces[random.Next(pieces.Length)] };
        return layer.Activation != Activation.None && random.Next(2) == 0
            ? layer with { Nonlinearity = Nonlinearity.PerTerm, Bias = random.Next(2) == 0 ? BiasMode.PerTerm : layer.Bias }
            : layer;
    }

    private static int Extent(Random random) => random.Next(random.Next(2) == 0 ? 5 : 21) + 1;
}
