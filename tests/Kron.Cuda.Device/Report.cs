using System;
using System.IO;

namespace Kron.Cuda.Device;

/// <summary>What the program prints, and writes to a file where one is named.</summary>
internal sealed class Report(string? file) : IDisposable
{
    private readonly StreamWriter? _record = file is null ? null : new StreamWriter(file) { AutoFlush = true };

    public void Line(string text = "")
    {
        Console.WriteLine(text);
        _record?.WriteLine(text);
    }

    /// <summary>Prints a line in the form of the invariant culture.</summary>
    public void Line(FormattableString text) => Line(FormattableString.Invariant(text));

    public void Dispose() => _record?.Dispose();
}
