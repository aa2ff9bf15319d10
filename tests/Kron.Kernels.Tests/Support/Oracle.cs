using System;
using System.Collections.Generic;

namespace Kron.Kernels.Tests.Support;

/// <summary>
/// The layer by its definition, in double: every element of every A_i ⊗ B_i is visited, forward and backward, for every
/// pixel. Shares nothing with the compiler.
/// </summary>
internal sealed class Oracle(LayerCase layer, double[] parameters)
{
    private readonly Product[] _products = [.. Product.Of(layer)];
    private readonly int _pixels = layer.Pixels;

    /// <summary>Outputs of one sample.</summary>
    public double[] Forward(ReadOnlySpan<double> x)
    {
        var y = new double[layer.OutputSize];
        foreach (double[] pre in PreActivations(x))
        {
            for (int j = 0; j < y.Length; j++)
            {
                y[j] += Activate(pre, j);
            }
        }

        return y;
    }

    /// <summary>Adds the parameter gradients of one sample and returns its input gradient.</summary>
    public double[] Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, double[] gradients)
    {
        var dx = new double[layer.Inputs];
        List<double[]> pre = PreActivations(x);
        for (int sum = 0; sum < pre.Count; sum++)
        {
            double[] dp = PreActivationGradient(pre[sum], dy);
            int bias = layer.ParameterCount - BiasLength;
            for (int j = 0; j < layer.Outputs && layer.Bias != BiasMode.None; j++)
            {
                gradients[bias + (layer.Bias == BiasMode.PerTerm ? sum * layer.BiasSize : 0) + (j / _pixels)] += dp[j];
            }

            foreach (Product product in _products)
            {
                if (layer.Nonlinearity == Nonlinearity.AfterSum || product.Term == sum)
                {
                    double factor = dp[product.Output] * x[product.Input];
                    if (product.IsSingle)
                    {
                        gradients[product.A] += factor;
                    }
                    else
                    {
                        gradients[product.A] += factor * parameters[product.B];
                        gradients[product.B] += factor * parameters[product.A];
                    }

                    dx[product.Input] += dp[product.Output] * Weight(product);
                }
            }
        }

        return dx;
    }

    private int BiasLength => layer.Bias switch { BiasMode.None => 0, BiasMode.PerTerm => layer.Terms * layer.BiasSize, _ => layer.BiasSize };

    /// <summary>The sums that the activation is applied to: one, or one per term.</summary>
    public List<double[]> PreActivations(ReadOnlySpan<double> x)
    {
        bool perTerm = layer.Nonlinearity == Nonlinearity.PerTerm;
        var sums = new List<double[]>();
        for (int t = 0; t < (perTerm ? layer.Terms : 1); t++)
        {
            var sum = new double[layer.Outputs];
            int bias = layer.ParameterCount - BiasLength + (layer.Bias == BiasMode.PerTerm ? t * layer.BiasSize : 0);
            for (int j = 0; j < sum.Length && layer.Bias != BiasMode.None; j++)
            {
                sum[j] = parameters[bias + (j / _pixels)];
            }

            sums.Add(sum);
        }

        foreach (Product product in _products)
        {
            sums[perTerm ? product.Term : 0][product.Output] += Weight(product) * x[product.Input];
        }

        return sums;
    }

    private double Weight(Product product) => product.IsSingle ? parameters[product.A] : parameters[product.A] * parameters[product.B];

    private double Activate(double[] pre, int j)
    {
        if (layer.Activation == Activation.Maxout)
        {
            double best = double.NegativeInfinity;
            for (int q = 0; q < layer.Pieces; q++)
            {
                best = Math.Max(best, pre[Piece(j, q)]);
            }

            return best;
        }

        return Functions.Value(layer.Activation, layer.Slope, pre[j]);
    }

    /// <summary>Pre-activation q of the group whose maximum is output j: consecutive channels, the same pixel.</summary>
    private int Piece(int j, int q) => (((j / _pixels * layer.Pieces) + q) * _pixels) + (j % _pixels);

    private double[] PreActivationGradient(double[] pre, ReadOnlySpan<double> dy)
    {
        var dp = new double[layer.Outputs];
        for (int j = 0; j < layer.OutputSize; j++)
        {
            if (layer.Activation == Activation.Maxout)
            {
                int best = Piece(j, 0);
                for (int q = 1; q < layer.Pieces; q++)
                {
                    int at = Piece(j, q);
                    best = pre[at] > pre[best] ? at : best;
                }

                dp[best] = dy[j];
            }
            else
            {
                dp[j] = dy[j] * Functions.Derivative(layer.Activation, layer.Slope, pre[j]);
            }
        }

        return dp;
    }
}
