using System;
using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Linq;
using System.Threading;

namespace Kron.Benchmarks.Compilation;

/// <summary>Listens to what the JIT compiles: the bytes of machine code by the full name of the class.</summary>
internal sealed class MachineCode : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Jit = (EventKeywords)0x10;
    private const int MethodLoadVerbose = 143;

    // The runtime hands events over from time to time.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<(string Class, string Method, uint Bytes)> _methods = new();

    /// <summary>Waits for the events of everything compiled so far.</summary>
    public static void Settle() => Thread.Sleep(Delay);

    /// <summary>Methods and bytes of a class and the classes inside it, the last compilation of each method.</summary>
    public (int Methods, long Bytes) Of(string className)
    {
        var last = _methods
            .Where(method => method.Class == className || method.Class.StartsWith(className + "+", StringComparison.Ordinal))
            .GroupBy(method => (method.Class, method.Method))
            .Select(group => group.Last().Bytes)
            .ToArray();
        return (last.Length, last.Sum(bytes => bytes));
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Verbose, Jit);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Events may come before the field is there: the base class starts listening in its constructor.
        if (eventData.EventId == MethodLoadVerbose && _methods is { } methods)
        {
            object? Of(string name) => eventData.Payload![eventData.PayloadNames!.IndexOf(name)];
            methods.Enqueue(((string)Of("MethodNamespace")!, (string)Of("MethodName")! + (string)Of("MethodSignature")!, (uint)Of("MethodSize")!));
        }
    }
}
