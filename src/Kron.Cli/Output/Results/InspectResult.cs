using System.Collections.Generic;

namespace Kron.Cli.Output;

/// <summary>What inspect found in a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Format">safetensors, npz or npy.</param>
/// <param name="Parameters">Elements of all tensors.</param>
/// <param name="Bytes">Their bytes, uncompressed.</param>
/// <param name="Metadata">The file's free-form texts.</param>
/// <param name="Tensors">One entry for each tensor, in the order of the file.</param>
internal sealed record InspectResult(
    string File, string Format, long Parameters, long Bytes, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<TensorResult> Tensors);

/// <summary>A tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its extents, outermost first.</param>
/// <param name="ElementType">Its element type.</param>
/// <param name="Parameters">Its elements.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Kind">matrix or convolution, which can be a Kronecker layer; factor, of one; or other.</param>
/// <param name="Note">What to know about it, or empty.</param>
/// <param name="Estimates">A balanced shape at a few ranks; empty unless it is a matrix or has the kernels of a two-dimensional convolution.</param>
internal sealed record TensorResult(
    string Name, IReadOnlyList<long> Shape, string ElementType, long Parameters, long Bytes, string Kind, string Note, IReadOnlyList<EstimateResult> Estimates);

/// <summary>The size of a possible layer; how well it would fit is what search tells.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Reduction">The tensor's parameters over these.</param>
internal sealed record EstimateResult(ShapeResult Shape, long Parameters, double Reduction);
