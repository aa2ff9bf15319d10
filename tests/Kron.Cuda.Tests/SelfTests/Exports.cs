using System;
using System.Reflection;
using System.Runtime.InteropServices;
using Kron.Cuda.Tests.Support;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>The functions of CUDA's libraries that the stand-in exports, as they are declared in CUDA's headers.</summary>
internal static unsafe partial class Exports
{
    private const string Library = "standin";

    static Exports() => NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Library ? Standin.Handle : 0);

    [LibraryImport(Library)]
    public static partial int cudaGetLastError();

    [LibraryImport(Library)]
    public static partial nint cudaGetErrorName(int status);

    [LibraryImport(Library)]
    public static partial int cudaRuntimeGetVersion(out int version);

    [LibraryImport(Library)]
    public static partial int cudaDriverGetVersion(out int version);

    [LibraryImport(Library)]
    public static partial int cudaGetDeviceCount(out int count);

    [LibraryImport(Library)]
    public static partial int cudaSetDevice(int device);

    [LibraryImport(Library)]
    public static partial int cudaDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    public static partial int cudaMemGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library)]
    public static partial int cudaMalloc(out nint address, nuint size);

    [LibraryImport(Library)]
    public static partial int cudaFree(nint address);

    [LibraryImport(Library)]
    public static partial int cudaHostAlloc(out nint address, nuint size, uint flags);

    [LibraryImport(Library)]
    public static partial int cudaFreeHost(nint address);

    [LibraryImport(Library)]
    public static partial int cudaMemcpyAsync(void* to, void* from, nuint count, int kind, nint stream);

    [LibraryImport(Library)]
    public static partial int cudaMemsetAsync(nint to, int value, nuint count, nint stream);

    [LibraryImport(Library)]
    public static partial int cudaStreamCreateWithFlags(out nint stream, uint flags);

    [LibraryImport(Library)]
    public static partial int cudaStreamDestroy(nint stream);

    [LibraryImport(Library)]
    public static partial int cudaStreamSynchronize(nint stream);

    [LibraryImport(Library)]
    public static partial int cudaEventCreateWithFlags(out nint created, uint flags);

    [LibraryImport(Library)]
    public static partial int cudaEventRecord(nint recorded, nint stream);

    [LibraryImport(Library)]
    public static partial int cudaEventSynchronize(nint waited);

    [LibraryImport(Library)]
    public static partial int cudaEventElapsedTime(out float milliseconds, nint start, nint end);

    [LibraryImport(Library)]
    public static partial int cudaEventDestroy(nint destroyed);

    [LibraryImport(Library)]
    public static partial int cudaStreamBeginCapture(nint stream, int mode);

    [LibraryImport(Library)]
    public static partial int cudaStreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library)]
    public static partial int cudaGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library)]
    public static partial int cudaGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)]
    public static partial int cudaGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    public static partial int cudaGraphDestroy(nint graph);

    [LibraryImport(Library)]
    public static partial int cublasCreate_v2(out nint handle);

    [LibraryImport(Library)]
    public static partial int cublasDestroy_v2(nint handle);

    [LibraryImport(Library)]
    public static partial int cublasSetStream_v2(nint handle, nint stream);

    [LibraryImport(Library)]
    public static partial int cublasSetWorkspace_v2(nint handle, nint workspace, nuint size);

    [LibraryImport(Library)]
    public static partial int cublasGetVersion_v2(nint handle, out int version);

    [LibraryImport(Library)]
    public static partial int cublasGemmStridedBatchedEx(
        nint handle, int transposeA, int transposeB, int m, int n, int k, float* alpha, nint a, int typeA, int lda, long strideA,
        nint b, int typeB, int ldb, long strideB, float* beta, nint c, int typeC, int ldc, long strideC, int count, int computeType, int algorithm);

    [LibraryImport(Library)]
    public static partial int cublasSgeam(
        nint handle, int transposeA, int transposeB, int m, int n, float* alpha, nint a, int lda, float* beta, nint b, int ldb, nint c, int ldc);

    [LibraryImport(Library)]
    public static partial nint cublasGetStatusName(int status);

    [LibraryImport(Library)]
    public static partial int cuGetErrorName(int status, out nint name);

    [LibraryImport(Library)]
    public static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    public static partial int cuModuleLoadData(out nint module, byte* image);

    [LibraryImport(Library)]
    public static partial int cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)]
    public static partial int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint shared, nint stream, void** parameters, void** extra);

    [LibraryImport(Library)]
    public static partial int nvrtcVersion(out int major, out int minor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nvrtcCreateProgram(out nint program, string source, string? name, int headers, nint headerSources, nint headerNames);

    [LibraryImport(Library)]
    public static partial int nvrtcCompileProgram(nint program, int count, nint* options);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLogSize(nint program, out nuint size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBINSize(nint program, out nuint size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBIN(nint program, byte* image);

    [LibraryImport(Library)]
    public static partial int nvrtcDestroyProgram(ref nint program);

    [LibraryImport(Library)]
    public static partial nint nvrtcGetErrorString(int status);
}
