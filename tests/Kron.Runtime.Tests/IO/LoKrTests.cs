using System;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.IO;
using Kron.Runtime.Tests.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class LoKrTests : IDisposable
{
    private const string Config = """{"peft_type":"LOKR","r":4,"alpha":6,"rank_pattern":{},"alpha_pattern":{}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly LoKrSample _sample = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Full_factors_are_not_scaled_whatever_alpha_is()
    {
        float[] w1 = _sample.Add("net.lokr_w1", [2, 3]);
        float[] w2 = _sample.Add("net.lokr_w2", [4, 5]);
        _sample.Add("net.alpha", [], 100);

        LoKrAdapter adapter = _sample.Open(_folder).Adapters.ShouldHaveSingleItem();

        adapter.Name.ShouldBe("net");
        adapter.Shape.ShouldBe(new ShapeGroup(2, 4, 3, 5, 1));
        (adapter.Outputs, adapter.Inputs, adapter.Scale).ShouldBe((8, 15, 1f));
        adapter.Kernel.ShouldBeEmpty();
        adapter.Attributes.ShouldBe("[KroneckerLayer(2, 4, 3, 5, 1, Bias = BiasMode.None)]");
        Near(Dense(adapter, 8 * 15), LoKrSample.Update(1, LoKrSample.Doubles(w1), LoKrSample.Doubles(w2), 2, 4, 3, 5));
    }

    [Theory]
    [InlineData(new float[0], 1)]
    [InlineData(new[] { 0f }, 1)]
    [InlineData(new[] { 3f }, 1.5)]
    public void Products_are_scaled_by_alpha_over_their_rank(float[] alpha, double scale)
    {
        float[] w1a = _sample.Add("net.lokr_w1_a", [3, 2]);
        float[] w1b = _sample.Add("net.lokr_w1_b", [2, 4]);
        float[] w2a = _sample.Add("net.lokr_w2_a", [5, 2]);
        float[] w2b = _sample.Add("net.lokr_w2_b", [2, 6]);
        if (alpha.Length > 0)
        {
            _sample.Add("net.alpha", [1], alpha);
        }

        LoKrAdapter adapter = _sample.Open(_folder).Adapters.ShouldHaveSingleItem();

        adapter.Shape.ShouldBe(new ShapeGroup(3, 5, 4, 6, 1));
        adapter.Scale.ShouldBe((float)scale);
        double[] w1 = LoKrSample.Product(w1a, w1b, 3, 2, 4);
        double[] w2 = LoKrSample.Product(w2a, w2b, 5, 2, 6);
        Near(Dense(adapter, 15 * 24), LoKrSample.Update(scale, w1, w2, 3, 5, 4, 6));
        float[] first = new float[12], second = new float[30];
        adapter.ReadW1(first);
        adapter.ReadW2(second);
        Near(first, w1);
        Near(second, w2);
    }

    [Fact]
    public void One_factor_may_be_full_and_the_other_a_product()
    {
        float[] w1 = _sample.Add("a.lokr_w1", [2, 3]);
        float[] w2a = _sample.Add("a.lokr_w2_a", [4, 1]);
        float[] w2b = _sample.Add("a.lokr_w2_b", [1, 5]);
        _sample.Add("a.alpha", [], 0.5f);
        float[] w1a = _sample.Add("b.lokr_w1_a", [2, 2]);
        float[] w1b = _sample.Add("b.lokr_w1_b", [2, 3]);
        float[] w2 = _sample.Add("b.lokr_w2", [1, 1]);
        _sample.Add("b.alpha", [], 1);

        LoKrFile file = _sample.Open(_folder);

        file.Adapters.Select(adapter => (adapter.Name, adapter.Scale)).ShouldBe([("a", 0.5f), ("b", 0.5f)]);
        Near(Dense(file.Adapters[0], 8 * 15), LoKrSample.Update(0.5, LoKrSample.Doubles(w1), LoKrSample.Product(w2a, w2b, 4, 1, 5), 2, 4, 3, 5));
        Near(Dense(file.Adapters[1], 6), LoKrSample.Update(0.5, LoKrSample.Product(w1a, w1b, 2, 2, 3), LoKrSample.Doubles(w2), 2, 1, 3, 1));
    }

    [Theory]
    [InlineData(new[] { 3, 2 })]
    [InlineData(new[] { 3 })]
    [InlineData(new[] { 2, 1, 3 })]
    public void Convolutions_are_read_whole_as_products_and_in_Tucker_form(int[] kernel)
    {
        int positions = kernel.Aggregate(1, (product, extent) => product * extent);
        double[] w1 = LoKrSample.Doubles(_sample.Add("full.lokr_w1", [2, 3]));
        float[] full = _sample.Add("full.lokr_w2", [4, 5, .. kernel]);
        foreach (string name in (string[])["flat", "shaped", "tucker"])
        {
            _sample.Add(name + ".lokr_w1", [2, 3], [.. w1.Select(value => (float)value)]);
            _sample.Add(name + ".alpha", [], 1);
        }

        float[] left = _sample.Add("flat.lokr_w2_a", [4, 2]);
        float[] right = _sample.Add("flat.lokr_w2_b", [2, 5 * positions]);
        _sample.Add("shaped.lokr_w2_a", [4, 2], left);
        _sample.Add("shaped.lokr_w2_b", [2, 5, .. kernel], right);
        float[] core = _sample.Add("tucker.lokr_t2", [2, 2, .. kernel]);
        float[] tuckerLeft = _sample.Add("tucker.lokr_w2_a", [2, 4]);
        float[] tuckerRight = _sample.Add("tucker.lokr_w2_b", [2, 5]);

        LoKrAdapter[] adapters = [.. _sample.Open(_folder).Adapters];

        adapters.Select(adapter => adapter.Name).ShouldBe(["full", "flat", "shaped", "tucker"]);
        adapters.Select(adapter => adapter.Outputs).ShouldBe([8, 8, 8, 8]);
        adapters.Select(adapter => adapter.Inputs).ShouldBe([15, 15 * positions, 15, 15]);
        adapters.Select(adapter => adapter.Kernel).ShouldBe([kernel, [], kernel, kernel]);
        string patches = $"[KroneckerLayer(2, 4, 3, {5 * positions}, 1, Bias = BiasMode.None)]";
        string convolution = kernel.Length switch
        {
            1 => $"[KroneckerConv(2, 3, 1, 1, 4, 5, 1, {kernel[0]}, 1, Bias = BiasMode.None)]",
            2 => $"[KroneckerConv(2, 3, 1, 1, 4, 5, {kernel[0]}, {kernel[1]}, 1, Bias = BiasMode.None)]",
            _ => patches,
        };
        adapters.Select(adapter => adapter.Attributes).ShouldBe([convolution, patches, convolution, convolution]);
        double[] product = LoKrSample.Product(left, right, 4, 2, 5 * positions);
        Near(Dense(adapters[0], 120 * positions), LoKrSample.Update(1, w1, LoKrSample.Doubles(full), 2, 4, 3, 5, positions));
        Near(Dense(adapters[1], 120 * positions), LoKrSample.Update(0.5, w1, product, 2, 4, 3, 5, positions));
        Near(Dense(adapters[2], 120 * positions), LoKrSample.Update(0.5, w1, product, 2, 4, 3, 5, positions));
        double[] tucker = LoKrSample.Tucker(core, tuckerLeft, tuckerRight, 4, 2, 5, positions);
        Near(Dense(adapters[3], 120 * positions), LoKrSample.Update(0.5, w1, tucker, 2, 4, 3, 5, positions));
    }

    [Fact]
    public void PEFT_scales_by_its_config_even_full_factors()
    {
        float[] w1 = _sample.Add("base_model.model.enc.q_proj.lokr_w1", [2, 3]);
        float[] w2 = _sample.Add("base_model.model.enc.q_proj.lokr_w2", [4, 5]);

        LoKrAdapter adapter = _sample.Open(_folder, Config).Adapters.ShouldHaveSingleItem();

        adapter.Name.ShouldBe("enc.q_proj");
        adapter.Scale.ShouldBe(1.5f);
        Near(Dense(adapter, 8 * 15), LoKrSample.Update(1.5, LoKrSample.Doubles(w1), LoKrSample.Doubles(w2), 2, 4, 3, 5));
    }

    [Theory]
    [InlineData("{}", "{}", 1.5, 1.5, 1.5)]
    [InlineData("""{"q_proj":2}""", "{}", 3, 1.5, 1.5)]
    [InlineData("""{"proj":2}""", "{}", 1.5, 1.5, 1.5)]
    [InlineData("""{"model.0.q_proj":2}""", """{"1.v_proj":1}""", 3, 0.25, 1.5)]
    [InlineData("""{"^model.0.q_proj":2}""", """{"^0.q_proj":1}""", 3, 1.5, 1.5)]
    [InlineData("""{"0\\..*":2, "q_proj":3}""", """{".*":12}""", 6, 3, 3)]
    [InlineData("""{"(q|v)_proj":2}""", """{"[0-9]+\\.[qv]_proj":1.5}""", 0.75, 0.75, 1.5)]
    [InlineData("""{"model\\.\\d\\.(q|v)_proj$":1}""", "null", 6, 6, 1.5)]
    public void The_patterns_of_a_PEFT_config_are_those_of_Python(string ranks, string alphas, double q, double v, double o)
    {
        foreach (string layer in (string[])["model.0.q_proj", "model.1.v_proj", "head.out"])
        {
            _sample.Add($"base_model.model.{layer}.lokr_w1", [1, 1]);
            _sample.Add($"base_model.model.{layer}.lokr_w2", [1, 1]);
        }

        string config = $$"""{"peft_type":"LOKR","r":4,"alpha":6,"rank_pattern":{{ranks}},"alpha_pattern":{{alphas}},"target_modules":["q_proj"],"revision":null}""";

        _sample.Open(_folder, config).Adapters.Select(adapter => adapter.Scale).ShouldBe([(float)q, (float)v, (float)o]);
    }

    [Fact]
    public void A_dump_with_the_adapters_name_and_a_file_without_the_prefix_are_read_as_PEFT()
    {
        _sample.Add("base_model.model.q.lokr_w1.default", [2, 2]);
        _sample.Add("base_model.model.q.lokr_w2_a.default", [2, 4]);
        _sample.Add("base_model.model.q.lokr_w2_b.default", [4, 2]);
        _sample.Open(_folder, Config).Adapters.ShouldHaveSingleItem().Scale.ShouldBe(1.5f);

        var plain = new LoKrSample();
        plain.Add("unet.q.lokr_w1", [2, 2]);
        plain.Add("unet.q.lokr_w2", [2, 2]);
        plain.Save(_folder["plain.safetensors"]);
        File.WriteAllText(_folder["other.json"], """{"peft_type":"LOKR"}""");

        LoKr.Open(_folder["plain.safetensors"]).Adapters[0].Scale.ShouldBe(1);
        LoKr.Open(_folder["plain.safetensors"], _folder["adapter_config.json"]).Adapters[0].Scale.ShouldBe(1.5f);
        LoKr.Open(_folder["plain.safetensors"], _folder["other.json"]).Adapters[0].Scale.ShouldBe(1);
    }

    [Fact]
    public void Tensors_of_other_adapters_are_listed()
    {
        _sample.Add("a.lora_up.weight", [2, 2]);
        _sample.Add("a.alpha", [], 1);
        _sample.Add("lokr_w1", [1, 1]);
        _sample.Add("lokr_w2", [1, 1]);
        _sample.Add("alpha", [], 2);
        _sample.Add("b.hada_w1_a", [2, 2]);

        LoKrFile file = _sample.Open(_folder);

        file.Adapters.ShouldHaveSingleItem().Name.ShouldBe("");
        file.Skipped.ShouldBe(["a.lora_up.weight", "a.alpha", "b.hada_w1_a"]);
    }

    [Fact]
    public void A_layer_takes_the_factors_and_computes_the_update()
    {
        _sample.Add("net.lokr_w1_a", [3, 2]);
        _sample.Add("net.lokr_w1_b", [2, 5]);
        _sample.Add("net.lokr_w2_a", [4, 2]);
        _sample.Add("net.lokr_w2_b", [2, 4]);
        _sample.Add("net.alpha", [], 3);
        LoKrAdapter adapter = _sample.Open(_folder).Adapters[0];
        LayerEngine layer = Layer(new ShapeGroup(3, 4, 5, 4, 1));
        layer.Parameters.Fill(9);

        adapter.CopyTo(layer);

        float[] weight = new float[12 * 20], w1 = new float[15], w2 = new float[16];
        layer.ToDense(weight);
        Near(weight, LoKrSample.Doubles(Dense(adapter, 12 * 20)));
        adapter.ReadW1(w1);
        adapter.ReadW2(w2);
        layer.Parameters[..15].ToArray().ShouldBe(w1);
        Near(layer.Parameters.Slice(15, 16).ToArray(), [.. w2.Select(value => 1.5 * value)]);
        layer.Parameters[31..].ToArray().ShouldAllBe(value => value == 9);
    }

    [Fact]
    public void A_further_shape_group_takes_them_and_the_layer_is_committed()
    {
        _sample.Add("net.lokr_w1", [1, 1], 2);
        _sample.Add("net.lokr_w2", [1, 1], 3);
        var layer = new NamedStateful { ParameterTensors = [new("A.0", [1, 1, 1], 0), new("B.0", [1, 1, 1], 1), new("A.1", [1, 1, 1], 2), new("B.1", [1, 1, 1], 3)] };

        _sample.Open(_folder).Adapters[0].CopyTo(layer, group: 1);

        layer.Parameters.ToArray().ShouldBe([0, 0, 2, 3]);
        layer.Commits.ShouldBe(1);
    }

    [Fact]
    public void A_convolution_takes_the_factors_of_a_kernel_and_stands_for_the_update()
    {
        _sample.Add("net.lokr_w1", [2, 3]);
        _sample.Add("net.lokr_w2_a", [4, 2]);
        _sample.Add("net.lokr_w2_b", [2, 5, 3, 2]);
        _sample.Add("net.alpha", [], 3);
        LoKrAdapter adapter = _sample.Open(_folder).Adapters[0];
        adapter.Shape.ShouldBe(Kernels.Shape(2, 3, 1, 1, 4, 5, 3, 2, 1));
        var layer = new LayerEngine(Kernels.Layer([adapter.Shape]), StoredLayers.NoKernels);

        adapter.CopyTo(layer);

        float[] weight = new float[8 * 15 * 6];
        layer.ToDense(weight);
        Near(weight, LoKrSample.Doubles(Dense(adapter, weight.Length)));
    }

    [Theory]
    [InlineData(new[] { 1, 2, 1, 1, 1 }, new[] { 1, 1, 2, 1, 1 }, true)]
    [InlineData(new[] { 1, 2, 1, 1, 1 }, new[] { 1, 1, 1, 2, 1 }, true)]
    [InlineData(new[] { 1, 2, 1, 1, 1 }, new[] { 1, 1, 2, 2, 1 }, false)]
    [InlineData(new[] { 1, 2, 1, 1, 1 }, new[] { 1, 1, 2 }, false)]
    public void A_matrix_may_be_a_convolution_of_as_many_columns(int[] a, int[] b, bool fits)
    {
        _sample.Add("net.lokr_w1", [2, 1], 2, 3);
        _sample.Add("net.lokr_w2", [1, 2], 4, 5);
        var layer = new NamedStateful { ParameterTensors = [new("A.0", a, 0), new("B.0", b, 2)] };
        LoKrAdapter adapter = _sample.Open(_folder).Adapters[0];

        if (fits)
        {
            adapter.CopyTo(layer);
            layer.Parameters.ToArray().ShouldBe([2, 3, 4, 5]);
        }
        else
        {
            Should.Throw<ArgumentException>(() => adapter.CopyTo(layer)).Message.ShouldContain("expected [1, 2, 1] and [1, 1, 2]");
        }
    }

    [Theory]
    [InlineData(new[] { 1, 2, 1, 1, 1 }, new[] { 1, 1, 1, 1, 2 }, true)]
    [InlineData(new[] { 1, 2, 1 }, new[] { 1, 1, 2 }, true)]
    [InlineData(new[] { 1, 2, 1, 1, 1 }, new[] { 1, 1, 1, 2, 1 }, false)]
    [InlineData(new[] { 1, 2, 1, 1, 1 }, new[] { 1, 1, 2, 1, 1 }, false)]
    [InlineData(new[] { 1, 2, 1 }, new[] { 1, 1, 1, 1, 2 }, false)]
    public void The_kernels_of_a_convolution_must_agree(int[] a, int[] b, bool fits)
    {
        _sample.Add("net.lokr_w1", [2, 1], 2, 3);
        _sample.Add("net.lokr_w2", [1, 1, 1, 2], 4, 5);
        var layer = new NamedStateful { ParameterTensors = [new("A.0", a, 0), new("B.0", b, 2)] };
        LoKrAdapter adapter = _sample.Open(_folder).Adapters[0];

        if (fits)
        {
            adapter.CopyTo(layer);
            layer.Parameters.ToArray().ShouldBe([2, 3, 4, 5]);
        }
        else
        {
            Should.Throw<ArgumentException>(() => adapter.CopyTo(layer)).Message.ShouldContain(
                "expected [1, 2, 1, 1, 1] and [1, 1, 1, 1, 2] for the adapter of 'net', as of a layer with [KroneckerConv(2, 1, 1, 1, 1, 1, 1, 2, 1, Bias = BiasMode.None)].");
            layer.Parameters.ToArray().ShouldBe([0, 0, 0, 0]);
            layer.Commits.ShouldBe(0);
        }
    }

    [Fact]
    public void A_layer_of_another_shape_is_untouched_and_told_the_attribute_that_fits()
    {
        _sample.Add("net.lokr_w1", [3, 5]);
        _sample.Add("net.lokr_w2", [4, 4]);
        LoKrAdapter adapter = _sample.Open(_folder).Adapters[0];
        LayerEngine two = Layer(new ShapeGroup(3, 4, 5, 4, 2));
        float[] before = two.Parameters.ToArray();

        string message = Should.Throw<ArgumentException>(() => adapter.CopyTo(two)).Message;

        message.ShouldStartWith(
            "The layer has A.0 of shape [2, 3, 5] and B.0 of shape [2, 4, 4]; expected [1, 3, 5] and [1, 4, 4] for the adapter of 'net', "
            + "as of a layer with [KroneckerLayer(3, 4, 5, 4, 1, Bias = BiasMode.None)].");
        two.Parameters.ToArray().ShouldBe(before);
        Should.Throw<ArgumentException>(() => adapter.CopyTo(two, group: 1)).Message.ShouldContain("no tensors A.1 and B.1");
        Should.Throw<ArgumentException>(() => adapter.CopyTo(new Stateful())).Message.ShouldContain("no tensors A.0 and B.0");
        Should.Throw<ArgumentNullException>(() => adapter.CopyTo(null!));
    }

    [Fact]
    public void Spans_of_another_length_are_refused_and_untouched()
    {
        _sample.Add("net.lokr_w1", [3, 5]);
        _sample.Add("net.lokr_w2", [4, 4, 1, 2]);
        LoKrAdapter adapter = _sample.Open(_folder).Adapters[0];
        float[] values = new float[15];

        Should.Throw<ArgumentException>(() => adapter.ToDense(values)).Message.ShouldContain("'delta' has 15 values; expected 480 for the adapter of 'net'");
        Should.Throw<ArgumentException>(() => adapter.ReadW1(values.AsSpan(1))).Message.ShouldContain("'w1' has 14 values; expected 15");
        Should.Throw<ArgumentException>(() => adapter.ReadW2(values)).Message.ShouldContain("'w2' has 15 values; expected 32");
        values.ShouldAllBe(value => value == 0);
    }

    private static float[] Dense(LoKrAdapter adapter, int length)
    {
        float[] delta = new float[length];
        adapter.ToDense(delta);
        return delta;
    }

    private static void Near(float[] actual, double[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            // A float's rounding, of the whole and once of s · w2.
            actual[i].ShouldBe((float)expected[i], Math.Abs(expected[i]) * 2.5e-7);
        }
    }

    private static LayerEngine Layer(ShapeGroup group) => new(
        new LayerDefinition { Name = "Tests.Adapter", Attributes = "", Inputs = group.N1 * group.N2, Outputs = group.M1 * group.M2, Groups = [group] },
        StoredLayers.NoKernels);
}
