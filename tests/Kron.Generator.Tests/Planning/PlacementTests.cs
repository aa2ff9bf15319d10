using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

public class PlacementTests
{
    private static readonly Tensor X = PerSample("x", Region.Input, 5);
    private static readonly Tensor U = PerSample("u", Region.Scratch, 5);
    private static readonly Tensor P = PerSample("p", Region.Scratch, 4, 4);
    private static readonly Tensor Y = PerSample("y", Region.Output, 5);

    [Fact]
    public void TensorsLieOnWholeLinesWithoutOverlap()
    {
        var placement = new Placement();
        Dataflow flow = placement.Place(Nodes());
        Tensor[] placed = Scratch(flow);
        placed.Select(t => (t.Name, t.Offset)).ShouldBe([("u", 0), ("p", 16)]);
        placement.ScratchFloats.ShouldBe(32);
        placement.TapeFloats.ShouldBe(0);

        // Only the places of intermediates changed, and every use of one sees the same place.
        flow.Nodes.Select(n => n.Name).ShouldBe(Nodes().Select(n => n.Name));
        flow.Nodes[0].Sources.ShouldBe([X]);
        flow.Nodes[2].Destination.ShouldBe(Y);
    }

    [Fact]
    public void SavedTensorsLieOnTheTapeAndTheBackwardPassFindsThemThere()
    {
        var forward = new Placement(["p"]);
        Dataflow record = forward.Place(Nodes());
        record.Nodes[1].Destination.ShouldBe(P with { Region = Region.Tape, Offset = 0 });
        record.Nodes[2].Sources.ShouldContain(P with { Region = Region.Tape, Offset = 0 });
        forward.TapeFloats.ShouldBe(16);
        forward.ScratchFloats.ShouldBe(16);

        Tensor gradient = PerSample("dp", Region.Scratch, 4, 4);
        var backward = new Placement(forward);
        Dataflow back = backward.Place([new Map("Back", [new("a", 4), new("b", 4)], At(gradient, "a", "b"), Fold.Store, new Read(At(P, "a", "b")), Accumulate: false)]);
        back.Nodes[0].Sources.ShouldBe([P with { Region = Region.Tape, Offset = 0 }]);

        // Its own scratch begins anew.
        back.Nodes[0].Destination.Offset.ShouldBe(0);
        backward.ScratchFloats.ShouldBe(16);
    }

    [Fact]
    public void TheSecondPassOnTheSameScratchKeepsTheFirstOnesTensors()
    {
        var placement = new Placement();
        placement.Place(Nodes());
        Dataflow second = placement.Place([new Map("Later", [new("j", 5)], At(PerSample("v", Region.Scratch, 5), "j"), Fold.Store, new Read(At(U, "j")), Accumulate: false)]);
        second.Nodes[0].Sources.Single().Offset.ShouldBe(0);
        second.Nodes[0].Destination.Offset.ShouldBe(32);
    }

    [Theory]
    [InlineData(nameof(ActivationKind.None))]
    [InlineData(nameof(ActivationKind.Tanh))]
    [InlineData(nameof(ActivationKind.Maxout))]
    public void ThePlacesOfALayersTensorsAreApart(string activation)
    {
        ActivationKind kind = System.Enum.Parse<ActivationKind>(activation);
        LayerPlan plan = LayerPlan.Of(Layer(Relu with { Activation = kind, Pieces = kind == ActivationKind.Maxout ? 2 : 1 }, new GroupSpec(3, 2, 5, 7, 3), new GroupSpec(2, 3, 7, 5, 2)));
        Apart(Scratch(plan.Forward), plan.ForwardScratch);
        Apart(Scratch(plan.Record), plan.ForwardScratch);
        Apart([.. Scratch(plan.Backward).Concat(Scratch(plan.InputGradient)).Distinct()], plan.BackwardScratch);
        Tensor[] tape = In(plan.Record, Region.Tape);
        Apart(tape, plan.Tape);

        // The tape holds exactly what the backward passes read, each tensor written once by the recording.
        tape.ShouldBe(In(plan.Backward, Region.Tape).Concat(In(plan.InputGradient, Region.Tape)).Distinct(), ignoreOrder: true);
        plan.Backward.Nodes.Concat(plan.InputGradient.Nodes).ShouldAllBe(n => n.Destination.Region != Region.Tape);
        tape.ShouldAllBe(t => plan.Record.Nodes.Any(n => n.Destination == t));
    }

    private static Node[] Nodes() =>
    [
        new Map("First", [new("j", 5)], At(U, "j"), Fold.Store, new Read(At(X, "j")), Accumulate: false),
        new Map("Second", [new("a", 4), new("b", 4)], At(P, "a", "b"), Fold.Store, new Read(new Access(U, [Axis(0, ("a", 1))])), Accumulate: false),
        new Map("Third", [new("j", 5), new("b", 4)], At(Y, "j"), Fold.Add, new Read(At(U, "j")) + new Read(new Access(P, [Axis(0), Axis(0, ("b", 1))])), Accumulate: false),
    ];

    private static Tensor[] Scratch(Dataflow flow) => In(flow, Region.Scratch);

    private static Tensor[] In(Dataflow flow, Region region) =>
        [.. flow.Nodes.SelectMany(n => n.Sources.Append(n.Destination)).Where(t => t.Region == region).Distinct()];

    private static void Apart(IReadOnlyCollection<Tensor> tensors, int floats)
    {
        tensors.Select(t => t.Name).ShouldBeUnique();
        int end = 0;
        foreach (Tensor tensor in tensors.OrderBy(t => t.Offset))
        {
            (tensor.Offset % 16).ShouldBe(0, tensor.Name);
            tensor.Offset.ShouldBeGreaterThanOrEqualTo(end, tensor.Name);
            end = tensor.Offset + tensor.Size;
        }

        end.ShouldBeLessThanOrEqualTo(floats);
    }
}
