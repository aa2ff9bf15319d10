using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Networks;

/// <summary>A network as one candidate after the other, each reading what the one before has written.</summary>
internal sealed class NetworkForward : Candidate
{
    private readonly NetworkWorkload _workload;
    private readonly IReadOnlyList<Candidate> _layers;
    private readonly FloatBuffer _output;

    /// <param name="name">How tables call it.</param>
    /// <param name="workload">The network and its samples.</param>
    /// <param name="layers">Who computes each layer.</param>
    /// <param name="output">What the last one writes.</param>
    /// <param name="multiplyAdds">Multiply-adds per sample.</param>
    public NetworkForward(string name, NetworkWorkload workload, IReadOnlyList<Candidate> layers, FloatBuffer output, long multiplyAdds) =>
        (Name, _workload, _layers, _output, MultiplyAdds) = (name, workload, layers, output, multiplyAdds);

    public override string Name { get; }

    public override string Detail => string.Join("; ", _layers.Select(layer => layer.Detail.Length == 0 ? layer.Name : $"{layer.Name} {layer.Detail}"));

    public override long? MultiplyAdds { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            foreach (Candidate layer in _layers)
            {
                layer.Run(1);
            }
        }
    }

    public override void Check()
    {
        _output.Span.Fill(float.NaN);
        Run(1);

        // The errors of a layer are the next one's input.
        Agreement.Batch(
            $"{Name} {_workload.Network.Name}",
            _output.Span,
            _workload.Outputs,
            _workload.Network.Dense.Layers.Sum(ConvolutionReference.LengthOf),
            growth: _layers.Count);
    }
}
