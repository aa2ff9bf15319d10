using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;
using MathNet.Numerics.LinearAlgebra;

namespace Kron.Runtime.Tests.Decomposition.Calibration;

/// <summary>Inputs of a layer, and slow and obvious forms of what a data-aware fit computes from them.</summary>
internal static class Samples
{
    /// <summary>Correlated inputs [count × inputs]: each a smoothed sequence, its entries of unequal strength.</summary>
    public static float[] Correlated(int count, int inputs, int seed)
    {
        float[] noise = Reference.Gaussian(count * inputs, seed);
        var random = new Random(inputs);
        double[] scales = Enumerable.Range(0, inputs).Select(_ => Math.Exp(2 * random.NextDouble())).ToArray();
        var values = new float[noise.Length];
        for (int s = 0; s < count; s++)
        {
            double previous = 0;
            for (int j = 0; j < inputs; j++)
            {
                previous = (0.9 * previous) + (0.4 * noise[(s * inputs) + j]);
                values[(s * inputs) + j] = (float)(scales[j] * previous);
            }
        }

        return values;
    }

    public static InputMoments Moments(float[] samples, int inputs)
    {
        var moments = new InputMoments(inputs);
        moments.Add(samples);
        return moments;
    }

    /// <summary>Moments with C = d·I to rounding.</summary>
    public static InputMoments White(int inputs)
    {
        var samples = new float[inputs * inputs];
        for (int i = 0; i < inputs; i++)
        {
            samples[(i * inputs) + i] = i % 2 == 0 ? 3 : -3;
        }

        return Moments(samples, inputs);
    }

    /// <summary>XᵀX.</summary>
    public static Matrix<double> Product(float[] samples, int inputs) => Rows(samples, inputs).TransposeThisAndMultiply(Rows(samples, inputs));

    public static Matrix<double> Rows(float[] values, int columns) =>
        Matrix<double>.Build.Dense(values.Length / columns, columns, (i, j) => values[(i * columns) + j]);

    /// <summary>The matrix that moments stand for, row by row.</summary>
    public static unsafe Matrix<double> Matrix(InputMoments moments)
    {
        int n = moments.Inputs;
        using var identity = new DenseMatrix(n, n);
        using var product = new DenseMatrix(n, n);
        for (int i = 0; i < n; i++)
        {
            identity.Row(i)[i] = 1;
        }

        moments.Matrix.Multiply(identity, product);
        DenseMatrix result = product;
        return Matrix<double>.Build.Dense(n, n, (i, j) => result.Row(i)[j]);
    }

    /// <summary>‖(W − Ŵ)X‖_F / ‖WX‖_F over samples.</summary>
    public static double OutputError(LayerDefinition layer, float[] weight, float[] factors, float[] samples)
    {
        Matrix<double> x = Rows(samples, layer.Inputs), w = Rows(weight, layer.Inputs);
        return x.TransposeAndMultiply(w - Approximation(layer, factors)).FrobeniusNorm() / x.TransposeAndMultiply(w).FrobeniusNorm();
    }

    /// <summary>
    /// tr((W − Ŵ)(C + λI)(W − Ŵ)ᵀ) with λ as the fit chooses it; factors in double precision. What a group has at dummy
    /// outputs and inputs counts as well, for which W and C are zero.
    /// </summary>
    public static double Objective(LayerDefinition layer, float[] weight, double[] factors, float[] samples) =>
        Objective(layer, weight, factors, Product(samples, layer.Inputs), Damping(samples, layer.Inputs));

    public static double Objective(LayerDefinition layer, float[] weight, double[] factors, Matrix<double> moments, double damping)
    {
        double objective = Energy(Rows(weight, layer.Inputs) - Approximation(layer, factors), moments, damping);
        foreach (ShapeGroup s in layer.Groups)
        {
            int a = s.R * s.M1 * s.N1, length = a + (s.R * s.M2 * s.N2);
            Matrix<double> sum = Matrix<double>.Build.DenseOfArray(Reference.Sum(s, factors[..a], factors[a..length]));
            factors = factors[length..];
            if (sum.RowCount > layer.Outputs)
            {
                Matrix<double> dummies = sum.SubMatrix(layer.Outputs, sum.RowCount - layer.Outputs, 0, layer.Inputs);
                objective += Energy(dummies, moments, damping);
            }

            if (sum.ColumnCount > layer.Inputs)
            {
                Matrix<double> dummies = sum.SubMatrix(0, sum.RowCount, layer.Inputs, sum.ColumnCount - layer.Inputs);
                objective += damping * Math.Pow(dummies.FrobeniusNorm(), 2);
            }
        }

        return objective;
    }

    /// <summary>
    /// λ: the oracle approximating shrinkage (1 − ρ)·S + ρ·tr(S)/p·I of the mean S over N samples of p inputs, for the sum N·S.
    /// </summary>
    public static double Damping(float[] samples, int inputs)
    {
        double n = samples.Length / inputs, p = inputs;
        Matrix<double> s = Product(samples, inputs) / n;
        double square = (s * s).Trace(), trace = s.Trace();
        double rho = Math.Min(1, (((1 - (2 / p)) * square) + (trace * trace)) / ((n + 1 - (2 / p)) * (square - (trace * trace / p))));
        return Math.Clamp(rho / (1 - rho), 1e-3, 1e3) * n * trace / p;
    }

    /// <summary>The start of the fit: the decomposition that knows nothing of the inputs.</summary>
    public static float[] Start(LayerDefinition layer, float[] weight)
    {
        var parameters = new float[ParameterLayout.Of(layer).Length];
        KroneckerFit.Fit(layer, weight, parameters);
        return parameters[..(parameters.Length - (ParameterLayout.Of(layer).Bias?.Length ?? 0))];
    }

    private static double Energy(Matrix<double> rest, Matrix<double> moments, double damping) =>
        (rest * moments).PointwiseMultiply(rest).RowSums().Sum() + (damping * Math.Pow(rest.FrobeniusNorm(), 2));

    private static Matrix<double> Approximation(LayerDefinition layer, float[] factors) =>
        Approximation(layer, factors.Select(v => (double)v).ToArray());

    private static Matrix<double> Approximation(LayerDefinition layer, double[] factors)
    {
        double[] dense = Reference.Expand(layer, factors);
        return Matrix<double>.Build.Dense(layer.Outputs, layer.Inputs, (i, j) => dense[(i * layer.Inputs) + j]);
    }
}
