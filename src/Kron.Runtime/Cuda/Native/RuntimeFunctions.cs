using System;
using System.Runtime.InteropServices;

namespace Kron.Cuda;

/// <summary>The functions of the CUDA runtime (<c>cudart</c>) that are used; a bad status is a <see cref="CudaException"/>.</summary>
internal sealed unsafe class RuntimeFunctions(nint library)
{
    public const int OutOfMemory = 2; // cudaErrorMemoryAllocation

    private const int CapabilityMajor = 75; // cudaDevAttrComputeCapabilityMajor
    private const int CapabilityMinor = 76; // cudaDevAttrComputeCapabilityMinor
    private const uint NonBlocking = 1; // cudaStreamNonBlocking
    private const uint DisableTiming = 2; // cudaEventDisableTiming
    private const int RelaxedCapture = 2; // cudaStreamCaptureModeRelaxed

    private readonly delegate* unmanaged<int, byte*> _getErrorName = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(library, "cudaGetErrorName");
    private readonly delegate* unmanaged<int, byte*> _getErrorString = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(library, "cudaGetErrorString");
    private readonly delegate* unmanaged<int> _getLastError = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "cudaGetLastError");
    private readonly delegate* unmanaged<int*, int> _runtimeGetVersion = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cudaRuntimeGetVersion");
    private readonly delegate* unmanaged<int*, int> _driverGetVersion = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cudaDriverGetVersion");
    private readonly delegate* unmanaged<int*, int> _getDeviceCount = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cudaGetDeviceCount");
    private readonly delegate* unmanaged<int, int> _setDevice = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "cudaSetDevice");
    private readonly delegate* unmanaged<int*, int, int, int> _deviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)NativeLibrary.GetExport(library, "cudaDeviceGetAttribute");
    private readonly delegate* unmanaged<nuint*, nuint*, int> _memGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)NativeLibrary.GetExport(library, "cudaMemGetInfo");
    private readonly delegate* unmanaged<nint*, nuint, int> _malloc = (delegate* unmanaged<nint*, nuint, int>)NativeLibrary.GetExport(library, "cudaMalloc");
    private readonly delegate* unmanaged<nint, int> _free = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaFree");
    private readonly delegate* unmanaged<nint*, nuint, uint, int> _hostAlloc = (delegate* unmanaged<nint*, nuint, uint, int>)NativeLibrary.GetExport(library, "cudaHostAlloc");
    private readonly delegate* unmanaged<nint, int> _freeHost = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaFreeHost");
    private readonly delegate* unmanaged<nint, nint, nuint, int, nint, int> _memcpyAsync = (delegate* unmanaged<nint, nint, nuint, int, nint, int>)NativeLibrary.GetExport(library, "cudaMemcpyAsync");
    private readonly delegate* unmanaged<nint, int, nuint, nint, int> _memsetAsync = (delegate* unmanaged<nint, int, nuint, nint, int>)NativeLibrary.GetExport(library, "cudaMemsetAsync");
    private readonly delegate* unmanaged<nint*, uint, int> _streamCreateWithFlags = (delegate* unmanaged<nint*, uint, int>)NativeLibrary.GetExport(library, "cudaStreamCreateWithFlags");
    private readonly delegate* unmanaged<nint, int> _streamDestroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaStreamDestroy");
    private readonly delegate* unmanaged<nint, int> _streamSynchronize = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaStreamSynchronize");
    private readonly delegate* unmanaged<nint*, uint, int> _eventCreateWithFlags = (delegate* unmanaged<nint*, uint, int>)NativeLibrary.GetExport(library, "cudaEventCreateWithFlags");
    private readonly delegate* unmanaged<nint, nint, int> _eventRecord = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "cudaEventRecord");
    private readonly delegate* unmanaged<nint, int> _eventSynchronize = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaEventSynchronize");
    private readonly delegate* unmanaged<float*, nint, nint, int> _eventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)NativeLibrary.GetExport(library, "cudaEventElapsedTime");
    private readonly delegate* unmanaged<nint, int> _eventDestroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaEventDestroy");
    private readonly delegate* unmanaged<nint, int, int> _streamBeginCapture = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "cudaStreamBeginCapture");
    private readonly delegate* unmanaged<nint, nint*, int> _streamEndCapture = (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(library, "cudaStreamEndCapture");
    private readonly delegate* unmanaged<nint*, nint, ulong, int> _graphInstantiateWithFlags = (delegate* unmanaged<nint*, nint, ulong, int>)NativeLibrary.GetExport(library, "cudaGraphInstantiateWithFlags");
    private readonly delegate* unmanaged<nint, nint, int> _graphLaunch = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "cudaGraphLaunch");
    private readonly delegate* unmanaged<nint, int> _graphExecDestroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaGraphExecDestroy");
    private readonly delegate* unmanaged<nint, int> _graphDestroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaGraphDestroy");

    /// <summary>1000 · major + 10 · minor.</summary>
    public int RuntimeVersion()
    {
        int version = 0;
        Check(_runtimeGetVersion(&version), "cudaRuntimeGetVersion");
        return version;
    }

    /// <summary>The newest CUDA that the driver can run, as <see cref="RuntimeVersion"/>; 0 without a driver.</summary>
    public int DriverVersion()
    {
        int version = 0;
        Check(_driverGetVersion(&version), "cudaDriverGetVersion");
        return version;
    }

    public int DeviceCount()
    {
        int count = 0;
        Check(_getDeviceCount(&count), "cudaGetDeviceCount");
        return count;
    }

    public void SetDevice(int device) => Check(_setDevice(device), "cudaSetDevice");

    public bool TrySetDevice(int device) => _setDevice(device) == 0;

    public (int Major, int Minor) ComputeCapability(int device)
    {
        int major = 0;
        int minor = 0;
        Check(_deviceGetAttribute(&major, CapabilityMajor, device), "cudaDeviceGetAttribute");
        Check(_deviceGetAttribute(&minor, CapabilityMinor, device), "cudaDeviceGetAttribute");
        return (major, minor);
    }

    /// <summary>Device memory, or null if there is too little.</summary>
    public NativeHandle? TryAllocate(int device, long bytes)
    {
        nint pointer = 0;
        int status = _malloc(&pointer, (nuint)bytes);
        if (status == OutOfMemory)
        {
            // The next call would report it again.
            _ = _getLastError();
            return null;
        }

        if (status != 0)
        {
            throw Error("cudaMalloc", status, FormattableString.Invariant($"{bytes} bytes were wanted."));
        }

        return new NativeHandle(this, device, pointer, _free);
    }

    /// <summary>The exception for a <see cref="TryAllocate"/> that found too little for a context whose pool holds nothing unused.</summary>
    public CudaException NoMemory(long bytes, long usedBytes)
    {
        nuint free = 0;
        nuint total = 0;
        string device = _memGetInfo(&free, &total) == 0
            ? FormattableString.Invariant($"the device has {free} of {total} bytes free")
            : "how much the device has free is not known";
        return Error("cudaMalloc", OutOfMemory, FormattableString.Invariant(
            $"{bytes} bytes were wanted; {device}; the context uses {usedBytes} bytes, and its pool holds none beside."));
    }

    /// <summary>Pinned host memory.</summary>
    public NativeHandle AllocateHost(int device, long bytes)
    {
        nint pointer = 0;
        int status = _hostAlloc(&pointer, (nuint)bytes, 0);
        return status == 0
            ? new NativeHandle(this, device, pointer, _freeHost)
            : throw Error("cudaHostAlloc", status, FormattableString.Invariant($"{bytes} bytes of pinned host memory were wanted."));
    }

    public void Copy(nint to, nint from, long bytes, CopyKind kind, nint stream)
    {
        int status = _memcpyAsync(to, from, (nuint)bytes, (int)kind, stream);
        if (status != 0)
        {
            throw Error("cudaMemcpyAsync", status, FormattableString.Invariant($"It was a copy of {bytes} bytes ({kind})."));
        }
    }

    public void Clear(nint pointer, long bytes, nint stream)
    {
        int status = _memsetAsync(pointer, 0, (nuint)bytes, stream);
        if (status != 0)
        {
            throw Error("cudaMemsetAsync", status, FormattableString.Invariant($"{bytes} bytes were to be cleared."));
        }
    }

    public NativeHandle CreateStream(int device)
    {
        nint stream = 0;
        Check(_streamCreateWithFlags(&stream, NonBlocking), "cudaStreamCreateWithFlags");
        return new NativeHandle(this, device, stream, _streamDestroy);
    }

    public void Synchronize(nint stream) => Check(_streamSynchronize(stream), "cudaStreamSynchronize");

    /// <summary>Waits as far as that is possible: a device that failed has nothing left to wait for.</summary>
    public void TrySynchronize(nint stream)
    {
        if (_streamSynchronize(stream) != 0)
        {
            _ = _getLastError();
        }
    }

    public NativeHandle CreateEvent(int device, bool timing)
    {
        nint value = 0;
        Check(_eventCreateWithFlags(&value, timing ? 0 : DisableTiming), "cudaEventCreateWithFlags");
        return new NativeHandle(this, device, value, _eventDestroy);
    }

    public void Record(NativeHandle @event, nint stream) => Check(_eventRecord(@event.Value, stream), "cudaEventRecord");

    public void Synchronize(NativeHandle @event) => Check(_eventSynchronize(@event.Value), "cudaEventSynchronize");

    public double Milliseconds(NativeHandle start, NativeHandle end)
    {
        float milliseconds = 0;
        Check(_eventElapsedTime(&milliseconds, start.Value, end.Value), "cudaEventElapsedTime");
        return milliseconds;
    }

    /// <summary>From here on the stream's work is recorded, not run.</summary>
    public void BeginCapture(nint stream) => Check(_streamBeginCapture(stream, RelaxedCapture), "cudaStreamBeginCapture");

    /// <summary>Ends the recording and makes the launchable graph of it.</summary>
    public NativeHandle EndCapture(int device, nint stream)
    {
        nint graph = 0;
        Check(_streamEndCapture(stream, &graph), "cudaStreamEndCapture");
        try
        {
            nint executable = 0;
            Check(_graphInstantiateWithFlags(&executable, graph, 0), "cudaGraphInstantiateWithFlags");
            return new NativeHandle(this, device, executable, _graphExecDestroy);
        }
        finally
        {
            DestroyGraph(graph);
        }
    }

    /// <summary>Ends the recording and forgets it, in whatever state it is, or if it has ended.</summary>
    public void AbandonCapture(nint stream)
    {
        nint graph = 0;
        int status = _streamEndCapture(stream, &graph);
        if (graph != 0)
        {
            DestroyGraph(graph);
        }

        if (status != 0)
        {
            _ = _getLastError();
        }
    }

    public void Launch(nint executable, nint stream) => Check(_graphLaunch(executable, stream), "cudaGraphLaunch");

    private void DestroyGraph(nint graph)
    {
        // Called while an exception may be under way, which says more.
        if (_graphDestroy(graph) != 0)
        {
            _ = _getLastError();
        }
    }

    private void Check(int status, string call)
    {
        if (status != 0)
        {
            throw Error(call, status, details: null);
        }
    }

    private CudaException Error(string call, int status, string? details)
    {
        // What a call reports stays until it is asked for, and later calls would report it as theirs.
        _ = _getLastError();
        return new CudaException(
            call,
            status,
            Marshal.PtrToStringUTF8((nint)_getErrorName(status)) ?? "an unknown status",
            Marshal.PtrToStringUTF8((nint)_getErrorString(status)),
            details);
    }
}
