namespace Kron.Generator.Parsing;

/// <summary>An image, and how a window moves over it. Height, width and strides are at least 1.</summary>
internal sealed record Sliding(Setting Height, Setting Width, Setting StrideH, Setting StrideW, Setting PaddingH, Setting PaddingW);
