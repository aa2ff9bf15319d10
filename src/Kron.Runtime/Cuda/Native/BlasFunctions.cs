using System;
using System.Runtime.InteropServices;

namespace Kron.Cuda;

/// <summary>The functions of cuBLAS that are used; a bad status is a <see cref="CudaException"/>.</summary>
internal sealed unsafe class BlasFunctions(nint library)
{
    private const int NoTranspose = 0; // CUBLAS_OP_N
    private const int Transpose = 1; // CUBLAS_OP_T
    private const int Float32 = 0; // CUDA_R_32F
    private const int DefaultAlgorithm = -1; // CUBLAS_GEMM_DEFAULT
    private const int MajorVersion = 0; // MAJOR_VERSION of libraryPropertyType

    private readonly delegate* unmanaged<nint*, int> _create = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(library, "cublasCreate_v2");
    private readonly delegate* unmanaged<nint, int> _destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cublasDestroy_v2");
    private readonly delegate* unmanaged<nint, nint, int> _setStream = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "cublasSetStream_v2");
    private readonly delegate* unmanaged<nint, nint, nuint, int> _setWorkspace = (delegate* unmanaged<nint, nint, nuint, int>)NativeLibrary.GetExport(library, "cublasSetWorkspace_v2");
    private readonly delegate* unmanaged<nint, int*, int> _getVersion = (delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(library, "cublasGetVersion_v2");
    private readonly delegate* unmanaged<int, int*, int> _getProperty = (delegate* unmanaged<int, int*, int>)NativeLibrary.GetExport(library, "cublasGetProperty");
    private readonly delegate* unmanaged<int, byte*> _getStatusName = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(library, "cublasGetStatusName");
    private readonly delegate* unmanaged<int, byte*> _getStatusString = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(library, "cublasGetStatusString");

    private readonly delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, int, long, nint, int, int, long, void*, nint, int, int, long, int, int, int, int> _gemmStridedBatchedEx =
        (delegate* unmanaged<nint, int, int, int, int, int, void*, nint, int, int, long, nint, int, int, long, void*, nint, int, int, long, int, int, int, int>)NativeLibrary.GetExport(library, "cublasGemmStridedBatchedEx");

    private readonly delegate* unmanaged<nint, int, int, int, int, float*, nint, int, float*, nint, int, nint, int, int> _sgeam =
        (delegate* unmanaged<nint, int, int, int, int, float*, nint, int, float*, nint, int, nint, int, int>)NativeLibrary.GetExport(library, "cublasSgeam");

    /// <summary>The library's major version, which needs no device.</summary>
    public int Major()
    {
        int major = 0;
        Check(_getProperty(MajorVersion, &major), "cublasGetProperty");
        return major;
    }

    /// <summary>A handle whose work goes to a stream and uses a workspace, both of which it keeps.</summary>
    public NativeHandle Create(RuntimeFunctions runtime, int device, NativeHandle stream, NativeHandle? workspace, long workspaceBytes)
    {
        nint value = 0;
        Check(_create(&value), "cublasCreate_v2");
        NativeHandle[] used = workspace is null ? [stream] : [stream, workspace];
        var handle = new NativeHandle(runtime, device, value, _destroy, used);
        try
        {
            // Setting the stream takes the workspace away, so it comes first.
            Check(_setStream(value, stream.Value), "cublasSetStream_v2");
            if (workspace is not null)
            {
                Check(_setWorkspace(value, workspace.Value, (nuint)workspaceBytes), "cublasSetWorkspace_v2");
            }

            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>10000 · major + 100 · minor + patch.</summary>
    public int Version(NativeHandle handle)
    {
        int version = 0;
        Check(_getVersion(handle.Value, &version), "cublasGetVersion_v2");
        return version;
    }

    public void Gemm(NativeHandle handle, in GemmCall call, int computeType)
    {
        float alpha = 1;
        float beta = call.Beta;
        int status = _gemmStridedBatchedEx(
            handle.Value,
            call.TransposeA ? Transpose : NoTranspose,
            call.TransposeB ? Transpose : NoTranspose,
            call.M,
            call.N,
            call.K,
            &alpha,
            call.A,
            Float32,
            call.Lda,
            call.StrideA,
            call.B,
            Float32,
            call.Ldb,
            call.StrideB,
            &beta,
            call.C,
            Float32,
            call.Ldc,
            call.StrideC,
            call.Count,
            computeType,
            DefaultAlgorithm);
        if (status != 0)
        {
            throw Error("cublasGemmStridedBatchedEx", status, call.Describe());
        }
    }

    /// <summary>Writes the transpose of a row-major rows × columns matrix.</summary>
    public void TransposeMatrix(NativeHandle handle, nint source, int rows, int columns, nint destination)
    {
        // To cuBLAS, the source is columns × rows and its transpose rows × columns. The second operand counts 0 times; it is
        // the destination, as the one operand that may overlap it.
        float alpha = 1;
        float beta = 0;
        int status = _sgeam(handle.Value, Transpose, NoTranspose, rows, columns, &alpha, source, columns, &beta, destination, rows, destination, rows);
        if (status != 0)
        {
            throw Error("cublasSgeam", status, FormattableString.Invariant($"A {rows}×{columns} matrix was to be transposed."));
        }
    }

    private void Check(int status, string call)
    {
        if (status != 0)
        {
            throw Error(call, status, details: null);
        }
    }

    private CudaException Error(string call, int status, string? details) => new(
        call,
        status,
        Marshal.PtrToStringUTF8((nint)_getStatusName(status)) ?? "an unknown status",
        Marshal.PtrToStringUTF8((nint)_getStatusString(status)),
        details);
}
