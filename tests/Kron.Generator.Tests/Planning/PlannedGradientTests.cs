using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Planning;

/// <summary>Every option's derived backward pass against finite differences of its forward pass, in double.</summary>
public class PlannedGradientTests
{
    private const int Samples = 2;

    private static readonly TypeSpec Type = new("", [], "C", "C");

    public static TheoryData<string, bool, string> Options
    {
        get
        {
            TheoryData<string, bool, string> options = [];
            foreach (ActivationKind activation in Enum.GetValues<ActivationKind>())
            {
                options.Add(activation.ToString(), false, nameof(BiasKind.Shared));
                if (activation != ActivationKind.None)
                {
                    // Without a nonlinearity terms are no different from their sum: a diagnostic.
                    options.Add(activation.ToString(), true, nameof(BiasKind.PerTerm));
                }
            }

            options.Add(nameof(ActivationKind.Tanh), false, nameof(BiasKind.None));
            options.Add(nameof(ActivationKind.Tanh), true, nameof(BiasKind.None));
            options.Add(nameof(ActivationKind.Maxout), true, nameof(BiasKind.Shared));
            return options;
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void TheBackwardPassAgreesWithFiniteDifferences(string activation, bool perTerm, string bias)
    {
        ActivationKind kind = Enum.Parse<ActivationKind>(activation);
        EpilogueSpec epilogue = new(kind, 0.1f, kind == ActivationKind.Maxout ? 3 : 1, perTerm, Enum.Parse<BiasKind>(bias));
        Check(new LayerSpec(Type, "", 12, 6, [new GroupSpec(3, 2, 4, 3, 2), new GroupSpec(2, 3, 2, 6, 1)], null, epilogue));
        Check(new LayerSpec(Type, "", 12, 6, [new GroupSpec(3, 2, 6, 2, 2, FormulationKind.III)], new ImageSpec(3, 2, 2), epilogue));
        Check(new LayerSpec(Type, "", 11, 6, [new GroupSpec(2, 4, 4, 3, 2)], null, epilogue));
        if (!perTerm)
        {
            Check(new LayerSpec(Type, "", 5, 6, [], null, epilogue));
        }
    }

    private static void Check(LayerSpec spec)
    {
        IReadOnlyList<Node> forward = ZeroExtension.Apply(LayerPlan.PlanOf(spec).Nodes);
        Adjoint adjoint = Adjoint.Derive(forward);
        Random random = new(5);
        Tensor[] given = [.. forward.SelectMany(node => node.Sources).Where(t => t.Region is Region.Input or Region.Parameters).GroupBy(t => t.Name).Select(group => group.First())];
        Dictionary<string, double[]> inputs = given.ToDictionary(t => t.Name, t => Fill(random, t.Size * (t.PerSample ? Samples : 1)));
        double[] outer = Fill(random, spec.OutputSize * Samples);

        Dictionary<string, double[]> tensors = Run(forward, inputs);
        tensors["dy"] = outer;
        foreach (Tensor parameter in given.Where(t => t.Region == Region.Parameters))
        {
            tensors["d" + parameter.Name] = new double[parameter.Size];
        }

        DataflowInterpreter.Run([.. adjoint.ParameterNodes, .. adjoint.InputNodes], Samples, tensors);

        // A long step would cross kinks. The smooth activations need one, for their float coefficients leave jumps of some 1e-8.
        bool kinked = spec.Epilogue.Activation is ActivationKind.Relu or ActivationKind.LeakyRelu or ActivationKind.Maxout;
        double step = kinked ? 1e-6 : 1e-3;
        foreach (string name in inputs.Keys)
        {
            for (int i = 0; i < inputs[name].Length; i++)
            {
                double difference = (Loss(name, i, step) - Loss(name, i, -step)) / (2 * step);
                tensors["d" + name][i].ShouldBe(difference, kinked ? 1e-8 : 5e-5, $"d{name}[{i}] of {spec}");
            }
        }

        double Loss(string name, int index, double move)
        {
            Dictionary<string, double[]> moved = new(inputs) { [name] = [.. inputs[name]] };
            moved[name][index] += move;
            return Run(forward, moved)["y"].Zip(outer, (y, c) => y * c).Sum();
        }
    }

    private static Dictionary<string, double[]> Run(IReadOnlyList<Node> nodes, Dictionary<string, double[]> inputs)
    {
        Dictionary<string, double[]> tensors = new(inputs);
        DataflowInterpreter.Run(nodes, Samples, tensors);
        return tensors;
    }

    private static double[] Fill(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
}
