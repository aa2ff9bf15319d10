using System.Linq;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>Compiled layers against the oracle, on every target of this machine. A class per batch, so that batches run in parallel.</summary>
public abstract class CompiledTests
{
    private readonly CaseBatch _batch;

    private protected CompiledTests(CaseBatch batch) => _batch = batch;

    [Fact]
    public void Every_case_matches_the_oracle() => Check.All(_batch.OnEachTarget(), pair => Check.Layer(pair.Layer, pair.Compiled, batch: 19));
}

/// <summary>The cases that are run again with instruction sets disabled, e.g. under <c>DOTNET_EnableAVX2=0</c>.</summary>
[Trait("Category", "Isa")]
public sealed class EssentialCompiledTests() : CompiledTests(CompiledCases.Essential)
{
    [Fact]
    public void All_targets_that_this_process_can_run_are_tested() =>
        CompiledCases.Essential.OnEachTarget().Select(pair => pair.Compiled.GetType().GetProperty("Target")!.GetValue(pair.Compiled)).Distinct()
            .ShouldBe(CompiledLayers.Runnable.Cast<object?>());
}

[Trait("Category", "Isa")]
public sealed class ConvolutionCompiledTests() : CompiledTests(CompiledCases.Convolutions);

[Trait("Category", "Isa")]
public sealed class StructuredCompiledTests() : CompiledTests(CompiledCases.Structured);

public sealed class SmallShapeCompiledTests() : CompiledTests(CompiledCases.SmallShapes);

public sealed class LargeShapeCompiledTests() : CompiledTests(CompiledCases.LargeShapes);

public sealed class DenseCompiledTests() : CompiledTests(CompiledCases.Dense);

public sealed class ActivationCompiledTests() : CompiledTests(CompiledCases.Activations);

public sealed class SumCompiledTests() : CompiledTests(CompiledCases.Sums);

public sealed class TailCompiledTests() : CompiledTests(CompiledCases.Tails);
