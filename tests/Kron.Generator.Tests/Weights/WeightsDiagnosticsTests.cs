using Kron.Generator.Tests.Support;
using Xunit;

namespace Kron.Generator.Tests.Weights;

/// <summary>What is wrong with a file of weights is an error on the argument that names it.</summary>
public class WeightsDiagnosticsTests
{
    private static readonly BuiltWeights Built = BuiltWeights.Of(
        ("fc1.safetensors", BuiltWeights.Zeros(("A.0", [1, 3, 4]), ("B.0", [1, 2, 5]), ("bias", [6]))),
        ("models/net.safetensors", BuiltWeights.Zeros(("fc1.A.0", [1, 3, 4]), ("fc1.B.0", [1, 2, 5]), ("fc1.bias", [6]), ("head.weight", [4, 3]))),
        ("bytes.safetensors", BuiltWeights.Join("""{"A.0":{"dtype":"I8","shape":[1,3,4],"data_offsets":[0,12]},"B.0":{"dtype":"I8","shape":[1,2,5],"data_offsets":[12,22]},"bias":{"dtype":"I8","shape":[6],"data_offsets":[22,28]}}""", new byte[28])),
        ("cut.safetensors", [1, 2, 3]),
        ("gone.safetensors", null));

    [Theory]
    [InlineData("fc1.safetensors")]
    [InlineData("models/net.safetensors#fc1")]
    [InlineData(@"models\\net.safetensors#fc1")]
    public void Weights_that_fit_are_taken(string weights) =>
        DiagnosticAssert.None($"[KroneckerLayer(3, 2, 4, 5, 1, Weights = \"{weights}\")] partial class C;", Built.Options);

    [Fact]
    public void Null_is_no_weights() =>
        DiagnosticAssert.None("[KroneckerLayer(3, 2, 4, 5, 1, Weights = null)] partial class C;");

    [Fact]
    public void A_project_without_weights_is_told_how_to_add_them() => DiagnosticAssert.Single(
        "[KroneckerLayer(3, 2, 4, 5, 1, [|Weights = \"fc1.safetensors\"|])] partial class C;",
        "KRON042",
        "The project has no item <KronWeights Include=\"fc1.safetensors\" />, whose weights would be part of the assembly; it has none");

    [Theory]
    [InlineData("fc2.safetensors", "fc2.safetensors")]
    [InlineData("net.safetensors#fc1", "net.safetensors")]
    [InlineData("FC1.safetensors", "FC1.safetensors")]
    public void A_file_that_is_not_listed(string weights, string file) => DiagnosticAssert.Single(
        $"[KroneckerLayer(3, 2, 4, 5, 1, [|Weights = \"{weights}\"|])] partial class C;",
        "KRON042",
        $"The project has no item <KronWeights Include=\"{file}\" />, whose weights would be part of the assembly; it has 'fc1.safetensors', 'models/net.safetensors', 'bytes.safetensors', 'cut.safetensors', 'gone.safetensors'",
        Built.Options);

    [Theory]
    [InlineData("gone.safetensors", "it does not exist")]
    [InlineData("cut.safetensors", "it has 3 bytes; expected at least 8")]
    public void A_file_that_cannot_be_read(string weights, string reason) => DiagnosticAssert.Single(
        $"[BatchNorm2d(2, 3, 3, [|Weights = \"{weights}\"|])] partial class C;",
        "KRON043",
        $"'{weights}' cannot be embedded: {reason}",
        Built.Options);

    [Theory]
    [InlineData("KroneckerLayer(2, 3, 4, 5, 1", "fc1.safetensors", "tensor 'A.0' has shape [1, 3, 4]; expected [1, 2, 4]")]
    [InlineData("DenseLayer(6, 20", "fc1.safetensors", "tensor 'weight' of shape [6, 20] is missing; it has 'A.0', 'B.0', 'bias'")]
    [InlineData("KroneckerLayer(3, 2, 4, 5, 1, Bias = BiasMode.None", "fc1.safetensors", "unexpected tensor 'bias' of shape [6]; expected only 'A.0', 'B.0'")]
    [InlineData("DenseLayer(4, 3", "models/net.safetensors#head", "tensor 'bias' of shape [4] is missing; it has 'weight'")]
    [InlineData("DenseLayer(4, 3", "models/net.safetensors#hat", "it has no layer of this name; it has '#fc1', '#head'")]
    [InlineData("DenseLayer(4, 3", "models/net.safetensors", "it has no tensors of a single layer; expected one of the layers of a model, of which it has '#fc1', '#head'")]
    [InlineData("KroneckerLayer(3, 2, 4, 5, 1", "bytes.safetensors", "tensor 'A.0' is of type I8; expected F32, F64, F16 or BF16")]
    public void A_file_that_does_not_fit(string attribute, string weights, string reason) => DiagnosticAssert.Single(
        $"[{attribute}, [|Weights = \"{weights}\"|])] partial class C;",
        "KRON044",
        $"'{weights}' does not hold the weights of 'C': {reason}",
        Built.Options);

    [Fact]
    public void A_wrong_attribute_is_reported_before_its_weights() => DiagnosticAssert.Single(
        "[DenseLayer([|0|], 3, Weights = \"gone.safetensors\")] partial class C;", "KRON017", "m is 0, but must be at least 1", Built.Options);
}
