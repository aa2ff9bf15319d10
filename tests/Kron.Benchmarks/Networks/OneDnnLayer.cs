using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Networks;

/// <summary>A layer of a network by a convolution of oneDNN, which has no maxout: bias and maxout follow.</summary>
internal sealed unsafe class OneDnnLayer(Candidate convolution, LayerCase layer, float[] bias, int batch, FloatBuffer sums, FloatBuffer output) : Candidate
{
    public override string Name => "oneDNN";

    public override string Detail => convolution.Detail;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            convolution.Run(1);
            int channels = layer.OutputChannels / layer.Pieces, pixels = layer.Pixels;
            float* from = sums.Pointer, to = output.Pointer;
            for (int image = 0; image < batch; image++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    Maxout(from, channel * layer.Pieces, to, pixels);
                    from += layer.Pieces * pixels;
                    to += pixels;
                }
            }
        }
    }

    public override void Check()
    {
    }

    /// <summary>One channel of the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Maxout(float* from, int channel, float* to, int pixels)
    {
        int pixel = 0;
        for (; pixel <= pixels - Vector<float>.Count; pixel += Vector<float>.Count)
        {
            Vector<float> most = Vector.Load(from + pixel) + new Vector<float>(bias[channel]);
            for (int piece = 1; piece < layer.Pieces; piece++)
            {
                most = Vector.Max(most, Vector.Load(from + (piece * pixels) + pixel) + new Vector<float>(bias[channel + piece]));
            }

            most.Store(to + pixel);
        }

        for (; pixel < pixels; pixel++)
        {
            float most = from[pixel] + bias[channel];
            for (int piece = 1; piece < layer.Pieces; piece++)
            {
                most = Math.Max(most, from[(piece * pixels) + pixel] + bias[channel + piece]);
            }

            to[pixel] = most;
        }
    }
}
