using System;
using System.Globalization;
using System.IO;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class HostileLoKrTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "has no LoKr adapter; expected tensors such as 'layer.lokr_w1', found no tensor")]
    [InlineData("a.lora_A.weight 2,2; b.hada_w1_a 2,2", "found 'a.lora_A.weight', 'b.hada_w1_a'")]
    [InlineData("x.lokr_w1 2,2", "'x' has lokr_w1; expected either lokr_w2 or both of lokr_w2_a and lokr_w2_b")]
    [InlineData("x.lokr_w2 2,2", "expected either lokr_w1 or both of lokr_w1_a and lokr_w1_b")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w1_a 2,2; x.lokr_w2 2,2", "'x' has lokr_w1, lokr_w1_a, lokr_w2; expected either lokr_w1 or")]
    [InlineData("x.lokr_w1_a 2,2; x.lokr_w2 2,2", "expected either lokr_w1 or both")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2 2,2; x.lokr_t2 2,2,1,1", "expected either lokr_w2 or both")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2_a 2,2; x.lokr_t2 2,2,1,1", "expected either lokr_w2 or both")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2 2,2; x.lokr_t1 2,2", "tensor 'x.lokr_t1' is none of a LoKr adapter; expected lokr_w1, ")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2 2,2; x.dora_scale 4,1", "tensor 'x.dora_scale' makes the adapter one of DoRA")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2 2,2; x.scalar ", "unexpected tensor 'x.scalar'; LyCORIS multiplies it into lokr_w1")]
    [InlineData("x.lokr_w1 4; x.lokr_w2 2,2", "tensor 'x.lokr_w1' has the shape [4]; expected [rows, columns]")]
    [InlineData("x.lokr_w1 2,2,1,1; x.lokr_w2 2,2", "tensor 'x.lokr_w1' has the shape [2, 2, 1, 1]")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2 2,0", "tensor 'x.lokr_w2' has the shape [2, 0]; expected [rows, columns] and a kernel, none of them 0")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2 1,1,1,1,1,1", "has the shape [1, 1, 1, 1, 1, 1]")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2_a 2,3; x.lokr_w2_b 2,2", "tensors 'x.lokr_w2_a' and 'x.lokr_w2_b' have the shapes [2, 3] and [2, 2]; expected the same rank")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2_a 3,2; x.lokr_w2_b 2,2; x.lokr_t2 2,2,1,1", "have the shapes [3, 2] and [2, 2]; expected the same rank")]
    [InlineData("x.lokr_w1 2,2; x.lokr_w2_a 2,3; x.lokr_w2_b 2,2; x.lokr_t2 2,3,1,1", "tensor 'x.lokr_t2' has the shape [2, 3, 1, 1]; expected [2, 2] and a kernel")]
    [InlineData("x.lokr_w1_a 2,3; x.lokr_w1_b 3,2; x.lokr_w2_a 2,2; x.lokr_w2_b 2,2", "'x' has the rank 3 in lokr_w1_b and 2 in lokr_w2_b; expected one rank")]
    [InlineData("x.lokr_w1_a 65536,1; x.lokr_w1_b 1,1; x.lokr_w2_a 65536,1; x.lokr_w2_b 1,1", "expected at most 2147483647 outputs and inputs")]
    [InlineData("x.lokr_w1 1,1; x.lokr_w2_a 1,2; x.lokr_w2_b 1,65536; x.lokr_t2 1,1,65536", "makes 4294967296 columns or more; expected at most 2147483647")]
    [InlineData("x.lokr_w1 1,1; x.lokr_w2_a 1,1; x.lokr_w2_b 1,1; x.alpha 2", "tensor 'x.alpha' has the shape [2]; expected a single number")]
    [InlineData("x.lokr_w1.default 1,1; x.lokr_w2.other 1,1", "tensor 'x.lokr_w2.other' is of an adapter 'other', others of an adapter 'default'; expected one adapter")]
    [InlineData("base_model.model.x.lokr_w1 1,1; base_model.model.x.lokr_w2 1,1; base_model.model.x.alpha ", "tensor 'base_model.model.x.alpha' scales the adapter, and so does '")]
    [InlineData("base_model.model.x.lokr_w1 1,1; base_model.model.x.lokr_w2 1,1,3", "tensor 'base_model.model.x.lokr_w2' is of a Conv1d; PEFT multiplies it out in another order")]
    [InlineData("base_model.model.x.lokr_w1 1,1; base_model.model.x.lokr_w2_a 1,2; base_model.model.x.lokr_w2_b 2,1", "'base_model.model.x' has the rank 2; expected 8, as '")]
    public void Tensors_that_make_no_adapter_are_named(string tensors, string expected)
    {
        var sample = new LoKrSample();
        foreach (string tensor in tensors.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = tensor.Split(' ');
            int[] shape = Array.ConvertAll(parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries), extent => int.Parse(extent, CultureInfo.InvariantCulture));
            sample.Add(parts[0], shape);
        }

        string message = Should.Throw<InvalidDataException>(() => sample.Open(_folder, """{"peft_type":"LOKR"}""")).Message;

        message.ShouldStartWith("'" + _folder["lokr.safetensors"] + "'");
        message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("", "is not a valid adapter_config.json: ")]
    [InlineData("[]", "it is no JSON object")]
    [InlineData("{", "is not a valid adapter_config.json: ")]
    [InlineData("{}", "its peft_type is missing; expected \"LOKR\"")]
    [InlineData("""{"peft_type":"LOHA"}""", "its peft_type is \"LOHA\"; expected \"LOKR\"")]
    [InlineData("""{"peft_type":1}""", "its peft_type is 1")]
    [InlineData("""{"peft_type":"\ud800"}""", "is not a valid adapter_config.json: ")]
    [InlineData("""{"peft_type":"LOKR","r":0}""", "'r' is 0; expected a positive whole number")]
    [InlineData("""{"peft_type":"LOKR","r":-1}""", "'r' is -1")]
    [InlineData("""{"peft_type":"LOKR","r":1.5}""", "'r' is 1.5")]
    [InlineData("""{"peft_type":"LOKR","r":"8"}""", "'r' is \"8\"")]
    [InlineData("""{"peft_type":"LOKR","r":null}""", "'r' is null")]
    [InlineData("""{"peft_type":"LOKR","alpha":1e999}""", "'alpha' is 1e999; expected a number")]
    [InlineData("""{"peft_type":"LOKR","alpha":[1]}""", "'alpha' is [1]")]
    [InlineData("""{"peft_type":"LOKR","rank_pattern":[]}""", "its rank_pattern is no object")]
    [InlineData("""{"peft_type":"LOKR","rank_pattern":{"q":0}}""", "'q' is 0")]
    [InlineData("""{"peft_type":"LOKR","alpha_pattern":{"q":"1"}}""", "'q' is \"1\"")]
    [InlineData("""{"peft_type":"LOKR","alpha_pattern":{"(":1}}""", "'(' in its alpha_pattern is no pattern that is read")]
    [InlineData("""{"peft_type":"LOKR","use_dora":true}""", "its use_dora is true, which LoKr adapters do not have; expected false")]
    [InlineData("""{"peft_type":"LOKR","use_rslora":true}""", "its use_rslora is true")]
    public void A_malformed_config_says_what_is_wrong(string config, string expected)
    {
        var sample = new LoKrSample();
        sample.Add("base_model.model.q.lokr_w1", [1, 1]);
        sample.Add("base_model.model.q.lokr_w2", [1, 1]);

        string message = Should.Throw<InvalidDataException>(() => sample.Open(_folder, config)).Message;

        message.ShouldStartWith("'" + _folder["adapter_config.json"] + "'");
        message.ShouldContain(expected);
    }

    [Fact]
    public void A_pattern_that_backtracks_without_end_is_refused()
    {
        string name = new('a', 60);
        var sample = new LoKrSample();
        sample.Add($"base_model.model.{name}.lokr_w1", [1, 1]);
        sample.Add($"base_model.model.{name}.lokr_w2", [1, 1]);

        Should.Throw<InvalidDataException>(() => sample.Open(_folder, """{"peft_type":"LOKR","rank_pattern":{"(a+)+b":2}}"""))
            .Message.ShouldContain("'(a+)+b' in its rank_pattern is no pattern that is read: it takes more than 250 ms");
    }

    [Fact]
    public void A_missing_config_or_file_and_a_checkpoint_say_what_is_needed()
    {
        var sample = new LoKrSample();
        sample.Add("base_model.model.q.lokr_w1", [1, 1]);
        sample.Add("base_model.model.q.lokr_w2", [1, 1]);

        string message = Should.Throw<FileNotFoundException>(() => sample.Open(_folder)).Message;

        message.ShouldContain("is an adapter of PEFT, whose scale is in adapter_config.json; expected it at '" + _folder["adapter_config.json"] + "', or its path as 'adapterConfig'");
        Should.Throw<FileNotFoundException>(() => LoKr.Open(_folder["lokr.safetensors"], _folder["other.json"]));
        Should.Throw<FileNotFoundException>(() => LoKr.Open(_folder["missing.safetensors"]));
        File.WriteAllBytes(_folder["model.bin"], NpyBytes.Zip(("model/data.pkl", [])));
        Should.Throw<InvalidDataException>(() => LoKr.Open(_folder["model.bin"])).Message.ShouldContain("numpy.savez('model.npz', ");
    }

    [Theory]
    [InlineData("F32", new byte[] { 0, 0, 0xC0, 0x7F }, "tensor 'x.alpha' is NaN; expected a finite number")]
    [InlineData("BF16", new byte[] { 0x80, 0xFF }, "tensor 'x.alpha' is -Infinity; expected a finite number")]
    [InlineData("U8", new byte[] { 1 }, "tensor 'x.alpha' is of type U8; expected F32, F64, F16 or BF16")]
    [InlineData("I64", new byte[] { 3, 0, 0, 0, 0, 0, 0, 0 }, null)]
    [InlineData("F16", new byte[] { 0, 0x42 }, null)]
    public void Alpha_may_be_of_any_floating_point_type_or_a_whole_number(string type, byte[] alpha, string? expected)
    {
        string path = _folder["lokr.safetensors"];
        int end = 12 + alpha.Length;
        File.WriteAllBytes(path, SafetensorsBytes.Of(
            $$$"""{"x.lokr_w1":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"x.lokr_w2_a":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]},"x.lokr_w2_b":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},"x.alpha":{"dtype":"{{{type}}}","shape":[],"data_offsets":[12,{{{end}}}]}}""",
            [.. SafetensorsBytes.Floats(1, 2, 3), .. alpha]));

        if (expected is null)
        {
            LoKr.Open(path).Adapters[0].Scale.ShouldBe(3);
        }
        else
        {
            Should.Throw<InvalidDataException>(() => LoKr.Open(path)).Message.ShouldContain(expected);
        }
    }

    [Fact]
    public void Small_factors_of_a_large_product_take_no_memory_until_it_is_asked_for()
    {
        var sample = new LoKrSample();
        sample.Add("x.lokr_w1_a", [30_000, 1]);
        sample.Add("x.lokr_w1_b", [1, 30_000]);
        sample.Add("x.lokr_w2_a", [30_000, 1]);
        sample.Add("x.lokr_w2_b", [1, 30_000]);
        sample.Save(_folder["a.safetensors"]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        LoKrAdapter adapter = LoKr.Open(_folder["a.safetensors"]).Adapters[0];

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
        adapter.Outputs.ShouldBe(900_000_000);
        Should.Throw<ArgumentException>(() => adapter.ToDense(new float[1])).Message.ShouldContain("expected 810000000000000000");
    }
}
