using System;
using System.Runtime.CompilerServices;
using Kron.CompilerServices;
using static Kron.CompilerServices.DeviceMath;

namespace Kron.Cuda;

/// <summary>
/// The kernels of optimizers and losses. As those that are generated, each stands here twice, as text for the device and as
/// C#; a test runs both and compares.
/// </summary>
internal sealed unsafe class TrainingKernels
{
    public const string Descend = nameof(Descend);
    public const string DescendWithMomentum = nameof(DescendWithMomentum);
    public const string Adam = nameof(Adam);
    public const string CrossEntropy = nameof(CrossEntropy);
    public const string SquaredError = nameof(SquaredError);

    private static readonly ConditionalWeakTable<CudaContext, ElementKernels> Kernels = [];

    public static ElementKernels Of(CudaContext context) => Kernels.GetValue(context, static context => new ElementKernels(
        context,
        [
            new CudaKernel(Descend, 2, &DescendOnHost, "p0[t] = p0[t] - (f0 * (p1[t] + (f1 * p0[t])));") { Scalars = 2 },
            new CudaKernel(DescendWithMomentum, 3, &DescendWithMomentumOnHost, """
                float direction = p2[t] + (f1 * p0[t]);
                float velocity = (f2 * p1[t]) + direction;
                p1[t] = velocity;
                p0[t] = p0[t] - (f0 * ((f3 * direction) + (f4 * velocity)));
                """) { Written = 2, Scalars = 5 },
            new CudaKernel(Adam, 4, &AdamOnHost, """
                float gradient = p3[t];
                float mean = p1[t] - (p1[t] * f0) + (gradient * f0);
                float square = p2[t] - (p2[t] * f1) + (gradient * gradient * f1);
                p1[t] = mean;
                p2[t] = square;
                p0[t] = p0[t] - ((p0[t] * f2) + (mean / ((SquareRoot(square) * f4) + f5) * f3));
                """) { Written = 3, Scalars = 6 },
            // Losses get the values per sample as the batch, and the samples as the items: a float would round a large number.
            new CudaKernel(CrossEntropy, 4, &CrossEntropyOnHost, """
                int classes = batch;
                int label = ((int*)p3)[t];
                float most = p2[t];
                for (int j = 1; j < classes; j++)
                {
                    float score = p2[(j * items) + t];
                    most = score > most ? score : most;
                }
                float total = 0.0f;
                for (int j = 0; j < classes; j++)
                {
                    total = total + Exponential(p2[(j * items) + t] - most);
                }
                p0[t] = Logarithm(total) - (p2[(label * items) + t] - most);
                if (f1 > 0.0f)
                {
                    float scale = f0 / total;
                    for (int j = 0; j < classes; j++)
                    {
                        float share = Exponential(p2[(j * items) + t] - most) * scale;
                        p1[(j * items) + t] = j == label ? share - f0 : share;
                    }
                }
                """) { Written = 2, Scalars = 2 },
            new CudaKernel(SquaredError, 4, &SquaredErrorOnHost, """
                int values = batch;
                float total = 0.0f;
                for (int j = 0; j < values; j++)
                {
                    Int64 i = (j * items) + t;
                    float difference = p2[i] - p3[i];
                    total = total + (difference * difference);
                    if (f1 > 0.0f)
                    {
                        p1[i] = difference * f0;
                    }
                }
                p0[t] = total;
                """) { Written = 2, Scalars = 2 },
        ]));

    private static void DescendOnHost(long items, int batch, float** operands)
    {
        float* p0 = operands[0], p1 = operands[1], f = operands[2];
        for (long t = 0; t < items; t++)
        {
            p0[t] = p0[t] - (f[0] * (p1[t] + (f[1] * p0[t])));
        }
    }

    private static void DescendWithMomentumOnHost(long items, int batch, float** operands)
    {
        float* p0 = operands[0], p1 = operands[1], p2 = operands[2], f = operands[3];
        for (long t = 0; t < items; t++)
        {
            float direction = p2[t] + (f[1] * p0[t]);
            float velocity = (f[2] * p1[t]) + direction;
            p1[t] = velocity;
            p0[t] = p0[t] - (f[0] * ((f[3] * direction) + (f[4] * velocity)));
        }
    }

    private static void AdamOnHost(long items, int batch, float** operands)
    {
        float* p0 = operands[0], p1 = operands[1], p2 = operands[2], p3 = operands[3], f = operands[4];
        for (long t = 0; t < items; t++)
        {
            float gradient = p3[t];
            float mean = p1[t] - (p1[t] * f[0]) + (gradient * f[0]);
            float square = p2[t] - (p2[t] * f[1]) + (gradient * gradient * f[1]);
            p1[t] = mean;
            p2[t] = square;
            p0[t] = p0[t] - ((p0[t] * f[2]) + (mean / ((SquareRoot(square) * f[4]) + f[5]) * f[3]));
        }
    }

    private static void CrossEntropyOnHost(long items, int batch, float** operands)
    {
        float* p0 = operands[0], p1 = operands[1], p2 = operands[2], p3 = operands[3], f = operands[4];
        int classes = batch;
        for (long t = 0; t < items; t++)
        {
            int label = ((int*)p3)[t];
            float most = p2[t];
            for (int j = 1; j < classes; j++)
            {
                most = Math.Max(most, p2[(j * items) + t]);
            }

            float total = 0;
            for (int j = 0; j < classes; j++)
            {
                total += Exponential(p2[(j * items) + t] - most);
            }

            p0[t] = Logarithm(total) - (p2[(label * items) + t] - most);
            for (int j = 0; j < classes && f[1] > 0; j++)
            {
                float share = Exponential(p2[(j * items) + t] - most) * (f[0] / total);
                p1[(j * items) + t] = j == label ? share - f[0] : share;
            }
        }
    }

    private static void SquaredErrorOnHost(long items, int batch, float** operands)
    {
        float* p0 = operands[0], p1 = operands[1], p2 = operands[2], p3 = operands[3], f = operands[4];
        int values = batch;
        for (long t = 0; t < items; t++)
        {
            float total = 0;
            for (int j = 0; j < values; j++)
            {
                long i = (j * items) + t;
                float difference = p2[i] - p3[i];
                total += difference * difference;
                if (f[1] > 0)
                {
                    p1[i] = difference * f[0];
                }
            }

            p0[t] = total;
        }
    }
}
