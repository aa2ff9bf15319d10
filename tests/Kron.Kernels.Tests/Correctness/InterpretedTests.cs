using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>The IR of every case and target, run by the interpreter: also targets that this machine lacks.</summary>
public abstract class InterpretedTests
{
    private readonly IReadOnlyList<LayerCase> _cases;
    private readonly int _batch;

    private protected InterpretedTests(IReadOnlyList<LayerCase> cases, int batch) => (_cases, _batch) = (cases, batch);

    public static TheoryData<string> TargetNames => [.. Targets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void Every_case_matches_the_oracle(string target)
    {
        TargetModel model = Targets.All.Single(t => t.Name == target);
        Check.All(_cases, layer => Check.Layer(layer, new InterpretedLayer(layer, model), _batch));
    }
}

public sealed class VectorInterpretedTests() : InterpretedTests(Cases.All, batch: 19);

/// <summary>A whole sample block and one sample more.</summary>
public sealed class ConvolutionInterpretedTests() : InterpretedTests(ConvolutionCases.Convolutions, batch: 17)
{
    [Theory]
    [MemberData(nameof(TargetNames))]
    public void Winograds_form_is_among_the_kernels(string target)
    {
        TargetModel model = Targets.All.Single(t => t.Name == target);
        ConvolutionCases.Winograd.Count(layer => LayerPlan.Of(InterpretedLayer.SpecOf(layer)) is var plan && WinogradChoice.Apply(plan, new Rankings(model), samples: 16) != plan)
            .ShouldBeGreaterThanOrEqualTo(2);
    }
}

public sealed class StructuredInterpretedTests() : InterpretedTests(ConvolutionCases.Structured, batch: 17);
