using System;

namespace Kron.Cuda;

/// <summary>A call to CUDA, cuBLAS or NVRTC failed.</summary>
public sealed class CudaException : Exception
{
    internal CudaException(string call, int status, string statusName, string? text, string? details)
        : base(Describe(call, status, statusName, text, details))
    {
        Call = call;
        Status = status;
        StatusName = statusName;
    }

    /// <summary>The function that failed, such as <c>cudaMalloc</c>.</summary>
    public string Call { get; }

    /// <summary>The status it returned.</summary>
    public int Status { get; }

    /// <summary>That status's name, such as <c>cudaErrorMemoryAllocation</c>.</summary>
    public string StatusName { get; }

    private static string Describe(string call, int status, string statusName, string? text, string? details)
    {
        string message = FormattableString.Invariant($"{call} failed with {statusName} ({status})");
        message += string.IsNullOrEmpty(text) ? "." : $": {text}.";
        return string.IsNullOrEmpty(details) ? message : $"{message} {details}";
    }
}
