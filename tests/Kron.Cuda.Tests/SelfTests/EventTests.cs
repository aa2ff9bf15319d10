using Kron.Cuda.Tests.Support;
using Shouldly;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Events of the stand-in.</summary>
public sealed unsafe class EventTests : StandinTest
{
    [StandinFact]
    public void Waiting_for_an_event_does_what_came_before_it_only()
    {
        nint device = Device(1f, 1f), between = NewEvent();
        Pinned(2, out nint staging);
        float* pinned = (float*)staging;
        (pinned[0], pinned[1]) = (7, 7);
        cudaMemcpyAsync((void*)staging, (void*)device, 4, DeviceToHost, Stream).ShouldBe(0);
        cudaEventRecord(between, Stream).ShouldBe(0);
        cudaMemcpyAsync((void*)(staging + 4), (void*)device, 4, DeviceToHost, Stream).ShouldBe(0);
        cudaEventSynchronize(between).ShouldBe(0);
        (pinned[0], pinned[1]).ShouldBe((1, 7));
        cudaStreamSynchronize(Stream).ShouldBe(0);
        (pinned[0], pinned[1]).ShouldBe((1, 1));
    }

    [StandinFact]
    public void Time_lies_between_recorded_events()
    {
        nint start = NewEvent(), end = NewEvent();
        cudaEventElapsedTime(out _, start, end).ShouldBe(InvalidHandle);
        cudaEventRecord(start, Stream).ShouldBe(0);
        cudaEventRecord(end, Stream).ShouldBe(0);
        cudaEventElapsedTime(out _, start, end).ShouldBe(600);
        cudaEventSynchronize(end).ShouldBe(0);
        cudaEventElapsedTime(out float milliseconds, start, end).ShouldBe(0);
        milliseconds.ShouldBeInRange(0, 1000);
    }

    [StandinFact]
    public void An_event_without_timing_has_no_time()
    {
        nint timed = NewEvent();
        cudaEventCreateWithFlags(out nint untimed, 2).ShouldBe(0);
        cudaEventRecord(timed, Stream).ShouldBe(0);
        cudaEventRecord(untimed, Stream).ShouldBe(0);
        cudaStreamSynchronize(Stream).ShouldBe(0);
        cudaEventElapsedTime(out _, timed, untimed).ShouldBe(InvalidHandle);
    }

    [StandinFact]
    public void A_destroyed_event_is_not_used()
    {
        nint destroyed = NewEvent();
        Standin.Live("event").ShouldBe(1);
        cudaEventDestroy(destroyed).ShouldBe(0);
        Standin.Live("event").ShouldBe(0);
        ShouldBeViolation(cudaEventRecord(destroyed, Stream), InvalidHandle, "not a live event");
    }

    [StandinFact]
    public void A_handle_of_another_kind_is_no_event() => ShouldBeViolation(cudaEventDestroy(Stream), InvalidHandle, "not a live event");

    private static nint NewEvent()
    {
        cudaEventCreateWithFlags(out nint created, 0).ShouldBe(0);
        return created;
    }
}
