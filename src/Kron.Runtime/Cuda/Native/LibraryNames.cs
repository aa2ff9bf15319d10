using System;
using System.Collections.Generic;

namespace Kron.Cuda;

/// <summary>The file names of the libraries of one major version of CUDA, or of whichever version bears no number.</summary>
/// <param name="Major">The version, or null.</param>
/// <param name="Runtime">cudart.</param>
/// <param name="Blas">cuBLAS.</param>
/// <param name="BlasLight">cuBLASLt, which cuBLAS loads.</param>
/// <param name="Compiler">NVRTC.</param>
/// <param name="CompilerParts">A pattern of what NVRTC loads when it compiles.</param>
internal sealed record LibraryNames(int? Major, string Runtime, string Blas, string BlasLight, string Compiler, string CompilerParts)
{
    /// <summary>The versions that are supported, in the order in which they are looked for.</summary>
    public static IReadOnlyList<LibraryNames> All { get; } = OperatingSystem.IsWindows()
        ? [Windows(13), Windows(12)]
        : [Linux(13), Linux(12), new(null, "libcudart.so", "libcublas.so", "libcublasLt.so", "libnvrtc.so", "libnvrtc-builtins.so*")];

    public static string Driver { get; } = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>Whether this compiler runs with libraries of a version.</summary>
    public static bool Supports(int major) => major is 12 or 13;

    private static LibraryNames Linux(int major) => new(
        major,
        FormattableString.Invariant($"libcudart.so.{major}"),
        FormattableString.Invariant($"libcublas.so.{major}"),
        FormattableString.Invariant($"libcublasLt.so.{major}"),
        FormattableString.Invariant($"libnvrtc.so.{major}"),
        FormattableString.Invariant($"libnvrtc-builtins.so.{major}.*"));

    private static LibraryNames Windows(int major) => new(
        major,
        FormattableString.Invariant($"cudart64_{major}.dll"),
        FormattableString.Invariant($"cublas64_{major}.dll"),
        FormattableString.Invariant($"cublasLt64_{major}.dll"),
        FormattableString.Invariant($"nvrtc64_{major}0_0.dll"),
        FormattableString.Invariant($"nvrtc-builtins64_{major}*.dll"));
}
