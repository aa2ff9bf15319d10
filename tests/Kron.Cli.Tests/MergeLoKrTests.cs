using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Kron.Cli.Tests.Support;
using Kron.IO;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public sealed class MergeLoKrTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Output => _folder["merged.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lora_unet_blocks_0_fc1")]
    [InlineData("lycoris_blocks_0_fc1")]
    [InlineData("blocks.0.fc1")]
    public void An_adapter_of_LyCORIS_is_added_to_its_weight(string name)
    {
        Adapter(Lokr(name));
        JsonElement result = ToolRun.Json("merge-lokr", Base(), _folder["adapter.safetensors"], "-o", Output);
        result.GetProperty("merged")[0].GetProperty("tensor").GetString().ShouldBe("model.blocks.0.fc1.weight");
        result.GetProperty("copied").GetInt32().ShouldBe(2);
        Check(scale: 1);
    }

    [Fact]
    public void An_adapter_of_PEFT_is_scaled_by_its_configuration()
    {
        Adapter(Lokr("base_model.model.model.blocks.0.fc1"));
        File.WriteAllText(_folder["config.json"], """{"peft_type":"LOKR","r":4,"alpha":6}""");
        JsonElement result = ToolRun.Json("merge-lokr", Base(), _folder["adapter.safetensors"], "--adapter-config", _folder["config.json"], "-o", Output);
        result.GetProperty("merged")[0].GetProperty("scale").GetDouble().ShouldBe(1.5);
        Check(scale: 1.5);
    }

    [Fact]
    public void All_else_is_copied_and_a_change_of_type_is_said()
    {
        Adapter(Lokr("blocks.0.fc1"));
        ToolRun run = ToolRun.Of("merge-lokr", Base(), _folder["adapter.safetensors"], "-o", Output);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Error.ShouldContain("instead of I64: ids");
        using SafetensorsFile file = Safetensors.Open(Output);
        file.Metadata["format"].ShouldBe("pt");
        file.Tensors.Keys.ShouldBe(["model.blocks.0.fc1.weight", "model.conv.weight", "ids"], ignoreOrder: true);
        float[] ids = new float[2], conv = new float[24];
        file.Read("ids", ids);
        ids.ShouldBe([7, -1]);
        file.Read("model.conv.weight", conv);
        conv.ShouldBe(Weights.Noise(24));
    }

    [Fact]
    public void An_adapter_without_its_weight_is_listed_and_exit_code_1()
    {
        Adapter([.. Lokr("blocks.0.fc1"), .. Lokr("blocks.1.fc1"), .. Lokr("conv"), new("lora.down", [1], new float[1])]);
        ToolRun run = ToolRun.Of("merge-lokr", Base(), _folder["adapter.safetensors"], "-o", Output, "--json");
        run.ExitCode.ShouldBe(1);
        JsonElement result = ToolRun.Parse(run.Output);
        result.GetProperty("merged").GetArrayLength().ShouldBe(1);
        result.GetProperty("unmatched").EnumerateArray().Select(adapter => adapter.GetProperty("adapter").GetString()).ShouldBe(["blocks.1.fc1", "conv"]);
        result.GetProperty("unmatched")[1].GetProperty("reason").GetString().ShouldBe("the weight 'model.conv.weight' is 4 × 6, the adapter 6 × 10");
        result.GetProperty("skipped")[0].GetString().ShouldBe("lora.down");
        Check(scale: 1);
    }

    [Fact]
    public void Where_nothing_fits_nothing_is_written()
    {
        Adapter(Lokr("blocks.1.fc1"));
        ToolRun.Fail(1, "merge-lokr", Base(), _folder["adapter.safetensors"], "-o", Output).ShouldContain("no adapter fits");
        File.Exists(Output).ShouldBeFalse();
    }

    [Fact]
    public void A_cancelled_merge_leaves_no_file()
    {
        Adapter(Lokr("blocks.0.fc1"));
        string[] args = ["merge-lokr", Base(), _folder["adapter.safetensors"], "-o", Output];
        ToolRun.Of(terminal: false, colours: false, args, new CancellationToken(canceled: true)).ExitCode.ShouldBe(130);
        _folder.Names.ShouldBe(["adapter.safetensors", "base.safetensors"], ignoreOrder: true);
    }

    [Fact]
    public void An_integer_that_no_float_holds_is_refused()
    {
        Adapter(Lokr("w"));
        Weights.WriteRaw(_folder["base.safetensors"], "w.weight", "I64", [6, 10], [.. Enumerable.Range(0, 60).SelectMany(i => BitConverter.GetBytes((1L << 24) + i))]);
        ToolRun.Fail(2, "merge-lokr", _folder["base.safetensors"], _folder["adapter.safetensors"], "-o", Output).ShouldContain("no 32-bit float holds");
        File.Exists(Output).ShouldBeFalse();
    }

    [Fact]
    public void A_name_that_several_weights_may_have_is_not_guessed() =>
        new Sources.AdapterNames(["a.fc.weight", "b.fc.weight", "fc.bias"]).Find("lora_unet_fc").ShouldBe(["a.fc.weight", "b.fc.weight"]);

    [Fact]
    public void An_exact_name_wins_over_the_end_of_a_longer_one() =>
        new Sources.AdapterNames(["te.fc.weight", "fc.weight"]).Find("lora_te_fc").ShouldBe(["fc.weight"]);

    private string Base()
    {
        // One tensor of integers, which the library does not write.
        byte[] fc1 = Bytes(Weights.Noise(60, 3)), conv = Bytes(Weights.Noise(24)), ids = [.. BitConverter.GetBytes(7L), .. BitConverter.GetBytes(-1L)];
        string header =
            $$$"""{"__metadata__":{"format":"pt"},"model.blocks.0.fc1.weight":{"dtype":"F32","shape":[6,10],"data_offsets":[0,240]},"model.conv.weight":{"dtype":"F32","shape":[4,6],"data_offsets":[240,336]},"ids":{"dtype":"I64","shape":[2],"data_offsets":[336,352]}}""";
        File.WriteAllBytes(_folder["base.safetensors"], [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.UTF8.GetBytes(header), .. fc1, .. conv, .. ids]);
        return _folder["base.safetensors"];
    }

    private static byte[] Bytes(float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static SafetensorsTensor[] Lokr(string name) =>
        [new($"{name}.lokr_w1", [2, 5], Weights.Noise(10, 7)), new($"{name}.lokr_w2", [3, 2], Weights.Noise(6, 8))];

    private void Adapter(IEnumerable<SafetensorsTensor> tensors) => Safetensors.Write(_folder["adapter.safetensors"], tensors);

    private void Check(double scale)
    {
        using SafetensorsFile file = Safetensors.Open(Output);
        float[] merged = new float[60], weight = Weights.Noise(60, 3), w1 = Weights.Noise(10, 7), w2 = Weights.Noise(6, 8);
        file.Read("model.blocks.0.fc1.weight", merged);
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 10; j++)
            {
                double expected = weight[(i * 10) + j] + (scale * w1[(i / 3 * 5) + (j / 2)] * w2[(i % 3 * 2) + (j % 2)]);
                merged[(i * 10) + j].ShouldBe((float)expected, 1e-6f);
            }
        }
    }
}
