using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Parsing;

/// <summary>Every member that the generated part of a layer class declares: what a member of the user's can collide with.</summary>
internal static class GeneratedMembers
{
    public const string EngineField = "_engine";
    public const string DefinitionProperty = "Definition";
    public const string CreateProgramMethod = "CreateProgram";
    public const string WeightsProperty = "EmbeddedWeights";
    public const string ToCudaMethod = "ToCuda";
    public const string CudaClass = "CudaCalls";

    /// <summary>The interface that generated members implement explicitly.</summary>
    public const string ExplicitInterface = "Kron.INamedParameters";

    private const string Constructor = ".ctor";
    private const string Input = "System.ReadOnlySpan<float>";
    private const string Output = "System.Span<float>";
    private const string Tape = "Kron.LayerTape";
    private const string Options = "Kron.FitOptions";
    private const string Report = "Kron.FitReport";

    /// <summary>Fields, properties and nested types: no member of any kind can share their names, nor can the class.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "InputSize", "OutputSize", "Parameters", "Gradients", "State", "Target", "Memory", "Info",
        EngineField, DefinitionProperty, CreateProgramMethod, WeightsProperty, CudaClass,
        .. Scheduling.Targets.All.Select(target => KernelClass(target.Name)),
    ];

    /// <summary>Methods: overloads of another signature are the user's to declare.</summary>
    public static readonly IReadOnlyList<GeneratedMethod> Methods =
    [
        new("Commit"),
        new("Forward", Input, Output),
        new("Forward", Input, Output, Tape),
        new("CreateTape", "int"),
        new("Backward", Input, Input, Output, Tape),
        new("ForwardParallel", Input, Output, "int"),
        new("ForwardParallel", Input, Output, Tape, "int"),
        new("BackwardParallel", Input, Input, Output, Tape, "int"),
        new("Initialize", "System.Random"),
        new("FromDense", Input, Input, Options),
        new("FromDense", Input, Input, "ref " + Report, Options),
        new("ToDense", Output),
        new("Save", "string"),
        new("Load", "string"),
        new(ToCudaMethod, "Kron.Cuda.CudaContext"),
    ];

    /// <summary>Constructors, by the same rule.</summary>
    public static readonly IReadOnlyList<GeneratedMethod> Constructors = [new(Constructor), new(Constructor, "Kron.KernelTarget")];

    /// <summary>The nested class of a target's kernels.</summary>
    public static string KernelClass(string target) => target + "Kernels";
}

/// <summary>A method's name and the types of its parameters; <c>ref</c> stands for every kind of reference.</summary>
internal sealed record GeneratedMethod(string Name, params string[] Parameters)
{
    /// <summary>For a message: without namespaces.</summary>
    public string Display(string name) =>
        $"{name}({string.Join(", ", Parameters.Select(type => type.Replace("System.", "").Replace("Kron.", "")))})";
}
