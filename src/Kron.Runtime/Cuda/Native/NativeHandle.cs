using System;
using System.Runtime.InteropServices;

namespace Kron.Cuda;

/// <summary>Something that a CUDA library made and one function of it destroys.</summary>
/// <remarks>
/// The context that owns it disposes it. It holds what its object uses, such as a stream, until the object is gone.
/// </remarks>
internal sealed unsafe class NativeHandle : SafeHandle
{
    private readonly RuntimeFunctions _runtime;
    private readonly int _device;
    private readonly delegate* unmanaged<nint, int> _destroy;
    private readonly NativeHandle[] _used;

    public NativeHandle(RuntimeFunctions runtime, int device, nint value, delegate* unmanaged<nint, int> destroy, params NativeHandle[] used)
        : base(0, ownsHandle: true)
    {
        _runtime = runtime;
        _device = device;
        _destroy = destroy;
        _used = used;
        foreach (NativeHandle handle in used)
        {
            bool added = false;
            handle.DangerousAddRef(ref added);
        }

        SetHandle(value);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The handle as the library's functions take it; the owner keeps it alive meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public nint Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    protected override bool ReleaseHandle()
    {
        // The finalizer's thread may have another device, or none.
        _ = _runtime.TrySetDevice(_device);
        bool destroyed = _destroy(handle) == 0;
        foreach (NativeHandle used in _used)
        {
            used.DangerousRelease();
        }

        return destroyed;
    }
}
