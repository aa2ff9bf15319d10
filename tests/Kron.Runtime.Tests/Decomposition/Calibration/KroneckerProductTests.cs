using System.Threading;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Calibration;

public unsafe class KroneckerProductTests
{
    /// <summary>Both orders of the stages, dense products, several slabs, more than one panel, padding of outputs and inputs, a column map.</summary>
    [Theory]
    [InlineData(1, 24, 32, 4, 5, 24, 128, false, true)]
    [InlineData(24, 1, 4, 32, 5, 24, 128, false, true)]
    [InlineData(12, 2, 16, 8, 1, 24, 128, true, true)]
    [InlineData(2, 12, 8, 16, 1, 23, 121, true, true)]
    [InlineData(6, 4, 9, 12, 2, 22, 107, true, true)]
    [InlineData(4, 6, 12, 9, 3, 24, 108, false, true)]
    [InlineData(4, 4, 5, 5, 7, 13, 22, false, false)]
    public void Moments_times_a_sum_of_products_are_those_times_its_weight(
        int m1, int m2, int n1, int n2, int r, int outputs, int inputs, bool isPermuted, bool isShorter)
    {
        var shape = new ShapeGroup(m1, m2, n1, n2, r);
        KroneckerProduct.IsShorter(shape, out bool _).ShouldBe(isShorter);
        float[] a = Reference.Gaussian(r * m1 * n1, 1), b = Reference.Gaussian(r * m2 * n2, 2), samples = Reference.Gaussian(50 * inputs, 3);
        using TermFactors left = new(r, m1, n1), right = new(r, m2, n2);
        left.Load<float>(a);
        right.Load<float>(b);
        int[]? columns = null;
        if (isPermuted)
        {
            columns = new int[inputs];
            for (int j = 0; j < inputs; j++)
            {
                columns[j] = inputs - 1 - j;
            }
        }

        using var product = new DenseMatrix(outputs, inputs);
        Samples.Moments(samples, inputs).Matrix.Multiply(shape, columns, left, right, product, CancellationToken.None);

        double[,] moments = new double[inputs, inputs];
        for (int s = 0; s < samples.Length; s += inputs)
        {
            for (int j = 0; j < inputs; j++)
            {
                for (int k = 0; k < inputs; k++)
                {
                    moments[j, k] += (double)samples[s + j] * samples[s + k];
                }
            }
        }

        for (int i = 0; i < outputs; i++)
        {
            double[] weight = new double[inputs];
            for (int j = 0; j < inputs; j++)
            {
                for (int t = 0; t < r; t++)
                {
                    weight[columns?[j] ?? j] += (double)a[(((t * m1) + (i / m2)) * n1) + (j / n2)] * b[(((t * m2) + (i % m2)) * n2) + (j % n2)];
                }
            }

            for (int k = 0; k < inputs; k++)
            {
                double expected = 0;
                for (int j = 0; j < inputs; j++)
                {
                    expected += weight[j] * moments[j, k];
                }

                product.Row(i)[k].ShouldBe(expected, 1e-3);
            }
        }
    }
}
