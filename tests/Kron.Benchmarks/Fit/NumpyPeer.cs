using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;

namespace Kron.Benchmarks.Fit;

/// <summary>A Python process with NumPy that holds a matrix and answers commands; see <c>block_krylov.py</c>.</summary>
internal sealed class NumpyPeer : IDisposable
{
    private readonly Process _process;

    public NumpyPeer(string python)
    {
        using Stream script = typeof(NumpyPeer).Assembly.GetManifestResourceStream("block_krylov.py")!;
        using var reader = new StreamReader(script);
        var start = new ProcessStartInfo(python, ["-c", reader.ReadToEnd()]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Either would have OpenBLAS choose kernels for another processor.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        _process = Process.Start(start)!;
    }

    public JsonElement Ask(params object[] command)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(command));
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"NumPy ended at {command[0]}.");
        return JsonDocument.Parse(answer).RootElement;
    }

    public double Seconds(params object[] command) => Ask(command).GetProperty("seconds").GetDouble();

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
