namespace Kron.Cuda;

/// <summary><c>cudaMemcpyKind</c>.</summary>
internal enum CopyKind
{
    HostToDevice = 1,
    DeviceToHost = 2,
    DeviceToDevice = 3,
}
