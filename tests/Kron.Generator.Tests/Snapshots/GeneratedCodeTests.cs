using Kron.Generator.Tests.Support;
using Kron.Generator.Tests.Weights;
using Xunit;

namespace Kron.Generator.Tests.Snapshots;

/// <summary>
/// What users read when they step into a layer: small layers, each on one target, and of its kernels the passes of a
/// single sample. A change of the schedule shows here and is accepted by renaming the received file.
/// </summary>
public class GeneratedCodeTests
{
    [Fact]
    public void Class_of_one_shape() =>
        Snapshot.Match(GeneratedCode.Class("[KroneckerLayer(4, 4, 6, 5, 2, Activation = Activation.Relu)]", "Avx2"));

    [Fact]
    public void Embedded_weights() => Snapshot.Match(GeneratedCode.WithWeights(
        "[DenseLayer(2, 3, Weights = \"net.safetensors#head\")]",
        BuiltWeights.Of(("net.safetensors", BuiltWeights.Zeros(("head.weight", [2, 3]), ("head.bias", [2]))))));

    [Fact]
    public void Calls_on_a_device() =>
        Snapshot.Match(GeneratedCode.Device("[KroneckerLayer(4, 4, 6, 5, 2, Activation = Activation.Relu)]"));

    [Fact]
    public void Straight_line() =>
        Snapshot.Match(GeneratedCode.Entry("[KroneckerLayer(2, 4, 2, 4, 1)]", "Avx512", "Forward1"));

    [Fact]
    public void One_shape() =>
        Snapshot.Match(GeneratedCode.Entry("[KroneckerLayer(8, 4, 6, 4, 2, Activation = Activation.Relu)]", "Avx2", "Record1"));

    [Fact]
    public void Several_shapes() =>
        Snapshot.Match(GeneratedCode.Entry("[KroneckerLayer(2, 4, 4, 3, 1)] [KroneckerTerm(4, 2, 2, 6, 1)]", "AdvSimd", "Forward1"));

    [Fact]
    public void Per_term_maxout() =>
        Snapshot.Match(GeneratedCode.Entry("[KroneckerLayer(4, 4, 3, 4, 2, Activation = Activation.Maxout, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)]", "Vector128", "Record1"));

    [Fact]
    public void Formulation_III() =>
        Snapshot.Match(GeneratedCode.Entry("[KroneckerLayer(2, 2, 4, 3, 1, Channels = 2, Height = 3, Width = 2, Formulation = Formulation.III)]", "Scalar", "Forward1"));

    [Fact]
    public void Dense() =>
        Snapshot.Match(GeneratedCode.Entry("[DenseLayer(16, 12, Activation = Activation.Relu)]", "Avx512", "Backward1"));
}
