using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Training;

/// <summary>Updates the parameters of layers from their gradients.</summary>
/// <remarks>
/// A step updates <see cref="ILayer.Parameters"/> from <see cref="ILayer.Gradients"/>, zeroes the gradients and calls
/// <see cref="ILayer.Commit"/>. Biases are treated as all other parameters. The optimizer's own state is allocated by its
/// first step; later steps allocate nothing.
/// </remarks>
public abstract class Optimizer
{
    private readonly ILayer[] _layers;

    private protected Optimizer(IEnumerable<ILayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);

        // A layer that a model uses twice is stepped once.
        _layers = layers.Distinct(ReferenceEqualityComparer.Instance).Cast<ILayer>().ToArray();
        if (_layers.Length == 0 || _layers.Any(layer => layer is null))
        {
            throw new ArgumentException("Expected at least one layer and none that is null.", nameof(layers));
        }
    }

    /// <summary>The layers it steps, each once.</summary>
    public IReadOnlyList<ILayer> Layers => _layers;

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
    }

    /// <summary>Zeroes the gradients of all layers without a step.</summary>
    public void ZeroGradients()
    {
        foreach (ILayer layer in _layers)
        {
            layer.Gradients.Clear();
        }
    }

    /// <summary>Makes what the rule keeps for each parameter, before the first step.</summary>
    private protected abstract void AllocateState(ReadOnlySpan<ILayer> layers);

    /// <summary>Prepares the coefficients of one step; <see cref="Steps"/> counts it already.</summary>
    private protected abstract void BeginStep(double learningRate);

    /// <summary>Applies the rule to the parameters of one layer.</summary>
    private protected abstract void Update(int layer, Span<float> parameters, ReadOnlySpan<float> gradients);

    private protected static float[][] StateFor(ReadOnlySpan<ILayer> layers)
    {
        var state = new float[layers.Length][];
        for (int i = 0; i < layers.Length; i++)
        {
            state[i] = new float[layers[i].Parameters.Length];
        }

        return state;
    }

    private protected static double InRange(double value, double below, string parameter) => value >= 0 && value < below
        ? value
        : throw new ArgumentOutOfRangeException(parameter, value, $"Expected a number from 0 to below {below}.");
}
