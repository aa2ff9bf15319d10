using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

/// <summary>Updates against <c>torch.kron</c> in double, from files that Python wrote.</summary>
public sealed class LoKrTorchTests : IDisposable
{
    // The small files that the script below makes, for machines without PyTorch.
    private static readonly (string Name, string Content)[] Kept =
    [
        ("small1.lokr", "gAEAAAAAAAB7Im5ldC5sb2tyX3cxIjogeyJkdHlwZSI6ICJCRjE2IiwgInNoYXBlIjogWzIsIDFdLCAiZGF0YV9vZmZzZXRzIjogWzAsIDRdfSwgIm5ldC5sb2tyX3QyIjogeyJkdHlwZSI6ICJCRjE2IiwgInNoYXBlIjogWzEsIDEsIDEsIDJdLCAiZGF0YV9vZmZzZXRzIjogWzQsIDhdfSwgIm5ldC5sb2tyX3cyX2EiOiB7ImR0eXBlIjogIkJGMTYiLCAic2hhcGUiOiBbMSwgMV0sICJkYXRhX29mZnNldHMiOiBbOCwgMTBdfSwgIm5ldC5sb2tyX3cyX2IiOiB7ImR0eXBlIjogIkJGMTYiLCAic2hhcGUiOiBbMSwgMl0sICJkYXRhX29mZnNldHMiOiBbMTAsIDE0XX0sICJuZXQuYWxwaGEiOiB7ImR0eXBlIjogIkJGMTYiLCAic2hhcGUiOiBbXSwgImRhdGFfb2Zmc2V0cyI6IFsxNCwgMTZdfX0gv4A+IL+APiC/IL+APkBA"),
        ("small1.updates", "UAAAAAAAAAB7Im5ldCI6IHsiZHR5cGUiOiAiRjMyIiwgInNoYXBlIjogWzIsIDIsIDEsIDJdLCAiZGF0YV9vZmZzZXRzIjogWzAsIDMyXX19ICAgICAgIABg6j4AgDu+AIA7vgAAlj0AgDu+AACWPQAAlj0AAPC8"),
        ("small2.lokr", "gAEAAAAAAAB7ImJhc2VfbW9kZWwubW9kZWwubmV0Lmxva3JfdzFfYSI6IHsiZHR5cGUiOiAiRjY0IiwgInNoYXBlIjogWzEsIDFdLCAiZGF0YV9vZmZzZXRzIjogWzAsIDhdfSwgImJhc2VfbW9kZWwubW9kZWwubmV0Lmxva3JfdzFfYiI6IHsiZHR5cGUiOiAiRjY0IiwgInNoYXBlIjogWzEsIDJdLCAiZGF0YV9vZmZzZXRzIjogWzgsIDI0XX0sICJiYXNlX21vZGVsLm1vZGVsLm5ldC5sb2tyX3cyX2EiOiB7ImR0eXBlIjogIkY2NCIsICJzaGFwZSI6IFsyLCAxXSwgImRhdGFfb2Zmc2V0cyI6IFsyNCwgNDBdfSwgImJhc2VfbW9kZWwubW9kZWwubmV0Lmxva3JfdzJfYiI6IHsiZHR5cGUiOiAiRjY0IiwgInNoYXBlIjogWzEsIDJdLCAiZGF0YV9vZmZzZXRzIjogWzQwLCA1Nl19fSAgICAgICAAAAAAAADkvwAAAAAAAOS/AAAAAAAA0D8AAAAAAADkvwAAAAAAANA/AAAAAAAA5L8AAAAAAADQPw=="),
        ("small2.updates", "SAAAAAAAAAB7Im5ldCI6IHsiZHR5cGUiOiAiRjMyIiwgInNoYXBlIjogWzIsIDRdLCAiZGF0YV9vZmZzZXRzIjogWzAsIDMyXX19ICAgICAAYGo/AIC7vgCAu74AABY+AIC7vgAAFj4AABY+AABwvQ=="),
        ("small2.json", "eyJwZWZ0X3R5cGUiOiAiTE9LUiIsICJyIjogMSwgImFscGhhIjogNn0="),
    ];

