using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Runtime.Tests.Layers;

/// <summary>Which kernels of <see cref="NaiveLayer"/> an action calls on this thread.</summary>
internal static class CallLog
{
    public static List<NaiveLayer.Call> Calls(Action action)
    {
        List<NaiveLayer.Call> calls = [];
        NaiveLayer.Calls = calls;
        try
        {
            action();
        }
        finally
        {
            NaiveLayer.Calls = null;
        }

        return calls;
    }

    public static IReadOnlyList<string> Of(Action action) => [.. Calls(action).Select(call => $"{call.Pass} {call.Samples}")];

    public static IReadOnlyList<KernelFrame> Frames(Action action) => [.. Calls(action).Select(call => call.Frame)];
}
