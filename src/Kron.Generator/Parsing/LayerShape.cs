using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>The part of a <see cref="LayerSpec"/> that its attributes declare.</summary>
internal sealed record LayerShape(
    string Attributes,
    int Inputs,
    int Outputs,
    EquatableArray<GroupSpec> Groups,
    ImageSpec? Image,
    EpilogueSpec Epilogue);