    private const string Script =
        """
        import torch
        torch.manual_seed(1)

        def pattern(*shape):
            return ((torch.arange(np.prod(shape)) * 7 % 11).reshape(shape) - 5) / 8

        # Layers are name: (a, b, c, d, kernel, whether w1 is full, the form of w2, rank, alpha).
        def write(file, layers, dtype, value=torch.randn, config=None):
            tensors, updates = {}, {}
            for name, (a, b, c, d, kernel, w1_full, form, rank, alpha) in layers.items():
                prefix = ('base_model.model.' if config else '') + name + '.lokr_'
                parts = {'w1': [a, c]} if w1_full else {'w1_a': [a, rank], 'w1_b': [rank, c]}
                parts.update({
                    'full': {'w2': [b, d, *kernel]},
                    'flat': {'w2_a': [b, rank], 'w2_b': [rank, d * int(np.prod(kernel))]},
                    'tucker': {'t2': [rank, rank, *kernel], 'w2_a': [rank, b], 'w2_b': [rank, d]},
                }[form])
                t = {part: value(*shape).to(dtype) for part, shape in parts.items()}
                tensors.update({prefix + part: tensor for part, tensor in t.items()})
                if alpha is not None and not config:
                    tensors[name + '.alpha'] = torch.tensor(alpha).to(dtype)
                t = {part: tensor.double() for part, tensor in t.items()}
                w1 = t['w1'] if w1_full else t['w1_a'] @ t['w1_b']
                w2 = (t['w2'] if form == 'full' else t['w2_a'] @ t['w2_b'] if form == 'flat'
                      else torch.einsum('ij...,ip,jr->pr...', t['t2'], t['w2_a'], t['w2_b']))
                scale = alpha / rank if config or not (alpha is None or w1_full and form == 'full') else 1
                kron = torch.kron(w1.reshape(a, c, *[1] * (w2.dim() - 2)), w2.contiguous())
                updates[name] = (scale * kron).reshape(a * b, c * d, *kernel).float()
            save(f'{sys.argv[1]}/{file}.lokr', tensors)
            save(f'{sys.argv[1]}/{file}.updates', updates)
            if config:
                with open(f'{sys.argv[1]}/{file}.json', 'w') as out:
                    json.dump({'peft_type': 'LOKR', **config}, out)

        write('lycoris', {
            'full': (3, 4, 2, 5, (), True, 'full', 0, 7.0), 'unscaled': (4, 6, 5, 3, (), True, 'flat', 2, None), 'linear': (4, 6, 5, 3, (), True, 'flat', 2, 5.0),
            'both': (6, 8, 7, 4, (), False, 'flat', 3, 4.0), 'left': (6, 2, 7, 2, (), False, 'full', 3, 4.0), 'conv': (2, 4, 3, 5, (3, 3), True, 'full', 0, 1.0),
            'flat': (2, 4, 3, 5, (3, 2), True, 'flat', 2, 1.0), 'tucker': (2, 4, 3, 5, (3, 2), False, 'tucker', 2, 1.0),
            'conv1d': (2, 4, 3, 5, (3,), True, 'full', 0, 1.0), 'conv3d': (2, 2, 3, 2, (3, 1, 2), True, 'tucker', 2, 3.0),
        }, torch.float16)
        write('peft', {
            'enc.q': (3, 4, 2, 5, (), True, 'full', 4, 6), 'enc.k': (4, 6, 5, 3, (), True, 'flat', 4, 6), 'conv.0': (2, 4, 3, 5, (3, 3), False, 'tucker', 2, 6),
            'conv.1': (2, 4, 3, 5, (3, 3), True, 'full', 2, 6), 'conv.2': (2, 4, 3, 5, (3, 3), True, 'flat', 2, 6), 'enc.v': (4, 6, 5, 3, (), False, 'flat', 4, 1.5),
        }, torch.bfloat16, config={'r': 4, 'alpha': 6, 'rank_pattern': {r'conv\.\d': 2}, 'alpha_pattern': {'v': 1.5}})
        write('small1', {'net': (2, 1, 1, 2, (1, 2), True, 'tucker', 1, 3.0)}, torch.bfloat16, pattern)
        write('small2', {'net': (1, 2, 2, 2, (), False, 'flat', 1, 6)}, torch.float64, pattern, {'r': 1, 'alpha': 6})
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TorchFact]
    public void PyTorch_computes_the_same_updates()
    {
        TorchFactAttribute.Run(PythonSafetensors.Module + Script, _folder[""]);
        string[] files = [.. Directory.GetFiles(_folder[""], "*.lokr").Order()];

        files.Length.ShouldBe(4);
        foreach (string file in files)
        {
            Check(file, Path.ChangeExtension(file, ".updates"), File.Exists(Path.ChangeExtension(file, ".json")) ? Path.ChangeExtension(file, ".json") : null);
        }

        foreach ((string name, string content) in Kept)
        {
            Convert.ToBase64String(File.ReadAllBytes(_folder[name])).ShouldBe(content, name);
        }
    }

    [Fact]
    public void Kept_files_of_LyCORIS_and_PEFT_are_read()
    {
        foreach ((string name, string content) in Kept)
        {
            File.WriteAllBytes(_folder[name], Convert.FromBase64String(content));
        }

        Check(_folder["small1.lokr"], _folder["small1.updates"], config: null);
        Check(_folder["small2.lokr"], _folder["small2.updates"], _folder["small2.json"]);
    }

    private static void Check(string path, string updates, string? config)
    {
        LoKrFile file = LoKr.Open(path, config);
        using SafetensorsFile expected = Safetensors.Open(updates);
        file.Adapters.Select(adapter => adapter.Name).ShouldBe(expected.Tensors.Keys);
        foreach (LoKrAdapter adapter in file.Adapters)
        {
            SafetensorsEntry update = expected.Tensors[adapter.Name];
            float[] actual = new float[update.Length];
            float[] values = new float[update.Length];
            adapter.ToDense(actual);
            expected.Read(adapter.Name, values);
            for (int i = 0; i < actual.Length; i++)
            {
                actual[i].ShouldBe(values[i], Math.Abs(values[i]) * 2.5e-7f, $"{Path.GetFileName(path)} {adapter.Name} {i}");
            }

            if (adapter.Kernel.Count > 0)
            {
                update.Shape.ShouldBe([adapter.Outputs, adapter.Inputs, .. adapter.Kernel]);
            }
        }
    }
}
