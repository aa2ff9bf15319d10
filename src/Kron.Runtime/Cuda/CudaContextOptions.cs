namespace Kron.Cuda;

/// <summary>How a <see cref="CudaContext"/> uses its device.</summary>
public sealed record CudaContextOptions
{
    /// <summary>The device, counted from 0 as CUDA counts them.</summary>
    public int Device { get; init; }

    /// <summary>The arithmetic of matrix products.</summary>
    public CudaMath Math { get; init; }

    /// <summary>Device memory that cuBLAS may use for its own purposes; 0 leaves that to cuBLAS.</summary>
    public long WorkspaceBytes { get; init; } = 32L << 20;

    /// <summary>The most samples that go through a layer at once, which bounds the temporaries of a long batch; at least 1.</summary>
    /// <remarks>It is also how activations lie on the device: see <see cref="CudaContext.Upload"/>.</remarks>
    public int ChunkSamples { get; init; } = 4096;

    /// <summary>Whether a layer's calls are recorded once per batch and then replayed as one CUDA graph.</summary>
    public bool UseGraphs { get; init; } = true;

    /// <summary>Whether NVRTC, if it is there, compiles kernels for what is not a matrix product; otherwise the host computes that.</summary>
    public bool UseCompiler { get; init; } = true;

    /// <summary>
    /// The folder that keeps compiled kernels; null for the one in the environment variable <c>KRON_CUDA_CACHE</c>, else for
    /// <c>kron/cuda</c> in the user's cache folder. A folder that cannot be written costs a compilation per process, nothing else.
    /// </summary>
    public string? KernelCache { get; init; }
}
