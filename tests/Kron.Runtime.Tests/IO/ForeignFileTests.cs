using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class ForeignFileTests : IDisposable
{
    private static readonly byte[] Pickle = [0x80, 2, 0x8A, 10, (byte)'l', 0xFC, 0x9C, (byte)'F', 0xF9, 0x20];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_PyTorch_checkpoint_gets_the_lines_that_convert_it()
    {
        byte[] checkpoint = NpyBytes.Zip(("model/version", [2]), ("model/data.pkl", Pickle), ("model/data/0", new byte[4]));

        ShouldConvert(() => SafetensorsBytes.Open(checkpoint), "it is a zip archive");
        ShouldConvert(() => SafetensorsBytes.Open(Pickle), "it is a Python pickle");
        ShouldConvert(() => Npz.Read(NpyBytes.Stream(checkpoint)), "it is a PyTorch checkpoint");
        ShouldConvert(() => Npz.Read(NpyBytes.Stream(Pickle)), "it is a Python pickle");
    }

    [TorchFact]
    public void The_lines_for_npz_convert_what_PyTorch_writes()
    {
        TorchFactAttribute.Run(
            """
            import sys, torch
            state = {'fc.weight': torch.arange(6.).reshape(2, 3).t(), 'half': torch.nn.Parameter(torch.ones(2, dtype=torch.bfloat16))}
            torch.save(state, sys.argv[1] + '/model.pt')
            torch.save(state, sys.argv[1] + '/old.bin', _use_new_zipfile_serialization=False)
            """,
            _folder[""]);
        foreach (string file in (string[])["model.pt", "old.bin"])
        {
            string message = Should.Throw<InvalidDataException>(() => Npz.Read(_folder[file])).Message;
            Should.Throw<InvalidDataException>(() => Safetensors.Open(_folder[file])).Message.ShouldContain("numpy.savez('model.npz', ");
            string[] lines = [.. message.Split('\n').Select(line => line.Trim())];
            int at = Array.IndexOf(lines, "import numpy, torch");

            TorchFactAttribute.Run(
                $"""
                import os, sys
                os.chdir(sys.argv[1])
                {lines[at]}
                {lines[at + 1].Replace("model.pt", file, StringComparison.Ordinal)}
                """,
                _folder[""]);

            IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(_folder["model.npz"]);
            arrays["fc.weight"].Shape.ShouldBe([3, 2]);
            arrays["fc.weight"].Values.ShouldBe([0f, 3, 1, 4, 2, 5]);
            arrays["half"].Values.ShouldBe([1f, 1]);
            File.Delete(_folder["model.npz"]);
        }
    }

    private static void ShouldConvert(Action open, string kind)
    {
        string message = Should.Throw<InvalidDataException>(open).Message;
        message.ShouldContain(kind);
        message.ShouldContain(
            """
                import torch; from safetensors.torch import save_file
                save_file({k: v.contiguous() for k, v in torch.load('model.pt', map_location='cpu', weights_only=True).items()}, 'model.safetensors')
            """);
        message.ShouldEndWith(
            """
                import numpy, torch
                numpy.savez('model.npz', **{k: v.detach().float().numpy() for k, v in torch.load('model.pt', map_location='cpu', weights_only=True).items()})
            """);
    }
}
