using System;
using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron.Cuda;

/// <summary>What tells one pass from another: a captured graph has all of it inside.</summary>
/// <param name="Calls">The list of calls.</param>
/// <param name="WithInputGradient">Whether the input's gradient follows.</param>
/// <param name="Batch">Samples.</param>
/// <param name="At">All addresses.</param>
internal readonly record struct PassKey(IReadOnlyList<CudaCall> Calls, bool WithInputGradient, int Batch, PassAddresses At);

/// <summary>
/// Captures a pass that is called again with the same buffers as a CUDA graph and replays it: many small launches cost the
/// host more than the device. The first call runs as it is, so that what libraries load at first use is not captured.
/// </summary>
internal sealed class PassGraphs(CudaContext context, CudaPass pass) : IDisposable
{
    // Passes that are remembered; the one that was not called for longest makes room.
    private const int Capacity = 16;

    private readonly List<Pass> _passes = [];

    /// <summary>Queues a pass, by itself or as its graph.</summary>
    public void Run(in PassKey key, Action queue)
    {
        if (!context.Options.UseGraphs || !pass.IsAsynchronous)
        {
            queue();
            return;
        }

        PassKey wanted = key;
        int index = _passes.FindIndex(each => each.Key == wanted);
        if (index < 0)
        {
            queue();
            Forget(Capacity - 1);
            _passes.Add(new Pass(key, null, CanBeCaptured: true));
            return;
        }

        Pass again = Capture(_passes[index], queue);
        _passes.RemoveAt(index);
        _passes.Add(again);
        if (again.Graph is null)
        {
            queue();
        }
        else
        {
            context.Replay(again.Graph);
        }
    }

    public void Clear() => Forget(0);

    public void Dispose() => Clear();

    /// <summary>A pass that cannot be captured stays one that is called: whatever is wrong with it itself shows there.</summary>
    private Pass Capture(Pass known, Action queue)
    {
        if (known.Graph is not null || !known.CanBeCaptured)
        {
            return known;
        }

        try
        {
            return known with { Graph = context.Capture(queue) };
        }
        catch (CudaException)
        {
            return known with { CanBeCaptured = false };
        }
    }

    private void Forget(int kept)
    {
        while (_passes.Count > kept)
        {
            _passes[0].Graph?.Dispose();
            _passes.RemoveAt(0);
        }
    }

    private sealed record Pass(PassKey Key, CudaGraph? Graph, bool CanBeCaptured);
}
