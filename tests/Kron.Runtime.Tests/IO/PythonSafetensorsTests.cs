using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

/// <summary>An independent program reads what is written here, and the reverse.</summary>
public sealed class PythonSafetensorsTests : IDisposable
{
    // What The_types_of_PyTorch_are_read makes, kept for machines without PyTorch.
    private const string Fixture = "eAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6IHsiZm9ybWF0IjogInB0IiwgIm5vdGUiOiAibmFcdTAwZWZ2ZSBcdTIyOTcgXCJxdW90ZWRcIiJ9LCAic2luZ2xlIjogeyJkdHlwZSI6ICJGMzIiLCAic2hhcGUiOiBbMiwgM10sICJkYXRhX29mZnNldHMiOiBbMCwgMjRdfSwgImhhbGYiOiB7ImR0eXBlIjogIkYxNiIsICJzaGFwZSI6IFsyLCAzXSwgImRhdGFfb2Zmc2V0cyI6IFsyNCwgMzZdfSwgImJyYWluIjogeyJkdHlwZSI6ICJCRjE2IiwgInNoYXBlIjogWzIsIDNdLCAiZGF0YV9vZmZzZXRzIjogWzM2LCA0OF19LCAiZG91YmxlIjogeyJkdHlwZSI6ICJGNjQiLCAic2hhcGUiOiBbMiwgM10sICJkYXRhX29mZnNldHMiOiBbNDgsIDk2XX0sICJvZGQiOiB7ImR0eXBlIjogIlU4IiwgInNoYXBlIjogWzNdLCAiZGF0YV9vZmZzZXRzIjogWzk2LCA5OV19LCAiY291bnQiOiB7ImR0eXBlIjogIkk2NCIsICJzaGFwZSI6IFtdLCAiZGF0YV9vZmZzZXRzIjogWzk5LCAxMDddfSwgImFscGhhIjogeyJkdHlwZSI6ICJGMzIiLCAic2hhcGUiOiBbXSwgImRhdGFfb2Zmc2V0cyI6IFsxMDcsIDExMV19LCAibm9uZSI6IHsiZHR5cGUiOiAiRjMyIiwgInNoYXBlIjogWzAsIDVdLCAiZGF0YV9vZmZzZXRzIjogWzExMSwgMTExXX19ICAgICAgIAAAwD8AAADAAAAAAKuqqj4A4H9HAACAMwA+AMAAAFU1/3sBAMA/AMAAAKs+gEeAMwAAAAAAAOA/VVVVVVVV5b8AAAAAAAAAAKuqqirHcbw/q6qqqqpS1UBVVVVVVVVVPgABAgcAAAAAAAAAAACAQA==";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TorchFact]
    public void The_types_of_PyTorch_are_read()
    {
        TorchFactAttribute.Run(
            PythonSafetensors.Module +
            """
            import torch
            t = torch.tensor([[1.5, -2, 0], [1 / 3, 65504, 2.0 ** -24]])
            save(sys.argv[1], {
                'single': t, 'half': t.half(), 'brain': t.bfloat16(), 'double': t.double() / 3,
                'odd': torch.arange(3, dtype=torch.uint8), 'count': torch.tensor(7), 'alpha': torch.tensor(4.), 'none': torch.zeros(0, 5),
            }, {'format': 'pt', 'note': 'naïve ⊗ "quoted"'})
            """,
            _folder["a.safetensors"]);

        Check(_folder["a.safetensors"]);
        Convert.ToBase64String(File.ReadAllBytes(_folder["a.safetensors"])).ShouldBe(Fixture);
    }

    [Fact]
    public void A_file_of_another_writer_is_read()
    {
        File.WriteAllBytes(_folder["a.safetensors"], Convert.FromBase64String(Fixture));

        Check(_folder["a.safetensors"]);
    }

    [NumpyFact]
    public void Another_reader_reads_what_is_written()
    {
        float[] values = [.. Enumerable.Range(0, 6).Select(i => (i / 4f) - 1)];
        Safetensors.Write(
            _folder["a.safetensors"],
            [new("fc.weight", [2, 3], values), new("β", [], new float[] { 2.5f }), new("none", [0, 4], Array.Empty<float>()), new("bias", [2], new float[] { 1, float.NaN })],
            new Dictionary<string, string> { ["note"] = "naïve ⊗ \"quoted\"\n", ["attributes"] = "[DenseLayer(2, 3)]" });

        NumpyFactAttribute.Run(
            PythonSafetensors.Module +
            """
            tensors, metadata = load(sys.argv[1])
            assert list(tensors) == ['fc.weight', 'β', 'none', 'bias']
            assert all(t.dtype == np.float32 for t in tensors.values())
            assert (tensors['fc.weight'] == np.arange(6, dtype=np.float32).reshape(2, 3) / 4 - 1).all()
            assert tensors['β'].shape == () and tensors['β'] == 2.5
            assert tensors['none'].shape == (0, 4)
            assert tensors['bias'][0] == 1 and np.isnan(tensors['bias'][1])
            assert metadata == {'note': 'naïve ⊗ "quoted"\n', 'attributes': '[DenseLayer(2, 3)]'}
            """,
            _folder["a.safetensors"]).ShouldBeEmpty();
    }

    private static void Check(string path)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        float[] single = [1.5f, -2, 0, 1 / 3f, 65504, MathF.Pow(2, -24)];
        file.Metadata.ShouldBe(new Dictionary<string, string> { ["format"] = "pt", ["note"] = "naïve ⊗ \"quoted\"" });
        file.Tensors.Values.Select(tensor => $"{tensor.Name} {tensor.ElementType} [{string.Join(',', tensor.Shape)}]").ShouldBe(
            ["single F32 [2,3]", "half F16 [2,3]", "brain BF16 [2,3]", "double F64 [2,3]", "odd U8 [3]", "count I64 []", "alpha F32 []", "none F32 [0,5]"]);
        Read("single").ShouldBe(single);
        Read("half").ShouldBe(single.Select(value => (float)(Half)value));
        Read("brain").ShouldBe([1.5f, -2, 0, 171 / 512f, 65536, MathF.Pow(2, -24)]);
        Read("double").ShouldBe(single.Select(value => (float)(value / 3.0)));

        // Behind three bytes, so at an odd place.
        Read("alpha").ShouldBe([4f]);
        Read("none").ShouldBeEmpty();
        byte[] count = new byte[8];
        file.ReadBytes("count", count);
        count.ShouldBe([7, 0, 0, 0, 0, 0, 0, 0]);

        float[] Read(string name)
        {
            float[] values = new float[file.Tensors[name].Length];
            file.Read(name, values);
            return values;
        }
    }
}
