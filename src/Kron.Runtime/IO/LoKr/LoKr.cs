using System;
using System.IO;
using System.Linq;

namespace Kron.IO;

/// <summary>Reads LoKr adapters, weight updates ΔW = s · w1 ⊗ w2, as LyCORIS and Hugging Face PEFT write them.</summary>
/// <remarks>
/// LyCORIS scales by s = alpha / rank, where <c>alpha</c> is a tensor of the file (missing or 0: s = 1), and by s = 1 where neither
/// factor is a product. PEFT, told apart by names that start with <c>base_model.model.</c>, always scales by alpha / r of its
/// <c>adapter_config.json</c>, <c>rank_pattern</c> and <c>alpha_pattern</c> included.
/// </remarks>
public static class LoKr
{
    private const string ConfigName = "adapter_config.json";

    /// <summary>Reads all LoKr adapters of a file.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="adapterConfig">
    /// PEFT's <c>adapter_config.json</c>; null for the one beside the file if it is PEFT's, and none otherwise. A file for which it
    /// is given is read as PEFT's, whatever its names.
    /// </param>
    /// <returns>The adapters, in memory in the form in which the file has them.</returns>
    /// <exception cref="InvalidDataException">
    /// A file is malformed or has no LoKr adapter, the tensors of one do not fit together, or it is of a kind that is no Kronecker
    /// product or needs the weight that it was trained on (DoRA); the message names file, tensor, expected and actual.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read, or <c>adapter_config.json</c> is missing.</exception>
    public static LoKrFile Open(string path, string? adapterConfig = null)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        return adapterConfig is null && !file.Tensors.Keys.Any(LoKrReader.IsPeft)
            ? LoKrReader.Read(file, path, peft: null)
            : LoKrReader.Read(file, path, ReadConfig(path, adapterConfig));
    }

    private static PeftConfig ReadConfig(string path, string? adapterConfig)
    {
        string config = adapterConfig ?? Path.Combine(Path.GetDirectoryName(path) ?? "", ConfigName);
        return adapterConfig is not null || File.Exists(config)
            ? PeftConfig.Parse(File.ReadAllBytes(config), config)
            : throw new FileNotFoundException($"'{path}' is an adapter of PEFT, whose scale is in {ConfigName}; expected it at '{config}', or its path as '{nameof(adapterConfig)}'.", config);
    }
}
