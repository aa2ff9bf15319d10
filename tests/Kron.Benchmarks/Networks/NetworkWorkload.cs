using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Networks;

/// <summary>A network with random parameters and samples, and what it must compute, in double.</summary>
internal sealed class NetworkWorkload
{
    private const int Seed = 20151209;

    private readonly float[] _inputs;
    private readonly Lazy<double[][]> _outputs;

    public NetworkWorkload(Network network)
    {
        Network = network;
        var random = new Random(Seed);
        Parameters = [.. network.Layers.Select(layer => Values(layer.ParameterCount, random))];
        DenseParameters = [.. network.Layers.Zip(Parameters).Select(pair => (float[])[.. ConvolutionKernel.Of(pair.First, pair.Second), .. Bias(pair.First, pair.Second)])];
        _inputs = Values(SampleSet.Distinct * network.Inputs, random);
        _outputs = new(Compute);
    }

    public Network Network { get; }

    /// <summary>The parameters of each layer.</summary>
    public IReadOnlyList<float[]> Parameters { get; }

    /// <summary>The parameters of each layer of the dense network: kernel, bias.</summary>
    public IReadOnlyList<float[]> DenseParameters { get; }

    /// <summary>The outputs of the different samples.</summary>
    public double[][] Outputs => _outputs.Value;

    public FloatBuffer Input(int batch) => SampleSet.Batch(_inputs, Network.Inputs, batch);

    private double[][] Compute()
    {
        List<double[]> kernels = [.. Network.Layers.Zip(Parameters).Select(pair => ConvolutionKernel.Exact(pair.First, pair.Second))];
        var outputs = new double[SampleSet.Distinct][];
        Parallel.For(0, outputs.Length, sample =>
        {
            double[] values = Array.ConvertAll(_inputs[(sample * Network.Inputs)..((sample + 1) * Network.Inputs)], value => (double)value);
            for (int i = 0; i < kernels.Count; i++)
            {
                LayerCase layer = Network.Layers[i];
                values = Maxout(layer, ConvolutionReference.Convolve(layer, kernels[i], values), Bias(layer, Parameters[i]));
            }

            outputs[sample] = values;
        });
        return outputs;
    }

    private static double[] Maxout(LayerCase layer, double[] sums, float[] bias)
    {
        int pixels = layer.Pixels;
        return [.. Enumerable.Range(0, layer.OutputSize).Select(output => Enumerable.Range(output / pixels * layer.Pieces, layer.Pieces)
            .Max(channel => sums[(channel * pixels) + (output % pixels)] + bias[channel]))];
    }

    private static float[] Bias(LayerCase layer, float[] parameters) => parameters[^layer.BiasSize..];

    private static float[] Values(int length, Random random)
    {
        var values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return values;
    }
}
