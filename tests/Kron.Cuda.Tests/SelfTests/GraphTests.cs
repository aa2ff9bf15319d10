using System.Threading;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Capture and replay of the stand-in.</summary>
public sealed unsafe class GraphTests : StandinTest
{
    private const int Global = 0, ThreadLocal = 1, Relaxed = 2;

    [StandinFact]
    public void What_is_captured_happens_at_each_launch()
    {
        nint one = Device(1f), two = Device(2f), executable = Captured(() => Copy(two, one));
        Read(two, 1).ShouldBe([2]);
        cudaGraphLaunch(executable, Stream).ShouldBe(0);
        Read(two, 1).ShouldBe([1]);
        Write(one, 5);
        cudaGraphLaunch(executable, Stream).ShouldBe(0);
        Read(two, 1).ShouldBe([5]);
        Standin.Live("exec").ShouldBe(1);
        cudaGraphExecDestroy(executable).ShouldBe(0);
        (Standin.Live("exec"), Standin.Live("graph"), Standin.Violations).ShouldBe((0, 0, 0));
    }

    [StandinTheory]
    [InlineData(Global)]
    [InlineData(ThreadLocal)]
    public void Memory_is_not_allocated_in_a_capture(int mode)
    {
        cudaStreamBeginCapture(Stream, mode).ShouldBe(0);
        ShouldBeViolation(cudaMalloc(out _, 4), CaptureUnsupported, "cudaMalloc", "captures");
        cudaMemsetAsync(0, 0, 4, Stream).ShouldBe(CaptureInvalidated);
        cudaStreamEndCapture(Stream, out nint graph).ShouldBe(CaptureInvalidated);
        graph.ShouldBe(0);
        cudaMemsetAsync(Device(1), 0, 4, Stream).ShouldBe(0);
        Standin.Live("graph").ShouldBe(0);
    }

    [StandinFact]
    public void Each_call_that_may_wait_spoils_a_capture()
    {
        nint device = Device(1);
        Pinned(1, out nint pinned);
        cublasCreate_v2(out nint handle).ShouldBe(0);
        cudaEventCreateWithFlags(out nint recorded, 0).ShouldBe(0);
        Spoilt(() => cudaFree(device));
        Spoilt(() => cudaHostAlloc(out _, 4, 0));
        Spoilt(() => cudaFreeHost(pinned));
        Spoilt(() => cudaStreamSynchronize(Stream));
        Spoilt(() => cudaEventSynchronize(recorded));
        Spoilt(() => cudaStreamDestroy(Stream));
        Spoilt(() => cublasCreate_v2(out _), 1);
        Spoilt(() => cublasDestroy_v2(handle), 14);
    }

    [StandinFact]
    public void The_hosts_own_memory_is_not_captured()
    {
        nint device = Device(1);
        float value = 0;
        cudaStreamBeginCapture(Stream, ThreadLocal).ShouldBe(0);
        ShouldBeViolation(cudaMemcpyAsync((void*)device, &value, 4, HostToDevice, Stream), CaptureUnsupported, "cudaMemcpyAsync");
    }

    [StandinTheory]
    [InlineData(Global, CaptureUnsupported)]
    [InlineData(ThreadLocal, 0)]
    [InlineData(Relaxed, 0)]
    public void Another_thread_allocates_unless_the_capture_is_global(int mode, int expected)
    {
        cudaStreamBeginCapture(Stream, mode).ShouldBe(0);
        OnAnotherThread(() => cudaMalloc(out _, 4)).ShouldBe(expected);
        cudaStreamEndCapture(Stream, out _).ShouldBe(expected == 0 ? 0 : CaptureInvalidated);
    }

    [StandinFact]
    public void A_capture_ends_on_its_thread_unless_relaxed()
    {
        cudaStreamBeginCapture(Stream, ThreadLocal).ShouldBe(0);
        OnAnotherThread(() => cudaStreamEndCapture(Stream, out _)).ShouldBe(908);
        cudaStreamEndCapture(Stream, out _).ShouldBe(0);
        cudaStreamBeginCapture(Stream, Relaxed).ShouldBe(0);
        OnAnotherThread(() => cudaStreamEndCapture(Stream, out _)).ShouldBe(0);
    }

    [StandinFact]
    public void A_capture_is_begun_and_ended_once()
    {
        cudaStreamEndCapture(Stream, out _).ShouldBe(401);
        cudaStreamBeginCapture(Stream, ThreadLocal).ShouldBe(0);
        cudaStreamBeginCapture(Stream, ThreadLocal).ShouldBe(401);
    }

    [StandinFact]
    public void Memory_that_a_graph_uses_must_live_when_it_is_launched()
    {
        nint one = Device(1f), two = Device(2f), executable = Captured(() => Copy(two, one));
        cudaStreamSynchronize(Stream).ShouldBe(0);
        cudaFree(one).ShouldBe(0);
        ShouldBeViolation(cudaGraphLaunch(executable, Stream), InvalidValue, "the source", "not in live device memory");
    }

    [StandinFact]
    public void A_graph_is_not_launched_in_a_capture()
    {
        nint executable = Captured(() => 0);
        Spoilt(() => cudaGraphLaunch(executable, Stream));
    }

    [StandinFact]
    public void An_event_of_a_capture_is_not_waited_for()
    {
        cudaEventCreateWithFlags(out nint recorded, 0).ShouldBe(0);
        cudaGraphLaunch(Captured(() => cudaEventRecord(recorded, Stream)), Stream).ShouldBe(0);
        cudaEventSynchronize(recorded).ShouldBe(907);
    }

    [StandinFact]
    public void A_destroyed_graph_is_not_used()
    {
        nint executable = Captured(() => 0);
        cudaGraphExecDestroy(executable).ShouldBe(0);
        ShouldBeViolation(cudaGraphLaunch(executable, Stream), InvalidValue, "not a live executable graph");
        cudaGraphExecDestroy(executable).ShouldBe(InvalidValue);
        cudaGraphInstantiateWithFlags(out _, executable, 0).ShouldBe(InvalidValue);
        Standin.Violations.ShouldBe(3);
    }

    private static int OnAnotherThread(System.Func<int> call)
    {
        int status = -1;
        var thread = new Thread(() => status = call());
        thread.Start();
        thread.Join();
        return status;
    }

    private void Spoilt(System.Func<int> call, int expected = CaptureUnsupported)
    {
        cudaStreamBeginCapture(Stream, ThreadLocal).ShouldBe(0);
        call().ShouldBe(expected);
        cudaStreamEndCapture(Stream, out _).ShouldBe(CaptureInvalidated);
    }

    private nint Captured(System.Func<int> enqueue)
    {
        cudaStreamBeginCapture(Stream, ThreadLocal).ShouldBe(0);
        enqueue().ShouldBe(0);
        cudaStreamEndCapture(Stream, out nint graph).ShouldBe(0);
        cudaGraphInstantiateWithFlags(out nint executable, graph, 0).ShouldBe(0);
        cudaGraphDestroy(graph).ShouldBe(0);
        return executable;
    }

    private int Copy(nint to, nint from) => cudaMemcpyAsync((void*)to, (void*)from, 4, DeviceToDevice, Stream);
}
