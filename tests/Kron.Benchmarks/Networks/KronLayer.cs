using System;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Networks;

/// <summary>A layer of a network by Kron.</summary>
internal sealed class KronLayer(ILayer layer, FloatBuffer input, FloatBuffer output) : Candidate
{
    private readonly Pass _forward = layer.Forward;

    private delegate void Pass(ReadOnlySpan<float> input, Span<float> output);

    public override string Name => "Kron";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            _forward(input.Span, output.Span);
        }
    }

    public override void Check()
    {
    }
}
