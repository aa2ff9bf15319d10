using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.IO;
using Kron.Runtime.Tests.Layers;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_layer_is_stored_factor_by_factor_with_its_attributes()
    {
        LayerEngine layer = StoredLayers.Kronecker(seed: 1);

        layer.Save(File1);

        using SafetensorsFile file = Safetensors.Open(File1);
        file.Tensors.Values.OrderBy(tensor => tensor.Offset).Select(tensor => $"{tensor.Name} [{string.Join(',', tensor.Shape)}] {tensor.ElementType}")
            .ShouldBe(["A.0 [2,3,5] F32", "B.0 [2,4,4] F32", "A.1 [1,6,2] F32", "B.1 [1,2,10] F32", "bias [12] F32"]);
        file.Metadata.ShouldBe(new Dictionary<string, string> { ["attributes"] = layer.Attributes });
        float[] second = new float[32];
        file.Read("B.0", second);
        second.ShouldBe(layer.Parameters.Slice(30, 32).ToArray());
    }

    [Fact]
    public void A_dense_layer_comes_back_to_the_bit_and_committed()
    {
        LayerEngine saved = NaiveLayer.Create(seed: 1);
        LayerEngine loaded = NaiveLayer.Create(seed: 2);
        saved.Save(File1);

        loaded.Load(File1);

        loaded.Parameters.ToArray().ShouldBe(saved.Parameters.ToArray());
        float[] input = NaiveLayer.Values(NaiveLayer.Inputs, seed: 3);
        float[] expected = new float[NaiveLayer.Outputs];
        float[] actual = new float[NaiveLayer.Outputs];
        saved.Forward(input, expected);
        loaded.Forward(input, actual);
        actual.ShouldBe(expected);
        using SafetensorsFile file = Safetensors.Open(File1);
        file.Tensors.Keys.ShouldBe(["weight", "bias"], ignoreOrder: true);
    }

    [Fact]
    public void The_same_layer_gives_the_same_bytes()
    {
        StoredLayers.Kronecker(seed: 1).Save(File1);
        StoredLayers.Kronecker(seed: 1).Save(_folder["b.safetensors"]);

        File.ReadAllBytes(_folder["b.safetensors"]).ShouldBe(File.ReadAllBytes(File1));
    }

    [Fact]
    public void A_model_is_stored_under_its_layers_names_with_their_state()
    {
        KeyValuePair<string, ILayer>[] saved = Model(seed: 1);
        saved[2].Value.Parameters.Fill(3);
        saved[2].Value.State.Fill(4);
        saved[3].Value.Parameters.Fill(5);
        saved[3].Value.State.Fill(6);
        KeyValuePair<string, ILayer>[] loaded = Model(seed: 2);

        ModelFile.Save(File1, saved);
        ModelFile.Load(File1, loaded);

        for (int i = 0; i < saved.Length; i++)
        {
            loaded[i].Value.Parameters.ToArray().ShouldBe(saved[i].Value.Parameters.ToArray());
            loaded[i].Value.State.ToArray().ShouldBe(saved[i].Value.State.ToArray());
        }

        ((Stateful)loaded[2].Value).Commits.ShouldBe(1);
        using SafetensorsFile file = Safetensors.Open(File1);
        file.Tensors.Keys.ShouldBe(
            [
                "fc1.A.0", "fc1.B.0", "fc1.A.1", "fc1.B.1", "fc1.bias", "fc2.weight", "fc2.bias",
                "norm.gamma", "norm.beta", "norm.mean", "plain.parameters", "plain.state",
            ],
            ignoreOrder: true);
        file.Metadata.Keys.ShouldBe(["fc1.attributes", "fc2.attributes"], ignoreOrder: true);
    }

    [Fact]
    public void Half_precision_weights_load()
    {
        LayerEngine layer = NaiveLayer.Create(seed: 1);
        byte[] data = [.. Enumerable.Range(0, 18).SelectMany(i => BitConverter.GetBytes((Half)(i * 0.25f)))];
        File.WriteAllBytes(File1, SafetensorsBytes.Of(
            """{"weight":{"dtype":"F16","shape":[3,5],"data_offsets":[0,30]},"bias":{"dtype":"F16","shape":[3],"data_offsets":[30,36]}}""", data));

        layer.Load(File1);

        layer.Parameters.ToArray().ShouldBe([.. Enumerable.Range(0, 18).Select(i => i * 0.25f)]);
    }

    [Theory]
    [InlineData("""{"weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]}}""", "'bias' is missing; expected shape [3]")]
    [InlineData("""{"weight":{"dtype":"F32","shape":[5,3],"data_offsets":[0,60]},"bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]}}""", "'weight' has shape [5, 3]; expected [3, 5]")]
    [InlineData("""{"weight":{"dtype":"F32","shape":[15],"data_offsets":[0,60]},"bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]}}""", "'weight' has shape [15]; expected [3, 5]")]
    [InlineData("""{"weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]},"bias":{"dtype":"I32","shape":[3],"data_offsets":[60,72]}}""", "'bias' is of type I32; expected F32")]
    [InlineData("""{"weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]},"bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]},"x":{"dtype":"F32","shape":[1],"data_offsets":[72,76]}}""", "unexpected tensor 'x' of shape [1]")]
    [InlineData("{}", "'weight' is missing")]
    public void A_file_that_does_not_fit_names_tensor_expected_and_actual(string header, string expected)
    {
        LayerEngine layer = NaiveLayer.Create(seed: 1);
        float[] before = layer.Parameters.ToArray();
        int length = header.Contains("76]", StringComparison.Ordinal) ? 76 : header.Contains("72]", StringComparison.Ordinal) ? 72 : header.Length > 2 ? 60 : 0;
        File.WriteAllBytes(File1, SafetensorsBytes.Of(header, new byte[length]));

        string message = Should.Throw<InvalidDataException>(() => layer.Load(File1)).Message;

        message.ShouldContain(File1);
        message.ShouldContain(expected);
        layer.Parameters.ToArray().ShouldBe(before);
    }

    [Fact]
    public void A_model_whose_last_layer_does_not_fit_changes_no_layer()
    {
        ModelFile.Save(File1, [new("a", NaiveLayer.Create(seed: 1)), new("b", NaiveLayer.Create(seed: 2))]);
        LayerEngine first = NaiveLayer.Create(seed: 3);
        float[] before = first.Parameters.ToArray();

        Should.Throw<InvalidDataException>(() => ModelFile.Load(File1, [new("a", first), new("b", StoredLayers.Kronecker(seed: 4))]))
            .Message.ShouldContain("'b.A.0' is missing");

        first.Parameters.ToArray().ShouldBe(before);
    }

    [Fact]
    public void A_missing_file_or_folder_is_an_io_error()
    {
        Should.Throw<FileNotFoundException>(() => NaiveLayer.Create(seed: 1).Load(File1));
        Should.Throw<DirectoryNotFoundException>(() => NaiveLayer.Create(seed: 1).Save(Path.Combine(File1, "deeper")))
            .Message.ShouldBe($"'{Path.Combine(File1, "deeper")}' cannot be written: its folder '{File1}' does not exist.");
        _folder.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Wrong_layer_names_throw_before_a_file_is_touched()
    {
        LayerEngine layer = NaiveLayer.Create(seed: 1);
        KeyValuePair<string, ILayer>[][] wrong =
        [
            [new("", layer)],
            [new("a", layer), new("a", layer)],
            [new("a", null!)],
        ];
        foreach (KeyValuePair<string, ILayer>[] layers in wrong)
        {
            Should.Throw<ArgumentException>(() => ModelFile.Save(File1, layers)).ParamName.ShouldBe("layers");
            Should.Throw<ArgumentException>(() => ModelFile.Load(File1, layers)).ParamName.ShouldBe("layers");
        }

        _folder.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Names_that_leave_out_parameters_are_refused()
    {
        var layer = new NamedStateful { ParameterTensors = [new ParameterTensor("gamma", [2], 0)] };

        Should.Throw<InvalidOperationException>(() => ModelFile.Save(File1, layer)).Message.ShouldContain("2 of the 4 floats");

        _folder.Names.ShouldBeEmpty();
    }

    private static KeyValuePair<string, ILayer>[] Model(int seed) =>
    [
        new("fc1", StoredLayers.Kronecker(seed)),
        new("fc2", NaiveLayer.Create(seed)),
        new("norm", new NamedStateful()),
        new("plain", new Stateful()),
    ];
}
