using System;

namespace Kron.IO;

/// <summary>Recognises files of other programs, to say what to do with them.</summary>
internal static class ForeignFile
{
    /// <summary>What a zip archive with the entry <see cref="CheckpointEntry"/> is and how to proceed.</summary>
    public const string Checkpoint = "it is a PyTorch checkpoint; " + Conversion;

    /// <summary>The end of the name of an entry that every checkpoint of today's torch.save has.</summary>
    public const string CheckpointEntry = "data.pkl";

    private const string Conversion =
        """
        two lines of Python turn its state_dict into safetensors (one that lies deeper or in a whole model is taken out of it first):
            import torch; from safetensors.torch import save_file
            save_file({k: v.contiguous() for k, v in torch.load('model.pt', map_location='cpu', weights_only=True).items()}, 'model.safetensors')
        or, where that package is missing, into npz:
            import numpy, torch
            numpy.savez('model.npz', **{k: v.detach().float().numpy() for k, v in torch.load('model.pt', map_location='cpu', weights_only=True).items()})
        """;

    /// <summary>What the file is and how to proceed, or null for anything unknown.</summary>
    /// <param name="start">Its first bytes; four are enough.</param>
    public static string? Describe(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8)
        ? "it is a zip archive, such as torch.save and numpy.savez write, where a safetensors file is expected. If it is a PyTorch checkpoint, " + Conversion
        : DescribePickle(start);

    /// <summary>The same for pickles alone.</summary>
    public static string? DescribePickle(ReadOnlySpan<byte> start) => start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5
        ? "it is a Python pickle, such as torch.save once wrote; pickles run code and are not read; " + Conversion
        : null;
}
