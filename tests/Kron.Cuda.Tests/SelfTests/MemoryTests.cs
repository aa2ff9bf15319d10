using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Allocations of the stand-in.</summary>
public sealed unsafe class MemoryTests : StandinTest
{
    [StandinFact]
    public void Device_memory_is_counted_and_given_back()
    {
        nint one = Device(10), two = Device(20);
        (Standin.Live("memory"), Standin.LiveBytes).ShouldBe((2, 120));
        cudaMemGetInfo(out nuint free, out nuint total).ShouldBe(0);
        (total - free).ShouldBe(120u);
        cudaFree(one).ShouldBe(0);
        cudaFree(two).ShouldBe(0);
        cudaFree(0).ShouldBe(0);
        (Standin.Live("memory"), Standin.LiveBytes, Standin.Violations).ShouldBe((0, 0, 0));
    }

    [StandinFact]
    public void Memory_begins_as_NaN_and_aligned_to_256_bytes()
    {
        nint device = Device(1 << 16);
        (device % 256).ShouldBe(0);
        Read(device, 1 << 16).ShouldAllBe(value => float.IsNaN(value));
        Pinned(100, out _).ToArray().ShouldAllBe(value => float.IsNaN(value));
    }

    [StandinFact]
    public void The_host_cannot_touch_device_memory()
    {
        nint device = Device(1000);
        string mapping = File.ReadLines("/proc/self/maps").Single(line => Contains(line, device));
        mapping.Split(' ')[1].ShouldBe("---p");
    }

    [StandinFact]
    public void Of_limited_memory_no_more_is_given()
    {
        Standin.LimitMemory(1000);
        nint some = Device(200);
        cudaMalloc(out nint none, 201).ShouldBe(OutOfMemory);
        none.ShouldBe(0);
        cudaGetLastError().ShouldBe(OutOfMemory);
        cudaGetLastError().ShouldBe(0);
        cudaMalloc(out _, 200).ShouldBe(0);
        cudaFree(some).ShouldBe(0);
        cudaMalloc(out _, 800).ShouldBe(0);
        Standin.Violations.ShouldBe(0);
    }

    [StandinFact]
    public void Memory_is_freed_once()
    {
        nint device = Device(10);
        cudaFree(device).ShouldBe(0);
        ShouldBeViolation(cudaFree(device), InvalidValue, "cudaFree", "not the beginning of a live device allocation");
    }

    [StandinFact]
    public void Memory_is_freed_from_its_beginning() => ShouldBeViolation(cudaFree(Device(10) + 4), InvalidValue, "not the beginning");

    [StandinFact]
    public void Pinned_memory_is_no_device_memory()
    {
        Pinned(10, out nint pinned);
        ShouldBeViolation(cudaFree(pinned), InvalidValue, "live device allocation");
        Standin.Live("pinned").ShouldBe(1);
        cudaFreeHost(pinned).ShouldBe(0);
        Standin.Live("pinned").ShouldBe(0);
    }

    [StandinFact]
    public void Device_memory_is_no_pinned_memory() => ShouldBeViolation(cudaFreeHost(Device(10)), InvalidValue, "live pinned allocation");

    [StandinFact]
    public void No_address_is_given_out_twice()
    {
        nint first = Device(10);
        cudaFree(first).ShouldBe(0);
        Device(10).ShouldNotBe(first);
    }

    [StandinFact]
    public void Memory_that_queued_work_uses_is_not_freed()
    {
        nint device = Device(10);
        cudaMemsetAsync(device, 0, 40, Stream).ShouldBe(0);
        ShouldBeViolation(cudaFree(device), InvalidValue, "still queued");
        cudaStreamSynchronize(Stream).ShouldBe(0);
        cudaFree(device).ShouldBe(0);
    }

    [StandinFact]
    public void Pinned_memory_that_queued_work_uses_is_not_freed()
    {
        nint device = Device(10);
        Pinned(10, out nint pinned);
        cudaMemcpyAsync((void*)device, (void*)pinned, 40, HostToDevice, Stream).ShouldBe(0);
        ShouldBeViolation(cudaFreeHost(pinned), InvalidValue, "cudaFreeHost", "still queued");
    }

    [StandinTheory]
    [InlineData(-1, "before the beginning")]
    [InlineData(10, "past the end")]
    public void A_write_beside_memory_shows_at_the_next_synchronisation(int at, string where)
    {
        Pinned(10, out nint pinned);
        ((float*)pinned)[at] = 1;
        ShouldBeViolation(cudaStreamSynchronize(Stream), IllegalAddress, where, "pinned");
        cudaStreamSynchronize(Stream).ShouldBe(0);
    }

    [StandinFact]
    public void A_write_beside_memory_shows_when_it_is_freed()
    {
        Pinned(3, out nint pinned);
        ((byte*)pinned)[12] = 1;
        ShouldBeViolation(cudaFreeHost(pinned), 0, "cudaFreeHost", "past the end");
    }

    private static bool Contains(string mapping, nint address)
    {
        nint[] bounds = [.. mapping.Split(' ')[0].Split('-').Select(text => nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        return address >= bounds[0] && address < bounds[1];
    }
}
