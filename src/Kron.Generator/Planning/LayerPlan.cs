using System;
using System.Collections.Generic;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>The legal dataflow of every pass of a layer, with all tensors placed: what the scheduler works on.</summary>
/// <param name="Forward">Inference.</param>
/// <param name="Record">The forward pass that fills the tape.</param>
/// <param name="Backward">Parameter gradients.</param>
/// <param name="InputGradient">The rest of the backward pass, run on Backward's scratch.</param>
/// <param name="ForwardScratch">Scratch floats per sample that tensors of Forward or Record occupy.</param>
/// <param name="BackwardScratch">Scratch floats per sample that tensors of the two backward passes occupy.</param>
/// <param name="Tape">Tape floats per sample.</param>
/// <param name="Orders">A line per shape group that tells its contraction order.</param>
internal sealed record LayerPlan(
    Dataflow Forward,
    Dataflow Record,
    Dataflow Backward,
    Dataflow InputGradient,
    int ForwardScratch,
    int BackwardScratch,
    int Tape,
    EquatableArray<string> Orders)
{
    /// <summary>What is computed from parameters and state once, whenever they were written.</summary>
    public Dataflow Commit { get; init; } = new([]);

    /// <summary>Floats that its results occupy, at the start of the packed weights.</summary>
    public int CommittedFloats { get; init; }

    /// <summary>Whether inference may use Winograd's form, whose rounding errors are larger.</summary>
    public bool AllowsWinograd { get; init; } = true;

    /// <summary>The further passes of a layer whose samples depend on each other; null for every other one.</summary>
    public BatchPlan? Batch { get; init; }

    /// <param name="spec">The layer.</param>
    /// <param name="isBFirst">Whether a shape group contracts with B first; by default as <see cref="Costs.IsBFirst"/> says.</param>
    public static LayerPlan Of(LayerSpec spec, Func<GroupSpec, WindowSpec?, bool>? isBFirst = null)
    {
        if (spec.Kind == LayerKind.BatchNorm)
        {
            return NormalizationPlanner.Plan(spec);
        }

        ForwardPlan forward = PlanOf(spec, isBFirst);

        // A padded vector is extended before its gradients are derived; an image's borders are nobody's gradient.
        IReadOnlyList<Node> logical = spec.Window is null ? ZeroExtension.Apply(forward.Nodes) : forward.Nodes;

        Adjoint adjoint = Adjoint.Derive(logical);
        IReadOnlyList<Node> inference = InPlace.Apply(MapFusion.Apply(logical), keep: []);
        IReadOnlyList<Node> record = InPlace.Apply(logical, keep: adjoint.Saved);

        (IReadOnlyList<Node> recorded, IReadOnlyList<Node> parameterNodes, IReadOnlyList<Node> inputNodes) = Borders.Apply(record, adjoint.ParameterNodes, adjoint.InputNodes);

        var inferencePlace = new Placement();
        Dataflow inferenceFlow = inferencePlace.Place(Borders.Apply(inference));
        var trainingPlace = new Placement(adjoint.Saved);
        Dataflow recordFlow = trainingPlace.Place(recorded);
        var backwardPlace = new Placement(trainingPlace);
        Dataflow backward = backwardPlace.Place(parameterNodes);
        Dataflow inputGradient = backwardPlace.Place(inputNodes);

        return new LayerPlan(
            inferenceFlow,
            recordFlow,
            backward,
            inputGradient,
            Math.Max(inferencePlace.ScratchFloats, trainingPlace.ScratchFloats),
            backwardPlace.ScratchFloats,
            trainingPlace.TapeFloats,
            forward.Orders)
        {
            AllowsWinograd = spec.AllowsWinograd,
        };
    }

    /// <summary>The dataflow as the layer's formula states it.</summary>
    public static ForwardPlan PlanOf(LayerSpec spec, Func<GroupSpec, WindowSpec?, bool>? isBFirst = null) => spec.Kind switch
    {
        LayerKind.Dense => DensePlanner.Plan(spec),
        LayerKind.Kronecker or LayerKind.LowRank => KroneckerPlanner.Plan(spec, isBFirst ?? Costs.IsBFirst),
        LayerKind.Structured => StructuredPlanner.Plan(spec),
        LayerKind.MaxPool or LayerKind.AveragePool => PoolPlanner.Plan(spec),
        _ => throw new NotSupportedException($"No planner for {spec.Kind}."),
    };
}
