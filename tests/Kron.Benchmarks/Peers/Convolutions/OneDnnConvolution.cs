using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>A convolution that the library has compiled for a shape and two layouts.</summary>
internal sealed unsafe class OneDnnConvolution
{
    private readonly OneDnnApi _api;
    private readonly long[] _weights;
    private readonly nint _descriptor;
    private readonly nint _primitive;

    private OneDnnConvolution(OneDnnApi api, long[] weights, nint descriptor)
    {
        (_api, _weights, _descriptor) = (api, weights, descriptor);
        _primitive = api.Primitive(descriptor);
    }

    /// <summary>Every way in which the library computes a shape with these layouts, its reference implementation aside.</summary>
    public static IReadOnlyList<ConvolutionWay> Ways(OneDnnApi api, in ConvolutionShape shape, ImageLayout source, ImageLayout target)
    {
        var ways = new List<ConvolutionWay>();
        foreach (ConvolutionAlgorithm algorithm in Enum.GetValues<ConvolutionAlgorithm>())
        {
            foreach (nint descriptor in Implementations(api, algorithm, shape, source, target))
            {
                var way = new ConvolutionWay(algorithm, api.Implementation(descriptor));
                api.Release(descriptor);
                if (!way.Implementation.StartsWith("ref", StringComparison.Ordinal) && !ways.Exists(way.IsSameAs))
                {
                    ways.Add(way);
                }
            }
        }

        return ways;
    }

    /// <summary>The convolution in one of its <see cref="Ways"/>.</summary>
    public static OneDnnConvolution Create(OneDnnApi api, in ConvolutionShape shape, ImageLayout source, ImageLayout target, ConvolutionWay way)
    {
        nint wanted = 0;
        foreach (nint descriptor in Implementations(api, way.Algorithm, shape, source, target))
        {
            if (wanted == 0 && api.Implementation(descriptor) == way.Implementation)
            {
                wanted = descriptor;
            }
            else
            {
                api.Release(descriptor);
            }
        }

        return wanted != 0
            ? new OneDnnConvolution(api, Weights(way.Algorithm, shape), wanted)
            : throw new InvalidOperationException($"oneDNN has no {way} for {shape} from {source} to {target}.");
    }

    /// <summary>Weights [groups, outputs, inputs, rows, columns] in the format that the implementation asks for.</summary>
    public FloatBuffer Pack(ReadOnlySpan<float> weights)
    {
        FloatBuffer plain = FloatBuffer.Of(weights);
        byte* wanted = _api.Query(_descriptor, OneDnnApi.QueryWeights);
        var packed = new FloatBuffer((long)(_api.Bytes(wanted) + (sizeof(float) - 1)) / sizeof(float));
        using OneDnnApi.Blob from = _api.Descriptor(_weights, [.. _weights.Select((_, axis) => _weights.Skip(axis + 1).Aggregate(1L, (product, extent) => product * extent))]);
        _api.Reorder(from.Pointer, plain.Pointer, wanted, packed.Pointer);
        GC.KeepAlive(plain);
        return packed;
    }

    /// <summary>Appends a run of it.</summary>
    public void Append(Steps steps, float* source, FloatBuffer packed, float* target)
    {
        steps.Keep(packed);
        steps.Add(
            _primitive,
            (OneDnnApi.Source, _api.Memory(_api.Query(_descriptor, OneDnnApi.QuerySource), source)),
            (OneDnnApi.Weights, _api.Memory(_api.Query(_descriptor, OneDnnApi.QueryWeights), packed.Pointer)),
            (OneDnnApi.Target, _api.Memory(_api.Query(_descriptor, OneDnnApi.QueryTarget), target)));
    }

    private static IReadOnlyList<nint> Implementations(OneDnnApi api, ConvolutionAlgorithm algorithm, in ConvolutionShape shape, ImageLayout source, ImageLayout target)
    {
        using OneDnnApi.Blob weights = api.Any(Weights(algorithm, shape));
        if (algorithm == ConvolutionAlgorithm.InnerProduct)
        {
            if (!shape.IsProduct || source != ImageLayout.Nchw || target != ImageLayout.Nchw)
            {
                return [];
            }

            long length = shape.Inputs * shape.Size.Area;
            using OneDnnApi.Blob vectors = api.Descriptor([shape.Images, length], [length, 1]);
            using OneDnnApi.Blob results = api.Descriptor([shape.Images, shape.Outputs], [shape.Outputs, 1]);
            using OneDnnApi.Blob product = api.InnerProduct(vectors, weights, results);
            return api.Implementations(product, shape.Accumulates);
        }

        using OneDnnApi.Blob from = api.Tagged(shape.Source, (int)source);
        using OneDnnApi.Blob to = api.Tagged(shape.Target, (int)target);
        using OneDnnApi.Blob operation = api.Convolution(algorithm, shape, from, weights, to);
        return api.Implementations(operation, shape.Accumulates);
    }

    private static long[] Weights(ConvolutionAlgorithm algorithm, in ConvolutionShape shape) =>
        algorithm == ConvolutionAlgorithm.InnerProduct ? [shape.Outputs, shape.Inputs * shape.Kernel.Area] : shape.Weights;
}
