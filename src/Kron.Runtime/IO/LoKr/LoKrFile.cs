using System.Collections.Generic;

namespace Kron.IO;

/// <summary>The LoKr adapters of a file.</summary>
public sealed class LoKrFile
{
    internal LoKrFile(IReadOnlyList<LoKrAdapter> adapters, IReadOnlyList<string> skipped)
    {
        Adapters = adapters;
        Skipped = skipped;
    }

    /// <summary>The adapters, one for each adapted layer, in the order in which the file names them; at least one.</summary>
    public IReadOnlyList<LoKrAdapter> Adapters { get; }

    /// <summary>The names of the tensors that belong to none of them, such as those of LoRA and LoHa adapters in the same file.</summary>
    public IReadOnlyList<string> Skipped { get; }
}
