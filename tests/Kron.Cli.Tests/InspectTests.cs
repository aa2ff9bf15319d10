using System.IO;
using System.Linq;
using System.Text.Json;
using Kron.Cli.Tests.Support;
using Kron.IO;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public class InspectTests
{
    [Fact]
    public void Every_tensor_is_listed_with_its_shape_type_and_size()
    {
        using var folder = new TemporaryFolder();
        JsonElement result = ToolRun.Json("inspect", Weights.Model(folder));
        result.GetProperty("format").GetString().ShouldBe("safetensors");
        result.GetProperty("parameters").GetInt64().ShouldBe(72 + 360 + 12 + 84);
        result.GetProperty("bytes").GetInt64().ShouldBe(4 * (72 + 360 + 12 + 84));
        result.GetProperty("metadata").GetProperty("format").GetString().ShouldBe("pt");
        result.GetProperty("tensors").EnumerateArray()
            .Select(tensor => $"{tensor.GetProperty("name")} {tensor.GetProperty("shape").EnumerateArray().Count()} {tensor.GetProperty("elementType")} {tensor.GetProperty("kind")}")
            .ShouldBe(["conv.weight 4 F32 convolution", "fc1.weight 2 F32 matrix", "fc1.bias 1 F32 other", "fc2.weight 2 F32 matrix"]);
    }

    [Fact]
    public void Factors_are_told_from_kernels()
    {
        using var folder = new TemporaryFolder();
        string path = folder["fc1.safetensors"];
        ToolRun.Of("fit", Weights.Model(folder), "-t", "fc1.weight", "--shape", "3,4,5,6", "-r", "2", "-o", path).ExitCode.ShouldBe(0);
        ToolRun.Json("inspect", path).GetProperty("tensors").EnumerateArray()
            .Select(tensor => $"{tensor.GetProperty("name")} {tensor.GetProperty("kind")} {tensor.GetProperty("note")}")
            .ShouldBe(["A.0 factor ", "B.0 factor ", "bias other "]);
    }

    [Fact]
    public void A_balanced_shape_has_the_fewest_parameters_of_all_shapes()
    {
        using var folder = new TemporaryFolder();
        JsonElement estimate = ToolRun.Json("inspect", Weights.Model(folder)).GetProperty("tensors")[1].GetProperty("estimates")[0];
        int fewest = int.MaxValue;
        for (int m1 = 1; m1 <= 12; m1++)
        {
            for (int n1 = 1; n1 <= 30; n1++)
            {
                if (12 % m1 == 0 && 30 % n1 == 0)
                {
                    fewest = int.Min(fewest, (m1 * n1) + (12 / m1 * (30 / n1)));
                }
            }
        }

        estimate.GetProperty("parameters").GetInt32().ShouldBe(fewest);
        estimate.GetProperty("reduction").GetDouble().ShouldBe(360.0 / fewest);
    }

    [Fact]
    public void Numpy_files_are_listed_with_their_own_element_types()
    {
        using var folder = new TemporaryFolder();
        Npz.Write(folder["w.npz"], [new("a", new NpyArray(Weights.Noise(24), 4, 6)), new("b", new NpyArray([1], []))]);
        JsonElement tensors = ToolRun.Json("inspect", folder["w.npz"]).GetProperty("tensors");
        tensors.GetArrayLength().ShouldBe(2);
        tensors[0].GetProperty("elementType").GetString().ShouldBe("f4");
        tensors[0].GetProperty("bytes").GetInt32().ShouldBe(96);
        tensors[1].GetProperty("shape").GetArrayLength().ShouldBe(0);

        Npy.Write(folder["x.npy"], Weights.Noise(24), 4, 6);
        ToolRun.Json("inspect", folder["x.npy"]).GetProperty("tensors")[0].GetProperty("name").GetString().ShouldBe("x");
    }

    [Fact]
    public void A_prime_size_is_pointed_out()
    {
        using var folder = new TemporaryFolder();
        ToolRun.Json("inspect", Weights.Model(folder)).GetProperty("tensors")[3].GetProperty("note").GetString().ShouldStartWith("7 outputs");
    }

    [Fact]
    public void Integers_are_listed_but_are_no_weights()
    {
        using var folder = new TemporaryFolder();
        Weights.WriteRaw(folder["i.safetensors"], "ids", "I64", [4, 4], new byte[128]);
        JsonElement tensor = ToolRun.Json("inspect", folder["i.safetensors"]).GetProperty("tensors")[0];
        tensor.GetProperty("kind").GetString().ShouldBe("other");
        tensor.GetProperty("elementType").GetString().ShouldBe("I64");
    }

    [Fact]
    public void The_table_names_each_tensor_and_has_no_escape_sequences_in_a_pipe()
    {
        using var folder = new TemporaryFolder();
        string output = ToolRun.Succeed("inspect", Weights.Model(folder));
        output.ShouldContain("fc1.weight");
        output.ShouldContain("12 × 30");
        output.ShouldContain("4 tensors, 528 parameters");
        output.ShouldNotContain("\u001b");
        output.Split('\n').ShouldAllBe(line => line == line.TrimEnd(' '));
    }

    [Fact]
    public void A_PyTorch_checkpoint_gets_the_lines_that_convert_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.pt"], [0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
        string message = ToolRun.Fail(2, "inspect", folder["model.pt"]);
        message.ShouldContain("torch.load");
    }

    [Theory]
    [InlineData("missing.safetensors", "there is no file")]
    [InlineData("", "folder")]
    public void What_is_no_file_is_said_to_be_none(string name, string message)
    {
        using var folder = new TemporaryFolder();
        ToolRun.Fail(2, "inspect", folder[name]).ShouldContain(message);
    }
}
