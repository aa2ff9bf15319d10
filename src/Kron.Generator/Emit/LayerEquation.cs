using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>Writes a layer as a formula.</summary>
internal static class LayerEquation
{
    /// <summary>The layer as a formula: <c>y = relu(Σ_{i≤5} (A_i ⊗ B_i) x + b)</c>. Convolutions have ∗ x.</summary>
    public static string Of(LayerSpec spec) => "y = " + spec.Kind switch
    {
        LayerKind.Kronecker => Sum(spec),
        LayerKind.LowRank => Activated(spec.Epilogue, "H ∗ (V ∗ x)" + Bias(spec.Epilogue)),
        LayerKind.Structured => Activated(spec.Epilogue, $"α{Applied(spec)} sum_{ShapeText.Sums(spec)}(x)" + Bias(spec.Epilogue)),
        LayerKind.MaxPool => $"max_{ShapeText.Kernel(spec.Window!)}(x)",
        LayerKind.AveragePool => $"mean_{ShapeText.Kernel(spec.Window!)}(x)",
        LayerKind.BatchNorm => Activated(spec.Epilogue, $"γ · (x − μ) / √(σ² + {CSharpText.Literal(spec.Normalization!.Epsilon).TrimEnd('f')}) + β"),
        _ => Activated(spec.Epilogue, $"W{Applied(spec)} x" + Bias(spec.Epilogue)),
    };

    private static string Sum(LayerSpec spec)
    {
        bool several = spec.Groups.Count > 1;
        IEnumerable<string> groups = spec.Groups.Select((group, index) =>
        {
            string tag = several ? CSharpText.Literal(index) : string.Empty;
            string term = $"(A{tag}_i ⊗ B{tag}_i){Applied(spec)} x";
            string sum = group.R == 1 ? string.Empty : $"Σ_{{i≤{CSharpText.Literal(group.R)}}} ";
            return sum + (spec.Epilogue.PerTerm ? Activated(spec.Epilogue, term + Bias(spec.Epilogue, tag)) : term);
        });
        string linear = string.Join(" + ", groups);
        return spec.Epilogue.PerTerm ? linear : Activated(spec.Epilogue, linear + Bias(spec.Epilogue));
    }

    /// <summary>A kernel is convolved with the image, a matrix multiplied by the vector.</summary>
    private static string Applied(LayerSpec spec) => spec.Window is null ? string.Empty : " ∗";

    private static string Bias(EpilogueSpec epilogue, string tag = "") => epilogue.Bias switch
    {
        BiasKind.None => string.Empty,
        BiasKind.PerTerm => $" + b{tag}_i",
        _ => " + b",
    };

    private static string Activated(EpilogueSpec epilogue, string argument) => epilogue.Activation switch
    {
        ActivationKind.None => argument,
        ActivationKind.LeakyRelu => $"leakyrelu_{CSharpText.Literal(epilogue.Slope).TrimEnd('f')}({argument})",
        ActivationKind.Maxout => $"max_{CSharpText.Literal(epilogue.Pieces)}({argument})",
        _ => $"{epilogue.Activation.ToString().ToLowerInvariant()}({argument})",
    };
}
