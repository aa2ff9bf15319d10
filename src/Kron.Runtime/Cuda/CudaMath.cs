namespace Kron.Cuda;

/// <summary>What cuBLAS may do to the 32-bit factors of a matrix product; sums are always taken in 32 bits.</summary>
public enum CudaMath
{
    /// <summary>Nothing: products of 32-bit floats (<c>CUBLAS_COMPUTE_32F</c>).</summary>
    Single,

    /// <summary>Rounds factors to TF32, 10 bits after the point (<c>CUBLAS_COMPUTE_32F_FAST_TF32</c>). Devices without it compute as <see cref="Single"/>.</summary>
    TensorFloat32,

    /// <summary>Rounds factors to bfloat16, 7 bits after the point (<c>CUBLAS_COMPUTE_32F_FAST_16BF</c>). Devices without it compute as <see cref="Single"/>.</summary>
    BFloat16,
}
