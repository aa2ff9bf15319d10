using System;

namespace Kron.IO;

/// <summary>Recognises files of other programs by their first bytes, to say what to do with them.</summary>
internal static class ForeignFile
{
    private const string Conversion =
        """
        Two lines of Python turn a PyTorch checkpoint into safetensors:
            import torch; from safetensors.torch import save_file
            save_file({k: v.contiguous() for k, v in torch.load('model.pt', map_location='cpu', weights_only=True).items()}, 'model.safetensors')
        """;

    /// <summary>What the file is and how to proceed, or null for anything unknown.</summary>
    /// <param name="start">Its first bytes; four are enough.</param>
    public static string? Describe(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\x03\x04"u8) ? "it is a zip archive, such as torch.save and numpy.savez write (Npz reads the latter). " + Conversion
        : start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5 ? "it is a Python pickle, such as torch.save once wrote; pickles run code and are not read. " + Conversion
        : null;
}
