using System.Linq;
using Shouldly;
using Xunit;
using WeightsList = Kron.Generator.Weights.WeightsList;

namespace Kron.Generator.Tests.Weights;

/// <summary>The generator reads what the build's task writes.</summary>
public class WeightsListTests
{
    [Fact]
    public void Files_layers_and_tensors_come_in_canonical_order_whatever_the_files_order()
    {
        BuiltWeights built = BuiltWeights.Of(
            ("one.safetensors", BuiltWeights.Zeros(("bias", [3]), ("weight", [3, 2]))),
            ("sub/model.safetensors", BuiltWeights.Zeros(("b.fc.bias", [4]), ("b.fc.B.10", [1]), ("b.fc.A.2", [1]), ("a.H", [2]), ("a.V", [2]), ("a.num_batches_tracked", [1]), ("n.running_var", [1]), ("n.running_mean", [1]), ("n.bias", [1]), ("n.weight", [1]))));

        WeightsList list = WeightsList.Parse(built.List);

        list.Files.Select(file => (file.Name, file.Problem)).ShouldBe([("one.safetensors", null), ("sub/model.safetensors", null)]);
        list.Files[0].Layers.Single().Tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Shape)).ShouldBe([("weight", "F32", "3,2"), ("bias", "F32", "3")]);
        list.Files[1].Layers.Select(layer => layer.Name).ShouldBe(["a", "b.fc", "n"]);
        list.Files[1].Layers[0].Tensors.Select(tensor => tensor.Name).ShouldBe(["V", "H"]);
        list.Files[1].Layers[1].Tensors.Select(tensor => tensor.Name).ShouldBe(["A.2", "B.10", "bias"]);
        list.Files[1].Layers[2].Tensors.Select(tensor => tensor.Name).ShouldBe(["weight", "bias", "running_mean", "running_var"]);
        list.Files.SelectMany(file => file.Layers).ShouldAllBe(layer => layer.Offset % 64 == 0 && layer.Checksum.Length == 64);
    }

    [Theory]
    [InlineData("a\tb")]
    [InlineData("a\nfile\tb")]
    [InlineData("\\u0009")]
    [InlineData("\u2028é\r")]
    [InlineData("\\")]
    public void Any_name_survives(string name)
    {
        BuiltWeights built = BuiltWeights.Of((name, BuiltWeights.Zeros((name + ".weight", [1]))), (name + "!", null));

        WeightsList list = WeightsList.Parse(built.List);

        list.Files.Select(file => file.Name).ShouldBe([name, name + "!"]);
        list.Files[0].Layers.Single().Name.ShouldBe(name);
        list.Files[1].Problem.ShouldBe("it does not exist");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing\tof\tthis")]
    [InlineData("problem\tx\ntensor\ta\tF32\t1\nlayer\ta\tx\tc")]
    public void Another_text_lists_nothing(string text) => WeightsList.Parse(text).ShouldBe(WeightsList.Empty);

    [Theory]
    [InlineData("weight", "", "weight")]
    [InlineData("fc1.weight", "fc1", "weight")]
    [InlineData("A.0", "", "A.0")]
    [InlineData("features.3.B.12", "features.3", "B.12")]
    [InlineData("x.A.0.bias", "x.A.0", "bias")]
    public void A_tensors_name_divides_into_the_layers_and_its_own(string name, string layer, string tensor)
    {
        Kron.Build.TensorName? parsed = Kron.Build.TensorName.Parse(name);

        parsed.ShouldNotBeNull();
        (parsed.Layer, parsed.Tensor).ShouldBe((layer, tensor));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".bias")]
    [InlineData("weights")]
    [InlineData("fc1.num_batches_tracked")]
    [InlineData("A.")]
    [InlineData("A.01")]
    [InlineData("A.+1")]
    [InlineData("A.123456")]
    [InlineData("C.0")]
    [InlineData("AxA.0x")]
    [InlineData("0")]
    public void Other_names_are_no_layers(string name) => Kron.Build.TensorName.Parse(name).ShouldBeNull();
}
