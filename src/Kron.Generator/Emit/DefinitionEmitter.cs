using System.Linq;
using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>Emits the layer's description for the runtime; of what not every kind has, the default is left out.</summary>
internal static class DefinitionEmitter
{
    private const string Services = "global::Kron.CompilerServices";

    public static void Emit(CodeWriter writer, LayerSpec spec)
    {
        writer.Line("// Made anew for each object: a static field might not be there yet when one of the user's own is initialised.");
        writer.Line(FileHeader.GeneratedCode);
        writer.Line($"private static {Services}.LayerDefinition Definition => new {Services}.LayerDefinition");
        writer.Open();
        writer.Line($"Name = {CSharpText.Literal(spec.Type.FullName)},");
        writer.Line($"Attributes = {CSharpText.Literal(spec.Attributes)},");
        writer.Line($"Inputs = {CSharpText.Literal(spec.Inputs)},");
        writer.Line($"Outputs = {CSharpText.Literal(spec.Outputs)},");
        Groups(writer, spec);
        if (spec.Kind is not (LayerKind.Dense or LayerKind.Kronecker))
        {
            writer.Line($"Kind = {Services}.LayerKind.{spec.Kind},");
        }

        if (spec.Window is { } window)
        {
            writer.Line($"Window = new {Services}.ImageWindow({Numbers(window.Channels, window.Height, window.Width, window.KernelH, window.KernelW, window.StrideH, window.StrideW, window.PaddingH, window.PaddingW)}),");
        }

        if (spec.Structured is { } structured)
        {
            writer.Line($"Structured = ({Numbers(structured.Channels, structured.KernelH, structured.KernelW)}),");
        }

        if (spec.Normalization is { } normalization)
        {
            writer.Line($"Normalization = ({CSharpText.Literal(normalization.Epsilon)}, {CSharpText.Literal(normalization.Momentum)}),");
        }

        if (spec.Image is { } image)
        {
            writer.Line($"Image = ({Numbers(image.Channels, image.Height, image.Width)}),");
        }

        EpilogueSpec epilogue = spec.Epilogue;
        writer.Line($"Activation = global::Kron.Activation.{epilogue.Activation},");
        writer.Line($"Slope = {CSharpText.Literal(epilogue.Slope)},");
        writer.Line($"Pieces = {CSharpText.Literal(epilogue.Pieces)},");
        writer.Line($"Nonlinearity = global::Kron.Nonlinearity.{(epilogue.PerTerm ? "PerTerm" : "AfterSum")},");
        writer.Line($"Bias = global::Kron.BiasMode.{epilogue.Bias},");
        writer.Close(";");
    }

    private static void Groups(CodeWriter writer, LayerSpec spec)
    {
        if (spec.Groups.Count == 0)
        {
            writer.Line("Groups = global::System.Array.Empty<global::Kron.ShapeGroup>(),");
            return;
        }

        writer.Line("Groups = new global::Kron.ShapeGroup[]");
        writer.Open();
        foreach (GroupSpec group in spec.Groups)
        {
            writer.Line($"new({Numbers(group.M1, group.M2, group.N1, group.N2, group.R)}, global::Kron.Formulation.{group.Formulation}){Kernels(group)},");
        }

        writer.Close(",");
    }

    /// <summary>The extents of a group's kernels that are not 1.</summary>
    private static string Kernels(GroupSpec group)
    {
        string[] extents =
        [
            .. new[] { ("H1", group.H1), ("W1", group.W1), ("H2", group.H2), ("W2", group.W2) }
                .Where(extent => extent.Item2 != 1)
                .Select(extent => $"{extent.Item1} = {CSharpText.Literal(extent.Item2)}"),
        ];
        return extents.Length == 0 ? "" : $" {{ {string.Join(", ", extents)} }}";
    }

    private static string Numbers(params int[] values) => string.Join(", ", values.Select(CSharpText.Literal));
}
