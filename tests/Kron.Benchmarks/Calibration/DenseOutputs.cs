using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kron.Benchmarks.Calibration;

/// <summary>Products with dense weights, plainly.</summary>
internal static class DenseOutputs
{
    /// <summary>y += a·x.</summary>
    public static void Axpy(float a, ReadOnlySpan<float> x, Span<float> y)
    {
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(y);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += a * from[i];
        }

        for (int i = to.Length * Vector<float>.Count; i < y.Length; i++)
        {
            y[i] += a * x[i];
        }
    }

    /// <summary>‖W·x‖².</summary>
    public static double Energy(float[] weight, ReadOnlySpan<float> sample)
    {
        double energy = 0;
        for (int row = 0; row < weight.Length; row += sample.Length)
        {
            double output = Dot(weight.AsSpan(row, sample.Length), sample);
            energy += output * output;
        }

        return energy;
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(x), right = MemoryMarshal.Cast<float, Vector<float>>(y);
        Vector<float> sums = default;
        for (int i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        double sum = Vector.Sum(sums);
        for (int i = left.Length * Vector<float>.Count; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }
}
