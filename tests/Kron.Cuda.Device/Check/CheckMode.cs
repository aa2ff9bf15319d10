using System.Collections.Generic;

namespace Kron.Cuda.Device.Check;

/// <summary>A way to use the device.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">The context's options.</param>
/// <param name="Bound">The largest relative error ‖actual − expected‖ / ‖expected‖.</param>
internal sealed record CheckMode(string Name, CudaContextOptions Options, double Bound)
{
    // Half the digits of a product's operands are 2⁻¹¹ and 2⁻⁸ of them.
    private const double Single = 1e-5, TensorFloat32 = 2e-3, BFloat16 = 2e-2;

    /// <summary>Whether each value must be within the kernel tests' tolerance, too.</summary>
    public bool IsExact => Options.Math == CudaMath.Single;

    public static IReadOnlyList<CheckMode> All(string kernelCache)
    {
        var options = new CudaContextOptions { KernelCache = kernelCache };
        return
        [
            new("FP32", options, Single),
            new("FP32, chunks of 7", options with { ChunkSamples = 7 }, Single),
            new("FP32, no graphs", options with { UseGraphs = false }, Single),
            new("FP32, no NVRTC", options with { UseCompiler = false }, Single),
            new("FP32, chunks of 1, no NVRTC", options with { ChunkSamples = 1, UseCompiler = false }, Single),
            new("TF32", options with { Math = CudaMath.TensorFloat32 }, TensorFloat32),
            new("BF16", options with { Math = CudaMath.BFloat16 }, BFloat16),
        ];
    }
}
