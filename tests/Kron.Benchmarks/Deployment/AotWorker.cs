using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Kron.Benchmarks.Deployment;

/// <summary>A process of Kron.Benchmarks.Aot that times layers on one target, one turn for each question.</summary>
internal sealed class AotWorker : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts a native binary, or a managed one under the JIT.</summary>
    public AotWorker(string program, KernelTarget target) => _process = Start(program, target.ToString());

    /// <summary>The names of the layers.</summary>
    public static string[] Layers(string program)
    {
        using Process process = Start(program);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Nanoseconds per sample in a turn.</summary>
    public double Time(int layer, int batch, double seconds)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{layer} {batch} {seconds}"));
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended at layer {layer}.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Start(string program, params string[] arguments)
    {
        string[] command = Path.GetExtension(program) == ".dll" ? ["dotnet", program, .. arguments] : [program, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }
}
