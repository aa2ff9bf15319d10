namespace Kron.Cuda;

/// <summary>A loaded library, which stays loaded as long as the process.</summary>
/// <param name="Handle">The loader's handle.</param>
/// <param name="Name">Its file, or the name by which the system's loader found it.</param>
/// <param name="Folder">The file's folder; null if the system's loader found it.</param>
internal sealed record FoundLibrary(nint Handle, string Name, string? Folder);
