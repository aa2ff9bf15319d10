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
    public void Random_layers_match_the_oracle()
    {
        var random = new Random(20151228);
        for (int i = 0; i < Layers; i++)
        {
            LayerCase layer = Draw(random);
            TargetModel target = Targets.All[random.Next(Targets.All.Count)];
            Check.Layer(layer, new InterpretedLayer(layer, target), batch: random.Next(1, 20));
        }
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
