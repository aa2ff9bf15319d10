using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Kron.Generator.Weights;

namespace Kron.Generator.Emit;

/// <summary>Emits the file that says where a layer's weights lie in the assembly: the only one that other weights of the same shapes change.</summary>
internal static class WeightsEmitter
{
    private const string HintTag = "Weights";
    private const string Type = "global::Kron.CompilerServices.EmbeddedWeights";

    public static GeneratedFile Emit(LayerSpec spec, WeightsLayer weights)
    {
        var writer = new CodeWriter();
        FileHeader.Write(writer, [$"{spec.Type.FullName}: the weights of {spec.Weights}, from byte {CSharpText.Literal(weights.Offset)} of the resource on."]);
        TypeScope scope = TypeScope.Open(writer, spec.Type, []);
        scope.OpenLayer(writer);
        writer
            .Line(FileHeader.GeneratedCode)
            .Line($"private static {Type} {GeneratedMembers.WeightsProperty} => new {Type}(")
            .Line($"    typeof({spec.Type.Name}).Assembly,")
            .Line($"    {CSharpText.Literal(weights.Offset)},")
            .Line($"    {CSharpText.Literal(weights.Checksum)});");
        scope.Close(writer);
        return new GeneratedFile(spec.Type.KernelHintName(HintTag), writer.ToString());
    }
}
