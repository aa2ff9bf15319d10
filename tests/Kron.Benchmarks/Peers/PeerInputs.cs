using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>Inputs as the peers' layouts want them, shared by all libraries.</summary>
internal static class PeerInputs
{
    private static readonly ConditionalWeakTable<Workload, Dictionary<(int Batch, bool IsExchanged, StageLayout Layout, int Block), FloatBuffer>> Buffers = [];

    public static FloatBuffer Of(Workload workload, TwoStage layout, int batch)
    {
        var buffers = Buffers.GetOrCreateValue(workload);
        var key = (batch, layout.IsExchanged, layout.Layout, layout.Layout == StageLayout.BatchLast ? layout.Block : 1);
        if (!buffers.TryGetValue(key, out FloatBuffer? buffer))
        {
            buffer = Rearranged(workload, layout, batch);
            buffers.Add(key, buffer);
        }

        return buffer;
    }

    private static FloatBuffer Rearranged(Workload workload, TwoStage layout, int batch)
    {
        var (_, _, n1, n2, _, _) = layout.Original;
        ReadOnlySpan<float> natural = workload.Input(batch).Span;
        var input = new FloatBuffer(natural.Length);
        Span<float> values = input.Span;
        for (int sample = 0, from = 0; sample < batch; sample++)
        {
            for (int j1 = 0; j1 < n1; j1++)
            {
                for (int j2 = 0; j2 < n2; j2++)
                {
                    values[layout.InputAt(sample, j1, j2)] = natural[from++];
                }
            }
        }

        return input;
    }
}
