using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;

namespace Kron.Cuda;

/// <summary>A device at work: one stream, in which everything runs in the order of the calls, one cuBLAS handle, and the memory in use.</summary>
/// <remarks>
/// Any number of threads may use a context; each call excludes the others, and makes the context's device the calling thread's.
/// Disposing it waits for the device and frees all that was made with it, buffers included.
/// </remarks>
public sealed partial class CudaContext : IDisposable
{
    private readonly object _lock = new();
    private readonly ConcurrentQueue<NativeHandle> _abandoned = new();
    private readonly HashSet<NativeHandle> _owned = [];
    private readonly CudaLibraries _libraries;
    private readonly DeviceMemoryPool _pool;
    private readonly NativeHandle _stream;
    private readonly NativeHandle _blas;
    private readonly PinnedStaging _staging;
    private readonly KernelCompiler? _compiler;
    private int _depth;
    private bool _isCapturing;
    private bool _isOpen;

    /// <summary>Opens a device.</summary>
    /// <param name="options">Null for the first device and the defaults.</param>
    /// <exception cref="PlatformNotSupportedException">CUDA is not available; the message is <see cref="KronCuda.Unavailable"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or there is no such device.</exception>
    /// <exception cref="CudaException">A call failed; nothing is left behind.</exception>
    public CudaContext(CudaContextOptions? options = null)
        : this(KronCuda.Libraries, options)
    {
    }

    /// <summary>The same over given libraries.</summary>
    internal CudaContext(CudaLibraries libraries, CudaContextOptions? options)
    {
        Options = options ?? new CudaContextOptions();
        Check(Options, libraries.DeviceCount);
        _libraries = libraries;
        RuntimeFunctions runtime = libraries.Runtime;
        int device = Options.Device;
        runtime.SetDevice(device);
        RuntimeVersion = runtime.RuntimeVersion();
        DriverVersion = runtime.DriverVersion();
        ComputeCapability = runtime.ComputeCapability(device);
        DeviceName = libraries.Driver.DeviceName(device);
        _pool = new DeviceMemoryPool(runtime, device);
        NativeHandle? stream = null;
        try
        {
            stream = runtime.CreateStream(device);
            NativeHandle? workspace = Options.WorkspaceBytes == 0 ? null : Own(
                runtime.TryAllocate(device, Options.WorkspaceBytes) ?? throw runtime.NoMemory(Options.WorkspaceBytes, 0));
            _blas = Own(libraries.Blas.Create(runtime, device, stream, workspace, Options.WorkspaceBytes));
            CublasVersion = libraries.Blas.Version(_blas);
            if (Options.UseCompiler && libraries.Compiler is { } compiler)
            {
                _compiler = new KernelCompiler(libraries, compiler, new KernelCache(Options.KernelCache), device, ComputeCapability);
                HasCompiler = true;
            }
        }
        catch
        {
            FreeOwned();
            stream?.Dispose();
            throw;
        }

        _stream = stream;
        _staging = new PinnedStaging(runtime, device, stream);
        _isOpen = true;
    }

    /// <summary>A forgotten context is closed in order; its handles' own finalizers come after it, as those of all safe handles.</summary>
    ~CudaContext()
    {
        // One that was never opened may not even have a lock.
        if (_isOpen)
        {
            Close();
        }
    }

    /// <summary>The device's name, such as <c>NVIDIA H100 PCIe</c>.</summary>
    public string DeviceName { get; }

    /// <summary>What the device can do, such as 9.0.</summary>
    public (int Major, int Minor) ComputeCapability { get; }

    /// <summary>The CUDA runtime's version, 1000 · major + 10 · minor.</summary>
    public int RuntimeVersion { get; }

    /// <summary>The newest CUDA version that the driver runs, as <see cref="RuntimeVersion"/>.</summary>
    public int DriverVersion { get; }

    /// <summary>cuBLAS's version, 10000 · major + 100 · minor + patch.</summary>
    public int CublasVersion { get; }

    /// <summary>Whether NVRTC compiles kernels for this context; false as well once it has turned out too old for the device.</summary>
    public bool HasCompiler { get; private set; }

    /// <summary>The arithmetic of matrix products.</summary>
    public CudaMath Math => Options.Math;

