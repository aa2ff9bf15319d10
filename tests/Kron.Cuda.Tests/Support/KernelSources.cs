namespace Kron.Cuda.Tests.Support;

/// <summary>Kernels of tests.</summary>
internal static class KernelSources
{
    /// <summary>y[i] = f · x[i] + g + batch.</summary>
    public const string Scale = """
        extern "C" __global__ void scale(long long items, int batch, float* x, float* y, float f, float g)
        {
            long long t = blockIdx.x * (long long)blockDim.x + threadIdx.x;
            if (t >= items) return;
            y[t] = f * x[t] + g + (float)batch;
        }

        """;
}
