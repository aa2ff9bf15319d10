using System;
using System.Runtime.InteropServices;

namespace Kron.Cuda;

/// <summary>The functions of the CUDA driver that are used; a bad status is a <see cref="CudaException"/>.</summary>
/// <remarks>All of them follow <c>cudaSetDevice</c> on the same thread, which initialises the driver and makes the device's context current.</remarks>
internal sealed unsafe class DriverFunctions(nint library)
{
    private const int NameBytes = 256;

    private readonly delegate* unmanaged<int, byte**, int> _getErrorName = (delegate* unmanaged<int, byte**, int>)NativeLibrary.GetExport(library, "cuGetErrorName");
    private readonly delegate* unmanaged<int*, int, int> _deviceGet = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(library, "cuDeviceGet");
    private readonly delegate* unmanaged<byte*, int, int, int> _deviceGetName = (delegate* unmanaged<byte*, int, int, int>)NativeLibrary.GetExport(library, "cuDeviceGetName");
    private readonly delegate* unmanaged<nint*, void*, int> _moduleLoadData = (delegate* unmanaged<nint*, void*, int>)NativeLibrary.GetExport(library, "cuModuleLoadData");
    private readonly delegate* unmanaged<nint, int> _moduleUnload = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuModuleUnload");
    private readonly delegate* unmanaged<nint*, nint, byte*, int> _moduleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)NativeLibrary.GetExport(library, "cuModuleGetFunction");

    private readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> _launchKernel =
        (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)NativeLibrary.GetExport(library, "cuLaunchKernel");

    public string DeviceName(int ordinal)
    {
        int device = 0;
        Check(_deviceGet(&device, ordinal), "cuDeviceGet");
        byte* name = stackalloc byte[NameBytes];
        Check(_deviceGetName(name, NameBytes, device), "cuDeviceGetName");
        return Marshal.PtrToStringUTF8((nint)name)!;
    }

    /// <summary>Loads a compiled program for the current device.</summary>
    public NativeHandle LoadModule(RuntimeFunctions runtime, int device, ReadOnlySpan<byte> image)
    {
        nint module = 0;
        fixed (byte* data = image)
        {
            int status = _moduleLoadData(&module, data);
            if (status != 0)
            {
                throw Error("cuModuleLoadData", status, FormattableString.Invariant($"The compiled program has {image.Length} bytes."));
            }
        }

        return new NativeHandle(runtime, device, module, _moduleUnload);
    }

    public nint GetFunction(nint module, string name)
    {
        nint function = 0;
        fixed (byte* text = ZeroTerminated.Utf8(name))
        {
            int status = _moduleGetFunction(&function, module, text);
            return status == 0 ? function : throw Error("cuModuleGetFunction", status, $"The kernel was {name}.");
        }
    }

    public void Launch(string name, nint function, uint blocks, uint threads, nint stream, void** parameters)
    {
        int status = _launchKernel(function, blocks, 1, 1, threads, 1, 1, 0, stream, parameters, null);
        if (status != 0)
        {
            throw Error("cuLaunchKernel", status, FormattableString.Invariant($"The kernel was {name} in {blocks} blocks of {threads} threads."));
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
        byte* name = null;
        _ = _getErrorName(status, &name);
        return new CudaException(call, status, Marshal.PtrToStringUTF8((nint)name) ?? "an unknown status", text: null, details);
    }
}
