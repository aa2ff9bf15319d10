namespace Kron.Cuda;

/// <summary>The libraries of one CUDA version, which fit each other and see a device.</summary>
/// <param name="Runtime">cudart.</param>
/// <param name="Blas">cuBLAS.</param>
/// <param name="Driver">The driver.</param>
/// <param name="Compiler">NVRTC; null where it is not installed.</param>
/// <param name="DeviceCount">At least 1.</param>
internal sealed record CudaLibraries(RuntimeFunctions Runtime, BlasFunctions Blas, DriverFunctions Driver, CompilerFunctions? Compiler, int DeviceCount);
