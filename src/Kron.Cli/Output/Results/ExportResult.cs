using System.Collections.Generic;

namespace Kron.Cli.Output;

/// <summary>What export wrote.</summary>
/// <param name="File">The file that was read.</param>
/// <param name="Output">The file that was written.</param>
/// <param name="Form">dense or factors.</param>
/// <param name="Outputs">Rows of the weight, or output channels.</param>
/// <param name="Inputs">Columns of the weight, or input channels.</param>
/// <param name="Tensors">The tensors in the file.</param>
/// <param name="Python">The lines that use it with PyTorch.</param>
internal sealed record ExportResult(
    string File, string Output, string Form, int Outputs, int Inputs, IReadOnlyList<ExportedTensor> Tensors, string Python);

/// <summary>A tensor that was written, as 32-bit floats.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its extents, outermost first.</param>
internal sealed record ExportedTensor(string Name, IReadOnlyList<int> Shape);
