using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>Emits <c>FromDense</c> and <c>ToDense</c>, with the weight as frameworks store it.</summary>
internal static class FittingEmitter
{
    private const string Input = "global::System.ReadOnlySpan<float>";
    private const string Output = "global::System.Span<float>";

    public static void Emit(CodeWriter writer, LayerSpec spec)
    {
        string name = spec.Type.Name;
        writer.Line();
        FromDense(writer, spec);
        writer.Open($"public static {name} FromDense({Input} weight, {Input} bias, global::Kron.FitOptions? options = null)")
            .Line($"return FromDense(weight, bias, out _, options);")
            .Close();

        writer.Line();
        FromDense(writer, spec, report: true);
        writer.Open($"public static {name} FromDense({Input} weight, {Input} bias, out global::Kron.FitReport report, global::Kron.FitOptions? options = null)")
            .Line($"var layer = new {name}();")
            .Line("report = layer._engine.FromDense(weight, bias, options);")
            .Line("return layer;")
            .Close();

        writer.Line();
        writer.Line(spec.Window is null
            ? "/// <summary>Writes the weight matrix of the linear map that the layer stands for, without bias and activation.</summary>"
            : "/// <summary>Writes the kernel of the convolution that the layer stands for, without bias and activation.</summary>");
        Weight(writer, spec);
        writer.Line(FileHeader.GeneratedCode);
        writer.Line($"public void ToDense({Output} weight) => _engine.ToDense(weight);");
    }

    private static void FromDense(CodeWriter writer, LayerSpec spec, bool report = false)
    {
        string weight = spec.Window is null ? "weight matrix" : "kernel";
        string fitted = spec.Kind switch
        {
            LayerKind.Kronecker => $"Creates the layer whose sum of Kronecker products is nearest to a trained {weight}.",
            LayerKind.LowRank => $"Creates the layer whose pair of kernels makes the one nearest to a trained {weight}.",
            LayerKind.Structured => $"Creates the layer whose structured {weight} is nearest to a trained one.",
            _ => $"Creates the layer from a trained {weight}.",
        };
        writer.Line($"/// <summary>{fitted}</summary>");
        Weight(writer, spec);
        writer.Line(spec.Epilogue.Bias == BiasKind.None
            ? "/// <param name=\"bias\">Empty: the layer has no bias.</param>"
            : $"/// <param name=\"bias\">{CSharpText.Literal(spec.Channels)} values, or empty for zeros.</param>");
        if (report)
        {
            writer.Line("/// <param name=\"report\">How near the fit came.</param>");
        }

        writer.Line("/// <param name=\"options\">How to fit.</param>");
        writer.Line(FileHeader.GeneratedCode);
    }

    private static void Weight(CodeWriter writer, LayerSpec spec) => writer.Line(spec.Window is { } window
        ? $"/// <param name=\"weight\">{CSharpText.Literal(spec.Channels)} × {CSharpText.Literal(window.Channels)} × {CSharpText.Literal(window.KernelH)} × {CSharpText.Literal(window.KernelW)} values [o, c, h, w], row-major, as nn.Conv2d stores them.</param>"
        : $"/// <param name=\"weight\">{CSharpText.Literal(spec.Outputs)} × {CSharpText.Literal(spec.Inputs)} values, row-major.</param>");
}
