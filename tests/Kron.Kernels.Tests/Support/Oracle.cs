using System;
using System.Collections.Generic;

namespace Kron.Kernels.Tests.Support;

/// <summary>
/// The layer by its definition, in double: every element of every A_i ⊗ B_i is visited, forward and backward. Shares
/// nothing with the compiler.
/// </summary>
internal sealed class Oracle(LayerCase layer, double[] parameters)
{
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
                gradients[bias + (layer.Bias == BiasMode.PerTerm ? sum * layer.Outputs : 0) + j] += dp[j];
            }

            foreach (Product product in Products())
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

    private int BiasLength => layer.Bias switch { BiasMode.None => 0, BiasMode.PerTerm => layer.Terms * layer.Outputs, _ => layer.Outputs };

    /// <summary>The sums that the activation is applied to: one, or one per term.</summary>
    private List<double[]> PreActivations(ReadOnlySpan<double> x)
    {
        bool perTerm = layer.Nonlinearity == Nonlinearity.PerTerm;
        var sums = new List<double[]>();
        for (int t = 0; t < (perTerm ? layer.Terms : 1); t++)
        {
            var sum = new double[layer.Outputs];
            int bias = layer.ParameterCount - BiasLength + (layer.Bias == BiasMode.PerTerm ? t * layer.Outputs : 0);
            for (int j = 0; j < sum.Length && layer.Bias != BiasMode.None; j++)
            {
                sum[j] = parameters[bias + j];
            }

            sums.Add(sum);
        }

        foreach (Product product in Products())
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
                best = Math.Max(best, pre[(j * layer.Pieces) + q]);
            }

            return best;
        }

        return Functions.Value(layer.Activation, layer.Slope, pre[j]);
    }

    private double[] PreActivationGradient(double[] pre, ReadOnlySpan<double> dy)
    {
        var dp = new double[layer.Outputs];
        for (int j = 0; j < layer.OutputSize; j++)
        {
            if (layer.Activation == Activation.Maxout)
            {
                int best = j * layer.Pieces;
                for (int q = 1; q < layer.Pieces; q++)
                {
                    int at = (j * layer.Pieces) + q;
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

    /// <summary>Every nonzero place of the dense weight, as the parameters that make it up.</summary>
    private IEnumerable<Product> Products()
    {
        for (int j = 0; j < layer.Dense.M; j++)
        {
            for (int i = 0; i < layer.Dense.N; i++)
            {
                yield return new Product((j * layer.Dense.N) + i, (j * layer.Dense.N) + i, j, i, 0);
            }
        }

        int start = 0, term = 0;
        foreach (ShapeGroup g in layer.Groups)
        {
            int b = start + (g.R * g.M1 * g.N1);
            for (int t = 0; t < g.R; t++, term++)
            {
                for (int row = 0; row < g.M1 * g.M2; row++)
                {
                    for (int column = 0; column < g.N1 * g.N2; column++)
                    {
                        int i1 = row / g.M2, i2 = row % g.M2, j1 = column / g.N2, j2 = column % g.N2;
                        int input = g.Formulation == Formulation.III
                            ? (((j1 / layer.Image.W * layer.Image.H) + j2) * layer.Image.W) + (j1 % layer.Image.W)
                            : column;
                        if (row < layer.Outputs && input < layer.Inputs)
                        {
                            yield return new Product(start + (((t * g.M1) + i1) * g.N1) + j1, b + (((t * g.M2) + i2) * g.N2) + j2, row, input, term);
                        }
                    }
                }
            }

            start = b + (g.R * g.M2 * g.N2);
        }
    }

    private readonly record struct Product(int A, int B, int Output, int Input, int Term)
    {
        /// <summary>A dense weight is one parameter, not a product of two.</summary>
        public bool IsSingle => A == B;
    }
}
