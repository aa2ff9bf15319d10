using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>A file of generated source.</summary>
/// <param name="HintName">Unique among the generator's files, ignoring case; from <see cref="TypeSpec.HintName"/>.</param>
/// <param name="Text">C# source.</param>
internal sealed record GeneratedFile(string HintName, string Text);
