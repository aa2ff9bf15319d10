using System;

namespace Kron.Runtime.Tests.Decomposition;

/// <summary>Progress that is acted on at once, on the thread that reports it.</summary>
internal sealed class Recorder(Action<FitProgress> record) : IProgress<FitProgress>
{
    public void Report(FitProgress value) => record(value);
}
