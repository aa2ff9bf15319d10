using System;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.Cuda.Tests.Support;
using Shouldly;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Beginnings of a test of the stand-in: it is as just loaded, with one stream.</summary>
public abstract unsafe class StandinTest : IDisposable
{
    protected const int InvalidValue = 1, OutOfMemory = 2, InvalidHandle = 400, IllegalAddress = 700, CaptureUnsupported = 900, CaptureInvalidated = 901;

    protected const int HostToHost = 0, HostToDevice = 1, DeviceToHost = 2, DeviceToDevice = 3, Inferred = 4;

    protected StandinTest()
    {
        Standin.Reset();
        Stream = NewStream();
    }

    /// <summary>A non-blocking stream.</summary>
    protected nint Stream { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Standin.Reset();
        GC.SuppressFinalize(this);
    }

    protected static nint NewStream()
    {
        cudaStreamCreateWithFlags(out nint stream, 1).ShouldBe(0);
        return stream;
    }

    /// <summary>Device memory for some floats.</summary>
    protected static nint Device(int floats)
    {
        cudaMalloc(out nint address, (nuint)floats * sizeof(float)).ShouldBe(0);
        return address;
    }

    /// <summary>Device memory with some floats in it.</summary>
    protected nint Device(params float[] values)
    {
        nint address = Device(values.Length);
        Write(address, values);
        return address;
    }

    /// <summary>Pinned memory for some floats.</summary>
    protected static Span<float> Pinned(int floats, out nint address)
    {
        cudaHostAlloc(out address, (nuint)floats * sizeof(float), 0).ShouldBe(0);
        return new Span<float>((void*)address, floats);
    }

    protected void Write(nint address, params float[] values)
    {
        fixed (float* from = values)
        {
            cudaMemcpyAsync((void*)address, from, (nuint)values.Length * sizeof(float), HostToDevice, Stream).ShouldBe(0);
        }
    }

    /// <summary>What device memory contains after all that the stream has to do.</summary>
    protected float[] Read(nint address, int floats)
    {
        float[] values = new float[floats];
        fixed (float* to = values)
        {
            cudaMemcpyAsync(to, (void*)address, (nuint)floats * sizeof(float), DeviceToHost, Stream).ShouldBe(0);
        }

        return values;
    }

    /// <summary>Asserts that a call failed as it must, and that the stand-in said why.</summary>
    protected static void ShouldBeViolation(int status, int expected, params string[] words)
    {
        status.ShouldBe(expected);
        Standin.Violations.ShouldBe(1);
        words.Where(word => !Standin.LastViolation.Contains(word, StringComparison.Ordinal)).ShouldBeEmpty(Standin.LastViolation);
    }

    protected static string? Text(nint text) => Marshal.PtrToStringUTF8(text);
}
