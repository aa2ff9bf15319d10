using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Kron.Generator.Emit;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Lowering;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>The layers of the papers compile for every target, within what RyuJIT optimises.</summary>
public class LargestLayerTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Layers.Keys];

    private static Dictionary<string, LayerCase> Layers { get; } = new()
    {
        ["SVHN KFC-rank"] = LayerCase.Of(64, 4, 256, 25, 5) with { Activation = Activation.Relu },
        ["SVHN KFC-rank, per term"] = LayerCase.Of(64, 4, 256, 25, 5) with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm },
        ["SVHN KFC-shape"] = new()
        {
            Image = (256, 5, 5),
            Activation = Activation.Relu,
            Nonlinearity = Nonlinearity.PerTerm,
            Bias = BiasMode.PerTerm,
            Groups = [new(64, 4, 256, 25, 1, Formulation.I), new(128, 2, 1280, 5, 1, Formulation.II), new(128, 2, 1280, 5, 1, Formulation.III)],
        },
        ["SVHN dense"] = new() { Dense = (256, 6400), Activation = Activation.Relu },
        ["SVHN SVD-128"] = LayerCase.Of(256, 1, 1, 6400, 128),
        ["SVHN sequences, first"] = LayerCase.Of(60, 40, 192, 64, 10) with { Activation = Activation.Relu },
        ["SVHN sequences, second"] = LayerCase.Of(30, 10, 60, 40, 10) with { Activation = Activation.Relu },
        ["CASIA-HWDB"] = LayerCase.Of(128, 32, 832, 36, 5) with { Activation = Activation.Relu },
        ["ICDAR words"] = new() { Groups = [new(719, 122, 26, 15, 10), new(122, 719, 26, 15, 10), new(61, 1438, 13, 30, 10), new(1438, 61, 130, 3, 10)] },
        ["AlexNet KFC-2, first"] = LayerCase.Of(1024, 4, 1536, 6, 2) with { Activation = Activation.Relu },
        ["AlexNet KFC-2, second"] = LayerCase.Of(2048, 2, 2048, 2, 2) with { Activation = Activation.Relu },
        ["AlexNet KFC-3, first"] = LayerCase.Of(512, 8, 512, 18, 5) with { Activation = Activation.Relu },
        ["AlexNet KFC-3, second"] = LayerCase.Of(512, 8, 512, 8, 5) with { Activation = Activation.Relu },
        ["AlexNet KFC-3, third"] = LayerCase.Of(500, 2, 512, 8, 4),
        ["Scene text conv2"] = ConvolutionCases.Of(new(16, 16), ConvolutionCases.Factors(128, 24, 9, 1, 1, 2, 1, 9, 1)) with { Activation = Activation.Maxout, Pieces = 2 },
        ["Scene text conv2, dilated"] = ConvolutionCases.Of(new(16, 16), ConvolutionCases.Factors(128, 24, 3, 3, 1, 2, 3, 3, 1)) with { Activation = Activation.Maxout, Pieces = 2 },
        ["Scene text conv2, dense"] = ConvolutionCases.DenseOf(128, 48, 9, 9, new(16, 16)) with { Activation = Activation.Maxout, Pieces = 2 },
        ["Scene text conv3, two products"] = ConvolutionCases.Of(new(8, 8), ConvolutionCases.Factors(256, 64, 8, 1, 2, 1, 1, 8, 2)) with { Activation = Activation.Maxout, Pieces = 4 },
        ["3 × 3, Kronecker"] = ConvolutionCases.Of(new(32, 32) { PaddingH = 1, PaddingW = 1 }, ConvolutionCases.Factors(32, 32, 3, 1, 2, 2, 1, 3, 2)) with { Activation = Activation.Relu },
        ["3 × 3, low rank"] = ConvolutionCases.LowRankOf(256, 256, 3, 96, new(8, 8) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Relu },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void The_papers_layers_stay_within_the_budget(string name)
    {
        LayerSpec spec = InterpretedLayer.SpecOf(Layers[name]);
        foreach (TargetModel target in Targets.All)
        {
            JitBudget.Check(ProgramBuilder.Build(spec, target)).ShouldBeEmpty($"{name} for {target.Name}");
        }

        var watch = Stopwatch.StartNew();
        var files = LayerCompiler.Compile(spec, TargetSet.All);
        output.WriteLine($"{watch.ElapsedMilliseconds} ms, {files.Sum(file => file.Text.Length) / 1000} kB");

        // The class, the kernels for each target, and of a layer of vectors the calls on a device.
        files.Count.ShouldBe(1 + Targets.All.Count + (spec.Window is null ? 1 : 0));
    }
}
