using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.InteropServices;
using Kron.Cuda;

namespace Kron.Training;

/// <summary>
/// Stochastic gradient descent with momentum μ and weight decay λ: d = g + λ·p; v ← μ·v + d; p ← p − η·v, or with Nesterov's
/// momentum p ← p − η·(d + μ·v).
/// </summary>
/// <remarks>
/// Polyak (1964); Sutskever, Martens, Dahl and Hinton (2013) for Nesterov's form. The decay is coupled: it passes through the
/// momentum like the gradient.
/// </remarks>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly double _weightDecay;
    private float[][]? _velocities;
    private CudaBuffer<float>[]? _deviceVelocities;
    private float _rate;

    /// <summary>Makes an optimizer for one layer.</summary>
    /// <param name="layer">The layer.</param>
    public Sgd(ILayer layer)
        : this([layer])
    {
    }

    /// <summary>Makes an optimizer for several layers.</summary>
    /// <param name="layers">The layers, for example a <see cref="Sequential"/>.</param>
    /// <exception cref="ArgumentException">There is no layer, or one is null.</exception>
    public Sgd(IEnumerable<ILayer> layers)
        : base(layers)
    {
    }

    /// <summary>Makes an optimizer for layers on CUDA devices.</summary>
    /// <param name="layers">The layers.</param>
    /// <exception cref="ArgumentException">There is no layer, or one is null.</exception>
    public Sgd(IEnumerable<CudaLayer> layers)
        : base(layers)
    {
    }

    /// <summary>μ, from 0 (the default: none) to below 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public double Momentum
    {
        get => _momentum;
        init => _momentum = InRange(value, 1, nameof(value));
    }

    /// <summary>λ, 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double WeightDecay
    {
        get => _weightDecay;
        init => _weightDecay = InRange(value, double.PositiveInfinity, nameof(value));
    }

    /// <summary>Whether the step looks ahead along the momentum; false by default.</summary>
    public bool Nesterov { get; init; }

    private protected override void AllocateState(ReadOnlySpan<ILayer> layers) =>
        _velocities = Momentum > 0 ? StateFor(layers) : null;

    private protected override void AllocateState(ReadOnlySpan<CudaLayer> layers) =>
        _deviceVelocities = Momentum > 0 ? StateFor(layers, each: 1) : null;

    private protected override void BeginStep(double learningRate) => _rate = (float)learningRate;

    private protected override void Update(int layer, Span<float> parameters, ReadOnlySpan<float> gradients)
    {
        if (_velocities is null)
        {
            Plain(parameters, gradients);
        }
        else
        {
            WithMomentum(parameters, gradients, _velocities[layer]);
        }
    }

    private protected override void Update(int layer, CudaBuffer<float> parameters, CudaBuffer<float> gradients, ElementKernels kernels)
    {
        if (_deviceVelocities is null)
        {
            kernels.Launch(TrainingKernels.Descend, parameters.Length, 1, [Floats(parameters), Floats(gradients)], [_rate, (float)WeightDecay]);
        }
        else
        {
            kernels.Launch(
                TrainingKernels.DescendWithMomentum,
                parameters.Length,
                1,
                [Floats(parameters), Floats(_deviceVelocities[layer]), Floats(gradients)],
                [_rate, (float)WeightDecay, (float)Momentum, OfDirection, OfVelocity]);
        }
    }

    // One form for both rules: p −= η·(a·d + b·v).
    private float OfDirection => Nesterov ? 1 : 0;

    private float OfVelocity => Nesterov ? (float)Momentum : 1;

    private void Plain(Span<float> parameters, ReadOnlySpan<float> gradients)
    {
        float decay = (float)WeightDecay, rate = _rate;
        ref float p = ref MemoryMarshal.GetReference(parameters);
        ref float g = ref MemoryMarshal.GetReference(gradients);
        var decays = new Vector<float>(decay);
        var rates = new Vector<float>(rate);
        int i = 0;
        for (; i <= parameters.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> value = Vector.LoadUnsafe(ref p, (nuint)i);
            Vector<float> direction = Vector.LoadUnsafe(ref g, (nuint)i) + (decays * value);
            (value - (rates * direction)).StoreUnsafe(ref p, (nuint)i);
        }

        for (; i < parameters.Length; i++)
        {
            parameters[i] -= rate * (gradients[i] + (decay * parameters[i]));
        }
    }

    private void WithMomentum(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> velocities)
    {
        float decay = (float)WeightDecay, rate = _rate, momentum = (float)Momentum;
        float ofDirection = OfDirection, ofVelocity = OfVelocity;
        ref float p = ref MemoryMarshal.GetReference(parameters);
        ref float g = ref MemoryMarshal.GetReference(gradients);
        ref float v = ref MemoryMarshal.GetReference(velocities);
        var decays = new Vector<float>(decay);
        var rates = new Vector<float>(rate);
        var momenta = new Vector<float>(momentum);
        var directions = new Vector<float>(ofDirection);
        var velocityParts = new Vector<float>(ofVelocity);
        int i = 0;
        for (; i <= parameters.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> value = Vector.LoadUnsafe(ref p, (nuint)i);
            Vector<float> direction = Vector.LoadUnsafe(ref g, (nuint)i) + (decays * value);
            Vector<float> velocity = (momenta * Vector.LoadUnsafe(ref v, (nuint)i)) + direction;
            velocity.StoreUnsafe(ref v, (nuint)i);
            (value - (rates * ((directions * direction) + (velocityParts * velocity)))).StoreUnsafe(ref p, (nuint)i);
        }

        for (; i < parameters.Length; i++)
        {
            float direction = gradients[i] + (decay * parameters[i]);
            velocities[i] = (momentum * velocities[i]) + direction;
            parameters[i] -= rate * ((ofDirection * direction) + (ofVelocity * velocities[i]));
        }
    }
}
