using Kron.Generator.Spec;

namespace Kron.Generator.Tests.Support;

/// <summary>Specifications of batch normalisation.</summary>
internal static class NormalizationSpecs
{
    public static LayerSpec Layer(int channels, int height, int width, ActivationKind activation = ActivationKind.None, float epsilon = 1e-5f, float momentum = 0.1f) => new(
        new TypeSpec("", [], "Norm", "Norm"),
        "",
        channels * height * width,
        channels * height * width,
        [],
        null,
        new EpilogueSpec(activation, activation == ActivationKind.LeakyRelu ? 0.2f : 0, 1, PerTerm: false, BiasKind.Shared))
    {
        Kind = LayerKind.BatchNorm,
        Window = new WindowSpec(channels, height, width, 1, 1, 1, 1, 0, 0),
        Normalization = new NormalizationSpec(epsilon, momentum),
    };
}
