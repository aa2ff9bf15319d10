using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Peers;
using Kron.Benchmarks.Peers.Convolutions;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Networks;

/// <summary>Who computes a network: Kron, and the best dense layers.</summary>
internal sealed class NetworkRows(KernelTarget target, OneDnnConvolutions? library)
{
    public const string Dense = "best dense layers";

    public IEnumerable<Candidate> Of(NetworkWorkload workload, int batch)
    {
        yield return Create("Kron", workload, workload.Network, workload.Parameters, batch, isDense: false);
        yield return Create(Dense, workload, workload.Network.Dense, workload.DenseParameters, batch, isDense: true);
    }

    private NetworkForward Create(string name, NetworkWorkload workload, Network network, IReadOnlyList<float[]> parameters, int batch, bool isDense)
    {
        var layers = new List<Candidate>();
        FloatBuffer values = workload.Input(batch);
        foreach (var (layer, own) in network.Layers.Zip(parameters))
        {
            var next = new FloatBuffer((long)batch * layer.OutputSize);
            ILayer kron = LayerFactory.Create(new Subject(network.Name, layer), target);
            own.AsSpan().CopyTo(kron.Parameters);
            kron.Commit();
            List<Candidate> candidates = [new KronLayer(kron, values, next)];
            if (isDense && library is not null)
            {
                candidates.Add(OneDnn(library, layer, own, batch, values, next));
            }

            layers.Add(Trial.Fastest(candidates, candidate => candidate));
            values = next;
        }

        return new NetworkForward(name, workload, layers, values, network.MultiplyAdds);
    }

    private static OneDnnLayer OneDnn(OneDnnConvolutions library, LayerCase layer, float[] parameters, int batch, FloatBuffer input, FloatBuffer output)
    {
        var sums = new FloatBuffer((long)batch * layer.Outputs);
        Candidate convolution = library.Dense(layer, parameters[..ConvolutionKernel.Length(layer)], batch, input, sums);
        return new OneDnnLayer(convolution, layer, parameters[^layer.BiasSize..], batch, sums, output);
    }
}
