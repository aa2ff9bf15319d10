using System;
using System.Threading.Tasks;
using Kron.Cuda.Tests.Support;
using Shouldly;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Failures on demand, and counts.</summary>
public sealed class FaultTests : StandinTest
{
    [StandinFact]
    public void The_nth_call_fails_once()
    {
        Standin.Fail("cudaMalloc", 2, OutOfMemory);
        cudaMalloc(out _, 4).ShouldBe(0);
        cudaMalloc(out _, 4).ShouldBe(OutOfMemory);
        cudaMalloc(out _, 4).ShouldBe(0);
        (Standin.Calls("cudaMalloc"), Standin.Live("memory")).ShouldBe((3, 2));
        cudaGetLastError().ShouldBe(OutOfMemory);
    }

    [StandinFact]
    public void Every_call_fails_until_healed()
    {
        Standin.Fail("cudaStreamSynchronize", 0, IllegalAddress);
        cudaStreamSynchronize(Stream).ShouldBe(IllegalAddress);
        cudaStreamSynchronize(Stream).ShouldBe(IllegalAddress);
        Standin.Heal();
        cudaStreamSynchronize(Stream).ShouldBe(0);
    }

    [StandinFact]
    public void Any_call_fails_with_the_unknown_failure_of_its_library()
    {
        Standin.Fail("*", 0);
        cudaMalloc(out _, 4).ShouldBe(999);
        cublasCreate_v2(out _).ShouldBe(14);
        cuDeviceGet(out _, 0).ShouldBe(999);
        nvrtcVersion(out _, out _).ShouldBe(11);
    }

    [StandinFact]
    public void The_nth_of_all_calls_fails()
    {
        long before = Standin.Calls("*");
        Standin.Fail("*", 2, 5);
        cudaMalloc(out _, 4).ShouldBe(0);
        cublasCreate_v2(out _).ShouldBe(5);
        cudaMalloc(out _, 4).ShouldBe(0);
        (Standin.Calls("*") - before).ShouldBe(3);
    }

    [StandinFact]
    public void Handles_are_counted()
    {
        (Standin.Live("stream"), Standin.Live("cublas")).ShouldBe((1, 0));
        cublasCreate_v2(out nint handle).ShouldBe(0);
        Standin.Live("cublas").ShouldBe(1);
        cublasDestroy_v2(handle).ShouldBe(0);
        cudaStreamDestroy(Stream).ShouldBe(0);
        (Standin.Live("stream"), Standin.Live("cublas")).ShouldBe((0, 0));
        Should.Throw<ArgumentException>(() => Standin.Live("threads"));
        Should.Throw<ArgumentException>(() => Standin.Calls("cudaStreamSynchronise"));
        Should.Throw<ArgumentException>(() => Standin.Fail("cudaStreamSynchronise"));
    }

    [StandinFact]
    public void A_reset_forgets_everything()
    {
        Device(1);
        cudaFree(1).ShouldBe(InvalidValue);
        Standin.Fail("cudaMalloc", 0, OutOfMemory);
        Standin.Reset();
        (Standin.Live("memory"), Standin.Live("stream"), Standin.Violations, Standin.LastViolation, Standin.Calls("cudaMalloc"), Standin.Calls("*")).ShouldBe((0, 0, 0, "", 0, 0));
        cudaGetLastError().ShouldBe(0);
        cudaMalloc(out _, 4).ShouldBe(0);
        cudaStreamSynchronize(Stream).ShouldBe(InvalidHandle);
    }

    [StandinFact]
    public void Threads_may_call_at_once()
    {
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 200; i++)
            {
                cudaMalloc(out nint device, 400).ShouldBe(0);
                nint stream = NewStream();
                cudaMemsetAsync(device, 0, 400, stream).ShouldBe(0);
                cudaStreamSynchronize(stream).ShouldBe(0);
                cudaStreamDestroy(stream).ShouldBe(0);
                cudaFree(device).ShouldBe(0);
            }
        });
        (Standin.Live("memory"), Standin.Live("stream"), Standin.Violations).ShouldBe((0, 1, 0));
        Standin.Calls("cudaMalloc").ShouldBe(1600);
    }
}
