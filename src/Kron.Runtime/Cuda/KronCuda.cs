using System;
using System.Threading;

namespace Kron.Cuda;

/// <summary>Whether layers can run on an NVIDIA GPU of this machine.</summary>
/// <remarks>
/// CUDA 12 or 13 is looked for once, at first use: in the folders that the environment variable <c>KRON_CUDA_PATH</c> lists,
/// by the system's loader, then where toolkits are usually installed. Nothing of it is needed to build or to ship a program.
/// </remarks>
public static class KronCuda
{
    private static readonly Lazy<CudaResolution> Resolution = new(() => CudaResolution.Resolve(LibrarySearch.FromEnvironment()), LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Whether a <see cref="CudaContext"/> can be made.</summary>
    public static bool IsAvailable => Resolution.Value.Libraries is not null;

    /// <summary>Why not: which library was looked for, where, and what was found instead. Null if one can be made.</summary>
    public static string? Unavailable => Resolution.Value.Unavailable;

    /// <summary>The loaded libraries.</summary>
    /// <exception cref="PlatformNotSupportedException">There are none; the message is <see cref="Unavailable"/>.</exception>
    internal static CudaLibraries Libraries => Resolution.Value.Libraries ?? throw new PlatformNotSupportedException(Unavailable);
}
