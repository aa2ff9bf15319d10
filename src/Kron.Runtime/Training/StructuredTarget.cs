using System;
using Kron.Decomposition;

namespace Kron.Training;

/// <summary>A dense weight and the structure that it is trained towards.</summary>
internal sealed unsafe class StructuredTarget
{
    // Where ‖P·W‖ is no more than this part of ‖W‖, W is a structured weight that was rounded to single precision.
    private const double Rounding = 1.0 / (1 << 24);

    private readonly WindowAxes _axes;
    private readonly int _offset;
    private readonly int _length;
    private readonly int _columns;

    public StructuredTarget(
        ILayer layer, ParameterTensor weight, (int Channels, int Height, int Width) kernel, (int Channels, int Height, int Width) structured)
    {
        Layer = layer;
        _axes = new WindowAxes(kernel, structured);
        (_offset, _length, _columns) = (weight.Offset, weight.Length, weight.Length / weight.Shape[0]);
    }

    public ILayer Layer { get; }

    /// <summary>Adds λ times the gradient of ‖P·W‖_F / ‖W‖_F to the layer's gradients, and returns that quotient, 0 for a zero weight.</summary>
    /// <param name="strength">λ.</param>
    /// <param name="rest">Memory for P·W.</param>
    public double AddGradient(double strength, Span<double> rest)
    {
        ReadOnlySpan<float> weight = Layer.Parameters.Slice(_offset, _length);
        rest = rest[.._length];
        double energy = 0, restEnergy = 0;
        for (int first = 0; first < _length; first += _columns)
        {
            Reject(weight.Slice(first, _columns), rest.Slice(first, _columns), ref energy, ref restEnergy);
        }

        if (energy == 0)
        {
            return 0;
        }

        double residual = Math.Sqrt(restEnergy / energy);
        if (residual <= Rounding)
        {
            return residual;
        }

        // P·W / (‖P·W‖·‖W‖) − ‖P·W‖·W / ‖W‖³
        double outwards = strength / (residual * energy), inwards = strength * residual / energy;
        Span<float> gradient = Layer.Gradients.Slice(_offset, _length);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = (float)(gradient[i] + ((outwards * rest[i]) - (inwards * weight[i])));
        }

        return residual;
    }

    /// <summary>P·W of one row, and what the row adds to ‖W‖² and ‖P·W‖².</summary>
    private void Reject(ReadOnlySpan<float> weight, Span<double> rest, ref double energy, ref double restEnergy)
    {
        for (int i = 0; i < weight.Length; i++)
        {
            rest[i] = weight[i];
        }

        fixed (double* values = rest)
        {
            _axes.Project(values);
        }

        for (int i = 0; i < weight.Length; i++)
        {
            double value = weight[i], left = value - rest[i];
            rest[i] = left;
            energy += value * value;
            restEnergy += left * left;
        }
    }
}
