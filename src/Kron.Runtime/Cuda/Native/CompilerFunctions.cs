using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Kron.Cuda;

/// <summary>The functions of NVRTC that are used; a bad status is a <see cref="CudaException"/>.</summary>
internal sealed unsafe class CompilerFunctions(nint library)
{
    private const int InvalidOption = 5; // NVRTC_ERROR_INVALID_OPTION

    private readonly delegate* unmanaged<int*, int*, int> _version = (delegate* unmanaged<int*, int*, int>)NativeLibrary.GetExport(library, "nvrtcVersion");
    private readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> _createProgram = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)NativeLibrary.GetExport(library, "nvrtcCreateProgram");
    private readonly delegate* unmanaged<nint, int, byte**, int> _compileProgram = (delegate* unmanaged<nint, int, byte**, int>)NativeLibrary.GetExport(library, "nvrtcCompileProgram");
    private readonly delegate* unmanaged<nint, nuint*, int> _getProgramLogSize = (delegate* unmanaged<nint, nuint*, int>)NativeLibrary.GetExport(library, "nvrtcGetProgramLogSize");
    private readonly delegate* unmanaged<nint, byte*, int> _getProgramLog = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(library, "nvrtcGetProgramLog");
    private readonly delegate* unmanaged<nint, nuint*, int> _getCubinSize = (delegate* unmanaged<nint, nuint*, int>)NativeLibrary.GetExport(library, "nvrtcGetCUBINSize");
    private readonly delegate* unmanaged<nint, byte*, int> _getCubin = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(library, "nvrtcGetCUBIN");
    private readonly delegate* unmanaged<nint*, int> _destroyProgram = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(library, "nvrtcDestroyProgram");
    private readonly delegate* unmanaged<int, byte*> _getErrorString = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(library, "nvrtcGetErrorString");

    public (int Major, int Minor) Version()
    {
        int major = 0;
        int minor = 0;
        Check(_version(&major, &minor), "nvrtcVersion");
        return (major, minor);
    }

    /// <summary>Compiles a program for one architecture, such as <c>sm_90</c>; null if this compiler does not know that one.</summary>
    public byte[]? Compile(string source, string architectureOption)
    {
        nint program = 0;
        fixed (byte* text = ZeroTerminated.Utf8(source), name = "kron.cu\0"u8, pinnedOption = ZeroTerminated.Utf8(architectureOption))
        {
            byte* option = pinnedOption;
            Check(_createProgram(&program, text, name, 0, null, null), "nvrtcCreateProgram");
            try
            {
                int status = _compileProgram(program, 1, &option);
                return status switch
                {
                    0 => Cubin(program),
                    InvalidOption => null,
                    _ => throw Error("nvrtcCompileProgram", status, Log(program)),
                };
            }
            finally
            {
                // An exception that may be under way says more than its status.
                _ = _destroyProgram(&program);
            }
        }
    }

    private byte[] Cubin(nint program)
    {
        nuint size = 0;
        Check(_getCubinSize(program, &size), "nvrtcGetCUBINSize");
        byte[] cubin = new byte[checked((int)size)];
        fixed (byte* data = cubin)
        {
            Check(_getCubin(program, data), "nvrtcGetCUBIN");
        }

        return cubin;
    }

    private string Log(nint program)
    {
        nuint size = 0;
        if (_getProgramLogSize(program, &size) != 0 || size == 0)
        {
            return "";
        }

        byte[] log = new byte[checked((int)size)];
        fixed (byte* data = log)
        {
            return _getProgramLog(program, data) == 0 ? Encoding.UTF8.GetString(log).TrimEnd('\0', '\n') : "";
        }
    }

    private void Check(int status, string call)
    {
        if (status != 0)
        {
            throw Error(call, status, details: null);
        }
    }

    private CudaException Error(string call, int status, string? details) =>
        new(call, status, Marshal.PtrToStringUTF8((nint)_getErrorString(status)) ?? "an unknown status", text: null, details);
}
