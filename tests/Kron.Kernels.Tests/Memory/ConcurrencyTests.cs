using System;
using System.Linq;
using System.Threading;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Memory;

/// <summary>One layer serves many threads at once.</summary>
public class ConcurrencyTests
{
    private const int Threads = 8;
    private const int Calls = 40;

    [Fact]
    public void Threads_get_the_bits_that_one_thread_gets()
    {
        foreach ((LayerCase layer, ILayer compiled) in CaseBatch.OfEveryKind())
        {
            compiled.Initialize(seed: 6);
            float[][] inputs = [.. Enumerable.Range(0, Threads).Select(i => new Random(i).Floats((1 + (i * 5)) * layer.Inputs))];
            float[][] expected = [.. inputs.Select(x => Forward(compiled, layer, x))];

            using var start = new Barrier(Threads);
            int wrong = 0;
            Thread[] threads = [.. inputs.Select((x, i) => new Thread(() =>
            {
                start.SignalAndWait();
                for (int call = 0; call < Calls; call++)
                {
                    if (!Forward(compiled, layer, x).AsSpan().SequenceEqual(expected[i]))
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            wrong.ShouldBe(0, layer.ToString());
        }
    }

    private static float[] Forward(ILayer compiled, LayerCase layer, float[] x)
    {
        var y = new float[x.Length / layer.Inputs * layer.OutputSize];
        compiled.Forward(x, y);
        return y;
    }
}
