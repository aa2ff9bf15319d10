using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.InteropServices;
using Kron.Cuda;

namespace Kron.Training;

/// <summary>
/// Adam with decoupled weight decay: m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²;
/// p ← p − η·λ·p − η·m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) at step t = 1, 2, ….
/// </summary>
/// <remarks>Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101, Algorithm 2 with the decay scaled by η.</remarks>
public sealed class AdamW : Optimizer
{
    private readonly double _beta1 = 0.9;
    private readonly double _beta2 = 0.999;
    private readonly double _epsilon = 1e-8;
    private readonly double _weightDecay = 0.01;
    private float[][] _means = [];
    private float[][] _squares = [];
    private CudaBuffer<float>[] _deviceMoments = [];
    private float _decay;
    private float _rate;
    private float _squareScale;

    /// <summary>Makes an optimizer for one layer.</summary>
    /// <param name="layer">The layer.</param>
    public AdamW(ILayer layer)
        : this([layer])
    {
    }

    /// <summary>Makes an optimizer for several layers.</summary>
    /// <param name="layers">The layers, for example a <see cref="Sequential"/>.</param>
    /// <exception cref="ArgumentException">There is no layer, or one is null.</exception>
    public AdamW(IEnumerable<ILayer> layers)
        : base(layers)
    {
    }

    /// <summary>Makes an optimizer for layers on CUDA devices.</summary>
    /// <param name="layers">The layers.</param>
    /// <exception cref="ArgumentException">There is no layer, or one is null.</exception>
    public AdamW(IEnumerable<CudaLayer> layers)
        : base(layers)
    {
    }

    /// <summary>β₁, the memory of the mean, from 0 to below 1; 0.9 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public double Beta1
    {
        get => _beta1;
        init => _beta1 = InRange(value, 1, nameof(value));
    }

    /// <summary>β₂, the memory of the mean square, from 0 to below 1; 0.999 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public double Beta2
    {
        get => _beta2;
        init => _beta2 = InRange(value, 1, nameof(value));
    }

    /// <summary>ε, added to the root mean square; positive, 1e-8 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a positive float.</exception>
    public double Epsilon
    {
        get => _epsilon;
        init => _epsilon = (float)value > 0 && float.IsFinite((float)value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a positive number in the range of single precision.");
    }

    /// <summary>λ, the decay of the parameters themselves; 0.01 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double WeightDecay
    {
        get => _weightDecay;
        init => _weightDecay = InRange(value, double.PositiveInfinity, nameof(value));
    }

    private protected override void AllocateState(ReadOnlySpan<ILayer> layers)
    {
        _means = StateFor(layers);
        _squares = StateFor(layers);
    }

    private protected override void AllocateState(ReadOnlySpan<CudaLayer> layers) => _deviceMoments = StateFor(layers, each: 2);

    private protected override void BeginStep(double learningRate)
    {
        // The corrections are folded into the rate and into the scale of √v.
        _decay = (float)(learningRate * WeightDecay);
        _rate = (float)(learningRate / (1 - Math.Pow(Beta1, Steps)));
        _squareScale = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps)));
    }

    private protected override void Update(int layer, Span<float> parameters, ReadOnlySpan<float> gradients)
    {
        Span<float> means = _means[layer], squares = _squares[layer];

        // What is taken off the old values is computed as such: 0.999 or 1 − ηλ rounded to single precision would bias them.
        float new1 = (float)(1 - Beta1), new2 = (float)(1 - Beta2), epsilon = (float)Epsilon;
        float decay = _decay, rate = _rate, squareScale = _squareScale;
        ref float p = ref MemoryMarshal.GetReference(parameters);
        ref float g = ref MemoryMarshal.GetReference(gradients);
        ref float m = ref MemoryMarshal.GetReference(means);
        ref float s = ref MemoryMarshal.GetReference(squares);
        var epsilons = new Vector<float>(epsilon);
        int i = 0;
        for (; i <= parameters.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> gradient = Vector.LoadUnsafe(ref g, (nuint)i);
            Vector<float> mean = Vector.LoadUnsafe(ref m, (nuint)i), square = Vector.LoadUnsafe(ref s, (nuint)i);
            mean = mean - (mean * new1) + (gradient * new1);
            square = square - (square * new2) + (gradient * gradient * new2);
            mean.StoreUnsafe(ref m, (nuint)i);
            square.StoreUnsafe(ref s, (nuint)i);
            Vector<float> direction = mean / ((Vector.SquareRoot(square) * squareScale) + epsilons);
            Vector<float> value = Vector.LoadUnsafe(ref p, (nuint)i);
            (value - ((value * decay) + (direction * rate))).StoreUnsafe(ref p, (nuint)i);
        }

        for (; i < parameters.Length; i++)
        {
            float gradient = gradients[i];
            means[i] = means[i] - (means[i] * new1) + (gradient * new1);
            squares[i] = squares[i] - (squares[i] * new2) + (gradient * gradient * new2);
            float direction = means[i] / ((MathF.Sqrt(squares[i]) * squareScale) + epsilon);
            parameters[i] -= (parameters[i] * decay) + (direction * rate);
        }
    }

    private protected override void Update(int layer, CudaBuffer<float> parameters, CudaBuffer<float> gradients, ElementKernels kernels) => kernels.Launch(
        TrainingKernels.Adam,
        parameters.Length,
        1,
        [Floats(parameters), Floats(_deviceMoments[2 * layer]), Floats(_deviceMoments[(2 * layer) + 1]), Floats(gradients)],
        [(float)(1 - Beta1), (float)(1 - Beta2), _decay, _rate, _squareScale, (float)Epsilon]);
}
