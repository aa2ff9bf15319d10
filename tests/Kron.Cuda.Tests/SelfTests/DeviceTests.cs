using System.Text;
using System.Threading;
using Kron.Cuda.Tests.Support;
using Shouldly;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Devices, versions and current devices of the stand-in.</summary>
public sealed unsafe class DeviceTests : StandinTest
{
    [StandinFact]
    public void One_device_of_capability_9_0_under_CUDA_12_8()
    {
        cudaGetDeviceCount(out int count).ShouldBe(0);
        cudaDeviceGetAttribute(out int major, 75, 0).ShouldBe(0);
        cudaDeviceGetAttribute(out int minor, 76, 0).ShouldBe(0);
        cudaRuntimeGetVersion(out int runtime).ShouldBe(0);
        cudaDriverGetVersion(out int driver).ShouldBe(0);
        cublasCreate_v2(out nint handle).ShouldBe(0);
        cublasGetVersion_v2(handle, out int cublas).ShouldBe(0);
        nvrtcVersion(out int compilerMajor, out int compilerMinor).ShouldBe(0);
        (count, major, minor, runtime, driver, cublas, compilerMajor, compilerMinor).ShouldBe((1, 9, 0, 12080, 12080, 120804, 12, 8));
        byte* name = stackalloc byte[100];
        cuDeviceGet(out int device, 0).ShouldBe(0);
        cuDeviceGetName(name, 100, device).ShouldBe(0);
        Encoding.UTF8.GetString(name, 8).ShouldBe("Stand-in");
    }

    [StandinFact]
    public void There_may_be_no_device()
    {
        Standin.Devices(0);
        cudaGetDeviceCount(out int count).ShouldBe(100);
        count.ShouldBe(0);
        cudaSetDevice(0).ShouldBe(100);
        cudaMalloc(out _, 4).ShouldBe(100);
        cublasCreate_v2(out _).ShouldBe(1);
    }

    [StandinFact]
    public void The_driver_may_be_too_old()
    {
        Standin.Versions(13000, 12080, 130000, 13, 0);
        cudaGetDeviceCount(out _).ShouldBe(35);
        cudaSetDevice(0).ShouldBe(35);
        cudaRuntimeGetVersion(out int runtime).ShouldBe(0);
        runtime.ShouldBe(13000);
        Standin.Versions(12080, 12040, 120804, 12, 8);
        cudaSetDevice(0).ShouldBe(0);
    }

    [StandinFact]
    public void There_is_no_such_device()
    {
        cudaSetDevice(1).ShouldBe(101);
        cuDeviceGet(out _, 1).ShouldBe(101);
        cudaDeviceGetAttribute(out _, 75, -1).ShouldBe(101);
    }

    [StandinFact]
    public void A_stream_is_used_with_its_device_current()
    {
        nint device = Device(1);
        Standin.Devices(2);
        cudaSetDevice(1).ShouldBe(0);
        ShouldBeViolation(cudaMemsetAsync(device, 0, 4, Stream), InvalidHandle, "a stream of device 0, while device 1 is current");
        cudaMemsetAsync(device, 0, 4, NewStream()).ShouldBe(InvalidValue);
        Standin.LastViolation.ShouldContain("memory of device 0, the stream is of device 1");
        cublasCreate_v2(out nint handle).ShouldBe(0);
        cudaSetDevice(0).ShouldBe(0);
        cublasSetStream_v2(handle, Stream).ShouldBe(1);
        Standin.LastViolation.ShouldContain("a handle of device 1, while device 0 is current");
    }

    [StandinFact]
    public void A_thread_has_the_first_device_current_until_it_says_another()
    {
        Standin.Devices(2);
        cudaSetDevice(1).ShouldBe(0);
        int status = -1;
        var thread = new Thread(() => status = cudaMemsetAsync(0, 0, 0, Stream));
        thread.Start();
        thread.Join();
        status.ShouldBe(0);
        cudaMemsetAsync(0, 0, 0, Stream).ShouldBe(InvalidHandle);
    }

    [StandinFact]
    public void The_driver_needs_a_context_which_the_runtime_makes_for_each_thread()
    {
        int before = -1, made = -1, after = -1;
        var thread = new Thread(() =>
        {
            before = cuModuleUnload(0);
            made = cudaSetDevice(0);
            after = cuModuleUnload(0);
        });
        thread.Start();
        thread.Join();
        (before, made, after).ShouldBe((201, 0, 400));
    }

    [StandinFact]
    public void Before_any_use_of_the_runtime_the_driver_is_not_initialised()
    {
        Standin.Reset();
        ShouldBeViolation(cuDeviceGet(out _, 0), 3, "cuDeviceGet");
        cudaGetDeviceCount(out _).ShouldBe(0);
        cuDeviceGet(out _, 0).ShouldBe(0);
    }

    [StandinFact]
    public void An_unknown_attribute_is_a_mistake() => ShouldBeViolation(cudaDeviceGetAttribute(out _, 74, 0), InvalidValue, "attribute 74");

    [StandinFact]
    public void Statuses_have_names()
    {
        Text(cudaGetErrorName(2)).ShouldBe("cudaErrorMemoryAllocation");
        Text(cudaGetErrorName(12345)).ShouldBe("unrecognized error code");
        Text(cublasGetStatusName(13)).ShouldBe("CUBLAS_STATUS_EXECUTION_FAILED");
        cuGetErrorName(209, out nint name).ShouldBe(0);
        Text(name).ShouldBe("CUDA_ERROR_NO_BINARY_FOR_GPU");
        cuGetErrorName(12345, out name).ShouldBe(InvalidValue);
        name.ShouldBe(0);
        Text(nvrtcGetErrorString(6)).ShouldBe("NVRTC_ERROR_COMPILATION");
    }
}
