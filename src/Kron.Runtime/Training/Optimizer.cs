using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Cuda;

namespace Kron.Training;

/// <summary>Updates the parameters of layers from their gradients.</summary>
/// <remarks>
/// A step updates <see cref="ILayer.Parameters"/> from <see cref="ILayer.Gradients"/>, zeroes the gradients and calls
/// <see cref="ILayer.Commit"/>. Biases are treated as all other parameters. The optimizer's own state is allocated by its
/// first step; later steps allocate nothing. Over device layers all of it is done on the device, and
/// <see cref="CudaLayer.DownloadParameters"/> brings the result to the host; the
/// state there is given back when the optimizer is collected as garbage, or with the context.
/// </remarks>
public abstract class Optimizer
{
    private readonly ILayer[] _layers = [];
    private readonly CudaLayer[] _deviceLayers = [];

    private protected Optimizer(IEnumerable<ILayer> layers) => _layers = Once(layers);

    private protected Optimizer(IEnumerable<CudaLayer> layers) => _deviceLayers = Once(layers);

    /// <summary>The layers it steps, each once; none for an optimizer of device layers.</summary>
    public IReadOnlyList<ILayer> Layers => _layers;

    /// <summary>The device layers it steps, each once: their parameters change on the device alone.</summary>
    public IReadOnlyList<CudaLayer> DeviceLayers => _deviceLayers;

    /// <summary>Steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Updates all layers, zeroes their gradients and commits them.</summary>
    /// <param name="learningRate">The rate of this step; finite and not negative. See <see cref="LearningRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite or is negative; nothing is changed.</exception>
    public void Step(double learningRate)
    {
        if (!double.IsFinite(learningRate) || learningRate < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "Expected a finite number that is not negative.");
        }

        if (Steps == 0)
        {
            AllocateState(_layers);
            AllocateState(_deviceLayers);
        }

        Steps++;
        BeginStep(learningRate);
        for (int i = 0; i < _layers.Length; i++)
        {
            ILayer layer = _layers[i];
            Span<float> gradients = layer.Gradients;
            Update(i, layer.Parameters, gradients);
            gradients.Clear();
            layer.Commit();
        }

        for (int i = 0; i < _deviceLayers.Length; i++)
        {
            CudaLayer layer = _deviceLayers[i];
            using CudaContext.Scope scope = layer.Context.Enter();
            Update(i, layer.Parameters, layer.Gradients, TrainingKernels.Of(layer.Context));
            layer.Gradients.Clear();
        }
    }

    /// <summary>Zeroes the gradients of all layers without a step.</summary>
    public void ZeroGradients()
    {
        foreach (ILayer layer in _layers)
        {
            layer.Gradients.Clear();
        }

        foreach (CudaLayer layer in _deviceLayers)
        {
            layer.Gradients.Clear();
        }
    }

    /// <summary>Makes what the rule keeps for each parameter, before the first step.</summary>
    private protected abstract void AllocateState(ReadOnlySpan<ILayer> layers);

    /// <summary>The same on the device.</summary>
    private protected abstract void AllocateState(ReadOnlySpan<CudaLayer> layers);

    /// <summary>Prepares the coefficients of one step; <see cref="Steps"/> counts it already.</summary>
    private protected abstract void BeginStep(double learningRate);

    /// <summary>Applies the rule to the parameters of one layer.</summary>
    private protected abstract void Update(int layer, Span<float> parameters, ReadOnlySpan<float> gradients);

    /// <summary>The same on the device.</summary>
    private protected abstract void Update(int layer, CudaBuffer<float> parameters, CudaBuffer<float> gradients, ElementKernels kernels);

    // A layer that a model uses twice is stepped once.
    private static T[] Once<T>(IEnumerable<T> layers)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(layers);
        T[] once = layers.Distinct(ReferenceEqualityComparer.Instance).Cast<T>().ToArray();
        return once.Length > 0 && once.All(layer => layer is not null)
            ? once
            : throw new ArgumentException("Expected at least one layer and none that is null.", nameof(layers));
    }

    private protected static float[][] StateFor(ReadOnlySpan<ILayer> layers)
    {
        var state = new float[layers.Length][];
        for (int i = 0; i < layers.Length; i++)
        {
            state[i] = new float[layers[i].Parameters.Length];
        }

        return state;
    }

    /// <summary>So many zeros as a layer has parameters, for each layer so many times; all or nothing.</summary>
    private protected static CudaBuffer<float>[] StateFor(ReadOnlySpan<CudaLayer> layers, int each)
    {
        List<CudaBuffer<float>> state = [];
        try
        {
            foreach (CudaLayer layer in layers)
            {
                for (int i = 0; i < each; i++)
                {
                    state.Add(layer.Context.AllocateZeros(layer.Parameters.Length));
                }
            }

            return [.. state];
        }
        catch
        {
            state.ForEach(buffer => buffer.Dispose());
            throw;
        }
    }

    /// <summary>Operands of a kernel with a thread for each parameter.</summary>
    private protected static DeviceFloats Floats(CudaBuffer<float> buffer) => new(buffer.Pointer, buffer.Length);

    private protected static double InRange(double value, double below, string parameter) => value >= 0 && value < below
        ? value
        : throw new ArgumentOutOfRangeException(parameter, value, $"Expected a number from 0 to below {below}.");
}
