using System;
using System.Runtime.InteropServices;

namespace Kron.Cuda.Device;

/// <summary>The machine in words.</summary>
internal static class Machine
{
    public static void Describe(Report report)
    {
        using var context = new CudaContext();
        report.Line($"Device: {context.DeviceName}, compute capability {context.ComputeCapability.Major}.{context.ComputeCapability.Minor}");
        report.Line($"CUDA: driver for {Version(context.DriverVersion)}, runtime {Version(context.RuntimeVersion)}, cuBLAS {context.CublasVersion / 10000}.{context.CublasVersion / 100 % 100}.{context.CublasVersion % 100}, {(context.HasCompiler ? "with NVRTC" : "without NVRTC")}");
        report.Line($"Program: {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        report.Line($"Date: {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC");
        report.Line();

        static string Version(int version) => FormattableString.Invariant($"{version / 1000}.{version % 1000 / 10}");
    }
}
