namespace Kron.Cuda;

/// <summary>A piece of device memory.</summary>
internal sealed class DeviceBlock(NativeHandle handle, long bytes)
{
    public nint Pointer => handle.Value;

    public long Bytes => bytes;

    public void Free() => handle.Dispose();
}