    /// <summary>The most samples that lie in one chunk of a buffer of activations.</summary>
    public int ChunkSamples => Options.ChunkSamples;

    /// <summary>The options it was made with.</summary>
    public CudaContextOptions Options { get; }

    private RuntimeFunctions Runtime => _libraries.Runtime;

    /// <summary>Waits until the device has done all that was called before.</summary>
    /// <exception cref="CudaException">Some of that failed.</exception>
    /// <exception cref="ObjectDisposedException">The context is disposed.</exception>
    public void Synchronize()
    {
        using Scope scope = Enter();
        RefuseCapture("Waiting for the device");
        Runtime.Synchronize(_stream.Value);
    }

    /// <summary>Waits for the device and frees everything: buffers, layers' workspaces, kernels and recorded work.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Excludes other threads and makes the device current, until the result is disposed; may be nested.</summary>
    /// <exception cref="ObjectDisposedException">The context is disposed.</exception>
    internal Scope Enter()
    {
        Monitor.Enter(_lock);
        try
        {
            ObjectDisposedException.ThrowIf(!_isOpen, this);
            if (_depth == 0)
            {
                Runtime.SetDevice(Options.Device);
                FreeAbandoned();
            }

            _depth++;
            return new Scope(this);
        }
        catch
        {
            Monitor.Exit(_lock);
            throw;
        }
    }

    /// <summary>Excludes other threads from what something does to be disposed of, whether the context is open still or not.</summary>
    internal void Exclusively(Action dispose)
    {
        lock (_lock)
        {
            dispose();
        }
    }

    /// <summary>Destroys something that the context owns, unless it is disposed and has done so.</summary>
    internal void Release(NativeHandle handle)
    {
        lock (_lock)
        {
            _owned.Remove(handle);
            handle.Dispose();
        }
    }

    /// <summary>The same at the next call, for finalizers.</summary>
    internal void Abandon(NativeHandle handle) => _abandoned.Enqueue(handle);

    /// <summary>Takes a block back into the pool; for any thread, and for finalizers.</summary>
    internal void Return(DeviceBlock block) => _pool.Return(block);

    private static void Check(CudaContextOptions options, int devices)
    {
        if ((uint)options.Device >= (uint)devices)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                options.Device,
                FormattableString.Invariant($"Device is {options.Device}; expected 0 to {devices - 1}, as CUDA sees {devices} here."));
        }

        if (options.Math is not (CudaMath.Single or CudaMath.TensorFloat32 or CudaMath.BFloat16))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Math, FormattableString.Invariant($"Math is {options.Math}; expected one of the enumeration's values."));
        }

        if (options.WorkspaceBytes < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.WorkspaceBytes, FormattableString.Invariant($"WorkspaceBytes is {options.WorkspaceBytes}; expected at least 0."));
        }

        if (options.ChunkSamples < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.ChunkSamples, FormattableString.Invariant($"ChunkSamples is {options.ChunkSamples}; expected at least 1."));
        }
    }

    private void Close()
    {
        lock (_lock)
        {
            if (!_isOpen)
            {
                return;
            }

            _isOpen = false;
            _ = Runtime.TrySetDevice(Options.Device);
            if (_isCapturing)
            {
                Runtime.AbandonCapture(_stream.Value);
            }

            Runtime.TrySynchronize(_stream.Value);
            FreeOwned();
            _staging.Free();
            _pool.FreeAll();
            _stream.Dispose();
        }
    }

    private NativeHandle Own(NativeHandle handle)
    {
        _owned.Add(handle);
        return handle;
    }

    private void FreeOwned()
    {
        foreach (NativeHandle handle in _owned)
        {
            handle.Dispose();
        }

        _owned.Clear();
    }

    private void FreeAbandoned()
    {
        while (_abandoned.TryDequeue(out NativeHandle? handle))
        {
            _owned.Remove(handle);
            handle.Dispose();
        }
    }

    private void Leave()
    {
        _depth--;
        Monitor.Exit(_lock);
    }

    /// <summary>A thread's stay in the context.</summary>
    internal readonly ref struct Scope(CudaContext context)
    {
        public void Dispose() => context.Leave();
    }
}
