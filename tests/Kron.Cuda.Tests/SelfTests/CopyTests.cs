using System;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Copies and fills of the stand-in.</summary>
public sealed unsafe class CopyTests : StandinTest
{
    [StandinFact]
    public void Bytes_go_both_ways_and_between_device_memory()
    {
        nint one = Device(1f, 2f, 3f), two = Device(3);
        cudaMemcpyAsync((void*)two, (void*)one, 12, DeviceToDevice, Stream).ShouldBe(0);
        cudaMemsetAsync(two + 4, 0, 4, Stream).ShouldBe(0);
        Read(two, 3).ShouldBe([1, 0, 3]);
        Standin.Violations.ShouldBe(0);
    }

    [StandinFact]
    public void The_hosts_own_memory_is_read_at_the_call()
    {
        nint device = Device(1);
        float value = 1;
        cudaMemcpyAsync((void*)device, &value, 4, HostToDevice, Stream).ShouldBe(0);
        value = 2;
        Read(device, 1).ShouldBe([1]);
    }

    [StandinFact]
    public void Pinned_memory_is_read_late()
    {
        nint device = Device(1);
        Span<float> staging = Pinned(1, out nint pinned);
        staging[0] = 1;
        cudaMemcpyAsync((void*)device, (void*)pinned, 4, HostToDevice, Stream).ShouldBe(0);
        staging[0] = 2;
        Read(device, 1).ShouldBe([2]);
    }

    [StandinFact]
    public void Pinned_memory_is_written_late()
    {
        nint device = Device(5f);
        Span<float> staging = Pinned(1, out nint pinned);
        staging[0] = 1;
        cudaMemcpyAsync((void*)pinned, (void*)device, 4, DeviceToHost, Stream).ShouldBe(0);
        staging[0].ShouldBe(1);
        cudaStreamSynchronize(Stream).ShouldBe(0);
        staging[0].ShouldBe(5);
    }

    [StandinFact]
    public void Streams_do_not_wait_for_each_other()
    {
        nint device = Device(1f), other = NewStream();
        float value = 0;
        cudaStreamSynchronize(Stream).ShouldBe(0);
        cudaMemsetAsync(device, 0, 4, other).ShouldBe(0);
        Read(device, 1).ShouldBe([1]);
        cudaMemcpyAsync(&value, (void*)device, 4, DeviceToHost, other).ShouldBe(0);
        value.ShouldBe(0);
        Read(device, 1).ShouldBe([0]);
    }

    [StandinTheory]
    [InlineData(0, 44)]
    [InlineData(4, 40)]
    [InlineData(-4, 4)]
    public void A_range_lies_inside_its_allocation(int offset, int count)
    {
        nint device = Device(10);
        ShouldBeViolation(cudaMemsetAsync(device + offset, 0, (nuint)count, Stream), InvalidValue, "cudaMemsetAsync", $"{count} bytes from offset {offset}", "40 bytes");
        byte* host = stackalloc byte[64];
        cudaMemcpyAsync(host, (void*)(device + offset), (nuint)count, DeviceToHost, Stream).ShouldBe(InvalidValue);
        cudaMemcpyAsync((void*)(device + offset), host, (nuint)count, HostToDevice, Stream).ShouldBe(InvalidValue);
        Standin.Violations.ShouldBe(3);
    }

    [StandinFact]
    public void Pinned_memory_has_an_end()
    {
        nint device = Device(10);
        Pinned(5, out nint pinned);
        ShouldBeViolation(cudaMemcpyAsync((void*)device, (void*)pinned, 24, HostToDevice, Stream), InvalidValue, "the source", "pinned");
    }

    [StandinFact]
    public void Freed_device_memory_is_not_used()
    {
        nint device = Device(10);
        cudaFree(device).ShouldBe(0);
        ShouldBeViolation(cudaMemsetAsync(device, 0, 4, Stream), InvalidValue, "not in live device memory");
    }

    [StandinFact]
    public void Freed_pinned_memory_is_not_used()
    {
        nint device = Device(10);
        Pinned(10, out nint pinned);
        cudaFreeHost(pinned).ShouldBe(0);
        ShouldBeViolation(cudaMemcpyAsync((void*)device, (void*)pinned, 40, HostToDevice, Stream), InvalidValue, "the source", "neither live memory");
    }

    [StandinTheory]
    [InlineData(HostToHost)]
    [InlineData(DeviceToHost)]
    [InlineData(DeviceToDevice)]
    public void A_copy_goes_the_way_it_says(int kind)
    {
        float value = 0;
        ShouldBeViolation(cudaMemcpyAsync((void*)Device(1), &value, 4, kind, Stream), InvalidValue, $"kind {kind}");
    }

    [StandinFact]
    public void The_way_may_be_inferred()
    {
        float value = 3;
        nint device = Device(1);
        cudaMemcpyAsync((void*)device, &value, 4, Inferred, Stream).ShouldBe(0);
        Read(device, 1).ShouldBe([3]);
    }

    [StandinFact]
    public void Source_and_destination_are_apart()
    {
        nint device = Device(10);
        ShouldBeViolation(cudaMemcpyAsync((void*)(device + 4), (void*)device, 8, DeviceToDevice, Stream), InvalidValue, "overlap");
    }

    [StandinFact]
    public void The_null_stream_is_not_used() => ShouldBeViolation(cudaMemsetAsync(Device(1), 0, 4, 0), InvalidHandle, "null stream");

    [StandinFact]
    public void A_destroyed_stream_is_not_used()
    {
        nint stream = NewStream();
        cudaStreamDestroy(stream).ShouldBe(0);
        ShouldBeViolation(cudaMemsetAsync(Device(1), 0, 4, stream), InvalidHandle, "not a live stream");
        Standin.Live("stream").ShouldBe(1);
    }

    [StandinFact]
    public void Nothing_is_copied_for_no_bytes() => cudaMemcpyAsync(null, null, 0, HostToDevice, Stream).ShouldBe(0);
}
