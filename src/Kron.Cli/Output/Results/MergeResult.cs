using System.Collections.Generic;

namespace Kron.Cli.Output;

/// <summary>What merge-lokr did.</summary>
/// <param name="Base">The file of the weights.</param>
/// <param name="Adapter">The file of the adapters.</param>
/// <param name="Output">The file that was written.</param>
/// <param name="Merged">The adapters that were added to a weight.</param>
/// <param name="Unmatched">The adapters that were not.</param>
/// <param name="Skipped">Tensors of the adapter file that belong to no LoKr adapter.</param>
/// <param name="Copied">Tensors of the base that were copied as they are.</param>
/// <param name="Converted">Tensors of the base that were not 32-bit floats and now are.</param>
internal sealed record MergeResult(
    string Base,
    string Adapter,
    string Output,
    IReadOnlyList<MergedAdapter> Merged,
    IReadOnlyList<UnmatchedAdapter> Unmatched,
    IReadOnlyList<string> Skipped,
    int Copied,
    IReadOnlyList<ConvertedTensor> Converted);

/// <summary>An adapter that was merged.</summary>
/// <param name="Adapter">Its name.</param>
/// <param name="Tensor">The weight it was added to.</param>
/// <param name="Shape">The shape of its Kronecker product.</param>
/// <param name="Scale">What the product was multiplied by.</param>
internal sealed record MergedAdapter(string Adapter, string Tensor, ShapeResult Shape, double Scale);

/// <summary>An adapter that was not merged.</summary>
/// <param name="Adapter">Its name.</param>
/// <param name="Reason">Why not.</param>
internal sealed record UnmatchedAdapter(string Adapter, string Reason);

/// <summary>A tensor whose element type changed.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="ElementType">What it was.</param>
internal sealed record ConvertedTensor(string Tensor, string ElementType);
