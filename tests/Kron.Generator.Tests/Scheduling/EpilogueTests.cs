using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

/// <summary>Which maps are applied in the registers of the contraction whose sums they read.</summary>
public class EpilogueTests
{
    private static readonly Tensor Sum = new("u", Region.Scratch, [12], PerSample: true);
    private static readonly Tensor Y = new("y", Region.Output, [12], PerSample: true);
    private static readonly Tensor Bias = new("bias", Region.Parameters, [12], PerSample: false);

    private static readonly Contract Contract = new(
        "Contract",
        [new("m1", 4), new("m2", 3), new("k", 5)],
        new Access(Sum, [AxisIndex.Of(("m1", 3), ("m2", 1))]),
        SampleContraction.At(new Tensor("x", Region.Input, [5], PerSample: true), "k"),
        SampleContraction.At(new Tensor("w", Region.Parameters, [4, 3, 5], PerSample: false), "m1", "m2", "k"),
        Accumulate: false);

    private static readonly Expression U = new Read(SampleContraction.At(Sum, "j"));
    private static readonly Expression B = new Read(SampleContraction.At(Bias, "j"));
    private static readonly Map Add = new("Bias", [new("j", 12)], SampleContraction.At(Y, "j"), Fold.Store, U + B, Accumulate: false);

    [Fact]
    public void ABiasAndAShortActivationAreFused()
    {
        Epilogue.CanFuse(Contract, Add).ShouldBeTrue();
        Epilogue.CanFuse(Contract, Add with { Value = new ActivationExpression(ActivationKind.Relu, 0, U + B) }).ShouldBeTrue();
        Epilogue.CanFuse(Contract, Add with { Accumulate = true }).ShouldBeTrue();
        Epilogue.Rename(Contract, Add)!["j"].ShouldBe(AxisIndex.Of(("m1", 3), ("m2", 1)));
    }

    [Fact]
    public void ALongActivationIsAPassOfItsOwn() =>
        Epilogue.CanFuse(Contract, Add with { Value = new ActivationExpression(ActivationKind.Gelu, 0, U) }).ShouldBeFalse();

    [Fact]
    public void AMapThatReadsOtherElementsOfTheSumIsNot()
    {
        Expression neighbour = new Read(new Access(Sum, [AxisIndex.Of(("j", 1)) with { Offset = 1 }]));
        Epilogue.CanFuse(Contract, Add with { Value = U + neighbour }).ShouldBeFalse();
        Epilogue.CanFuse(Contract, Add with { Value = neighbour }).ShouldBeFalse();
        Epilogue.CanFuse(Contract, Add with { Value = new Read(new Access(Sum, [AxisIndex.Of(("j", 2))])), Dims = [new("j", 6)] }).ShouldBeFalse();
    }

    [Fact]
    public void AMapOverPartOfTheSumIsNot() => Epilogue.CanFuse(Contract, Add with { Dims = [new("j", 11)] }).ShouldBeFalse();

    [Fact]
    public void AMapThatLeavesATensorOverTheWholeSumIsNot()
    {
        // Outputs padded up to 12: y has 11.
        Epilogue.CanFuse(Contract, Add with { Output = SampleContraction.At(Y with { Extents = [11] }, "j") }).ShouldBeFalse();
    }

    [Fact]
    public void AMapWithoutTheSumIsNot() => Epilogue.CanFuse(Contract, Add with { Value = B }).ShouldBeFalse();

    [Fact]
    public void AMapWithADimensionOfItsOwnIsNot()
    {
        Access repeated = new(Y with { Extents = [2, 12] }, [AxisIndex.Of(("q", 1)), AxisIndex.Of(("j", 1))]);
        Epilogue.CanFuse(Contract, Add with { Dims = [new("q", 2), new("j", 12)], Output = repeated }).ShouldBeFalse();
    }

    [Fact]
    public void MaximaAreNot() => Epilogue.CanFuse(Contract, Add with { Fold = Fold.Max }).ShouldBeFalse();

    [Fact]
    public void ARunningSumIsFinishedInPlaceOnly()
    {
        Contract running = Contract with { Accumulate = true };
        Epilogue.CanFuse(running, Add).ShouldBeFalse();
        Epilogue.CanFuse(running, Add with { Output = SampleContraction.At(Sum, "j") }).ShouldBeTrue();
        Epilogue.CanFuse(running, Add with { Output = SampleContraction.At(Sum, "j"), Fold = Fold.Add }).ShouldBeFalse();
    }
}
