using System.IO;
using System.Runtime.InteropServices;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.StandinTests;

/// <summary>The stand-in under the names of CUDA's libraries.</summary>
public sealed class LoadingTests
{
    [StandinFact]
    public void Every_name_is_the_same_library()
    {
        nint runtime = NativeLibrary.Load(Path.Combine(Standin.Complete, "libcudart.so.12"));
        foreach (string other in (string[])["libcublas.so.12", "libcuda.so.1", "libnvrtc.so.12"])
        {
            NativeLibrary.Load(Path.Combine(Standin.Complete, other)).ShouldBe(runtime);
        }

        NativeLibrary.Load(Path.Combine(Standin.Complete13, "libcublas.so.13")).ShouldBe(runtime);
        File.Exists(Path.Combine(Standin.WithoutCompiler, "libnvrtc.so.12")).ShouldBeFalse();
        File.Exists(Path.Combine(Standin.OnlyRuntime, "libcublas.so.12")).ShouldBeFalse();
    }

    [StandinTheory]
    [InlineData("cudaGetErrorName cudaGetErrorString cudaGetLastError cudaRuntimeGetVersion cudaDriverGetVersion cudaGetDeviceCount cudaSetDevice cudaDeviceGetAttribute cudaMemGetInfo")]
    [InlineData("cudaMalloc cudaFree cudaHostAlloc cudaFreeHost cudaMemcpyAsync cudaMemsetAsync cudaStreamCreateWithFlags cudaStreamDestroy cudaStreamSynchronize")]
    [InlineData("cudaEventCreateWithFlags cudaEventRecord cudaEventSynchronize cudaEventElapsedTime cudaEventDestroy")]
    [InlineData("cudaStreamBeginCapture cudaStreamEndCapture cudaGraphInstantiateWithFlags cudaGraphLaunch cudaGraphExecDestroy cudaGraphDestroy")]
    [InlineData("cublasCreate_v2 cublasDestroy_v2 cublasSetStream_v2 cublasSetWorkspace_v2 cublasGetVersion_v2 cublasGetProperty cublasGemmStridedBatchedEx cublasSgeam cublasGetStatusName cublasGetStatusString")]
    [InlineData("cuGetErrorName cuDeviceGet cuDeviceGetName cuModuleLoadData cuModuleUnload cuModuleGetFunction cuLaunchKernel")]
    [InlineData("nvrtcVersion nvrtcCreateProgram nvrtcCompileProgram nvrtcGetProgramLogSize nvrtcGetProgramLog nvrtcGetCUBINSize nvrtcGetCUBIN nvrtcDestroyProgram nvrtcGetErrorString")]
    public void Every_function_is_there(string names)
    {
        foreach (string name in names.Split(' '))
        {
            Standin.Export(name).ShouldNotBe(0, name);
        }
    }
}
