using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Kron.Runtime.Tests.Decomposition;

/// <summary>Slow and obvious forms of what the decompositions compute of a convolution's kernels [o, c, h, w].</summary>
internal static class Kernels
{
    /// <summary>A shape in the order of the attribute's arguments.</summary>
    public static ShapeGroup Shape(int o1, int c1, int h1, int w1, int o2, int c2, int h2, int w2, int r) =>
        new(o1, o2, c1, c2, r) { H1 = h1, W1 = w1, H2 = h2, W2 = w2 };

    public static int LengthA(ShapeGroup s) => s.M1 * s.N1 * s.H1 * s.W1;

    public static int LengthB(ShapeGroup s) => s.M2 * s.N2 * s.H2 * s.W2;

    /// <summary>All entries of a product's kernel in row-major order, each with the entries of A and B that make it.</summary>
    public static IEnumerable<(int A, int B)> Entries(ShapeGroup s) =>
        from o in Enumerable.Range(0, s.M1 * s.M2)
        from c in Enumerable.Range(0, s.N1 * s.N2)
        from y in Enumerable.Range(0, s.H1 * s.H2)
        from x in Enumerable.Range(0, s.W1 * s.W2)
        select (
            (((((o / s.M2 * s.N1) + (c / s.N2)) * s.H1) + (y / s.H2)) * s.W1) + (x / s.W2),
            (((((o % s.M2 * s.N2) + (c % s.N2)) * s.H2) + (y % s.H2)) * s.W2) + (x % s.W2));

    /// <summary>R, whose singular values decide.</summary>
    public static Matrix<double> Rearrange(float[] weight, ShapeGroup s)
    {
        var result = Matrix<double>.Build.Dense(LengthA(s), LengthB(s));
        int i = 0;
        foreach ((int a, int b) in Entries(s))
        {
            result[a, b] = weight[i++];
        }

        return result;
    }

    /// <summary>√(Σ_{i > r} σ_i²), the least error of r products.</summary>
    public static double OptimalError(float[] weight, ShapeGroup s) =>
        Reference.Norm(Rearrange(weight, s).Svd(false).S.Skip(s.R));

    /// <summary>A weight whose rearrangement has known singular values.</summary>
    public static float[] WithSpectrum(ShapeGroup s, double[] spectrum)
    {
        int columns = LengthB(s);
        float[] rearranged = Reference.WithSpectrum(new ShapeGroup(LengthA(s), 1, 1, columns, 1), spectrum);
        return [.. Entries(s).Select(entry => rearranged[(entry.A * columns) + entry.B])];
    }

    /// <summary>Σ A_i ⊗ B_i of all groups, entry by entry.</summary>
    public static double[] Expand(IReadOnlyList<ShapeGroup> groups, float[] factors)
    {
        double[]? sum = null;
        int offset = 0;
        foreach (ShapeGroup s in groups)
        {
            int a = LengthA(s), b = LengthB(s), right = offset + (s.R * a);
            double[] product =
            [
                .. Entries(s).Select(entry => Enumerable.Range(0, s.R).Sum(t => (double)factors[offset + (t * a) + entry.A] * factors[right + (t * b) + entry.B])),
            ];
            sum = sum is null ? product : [.. sum.Zip(product, (x, y) => x + y)];
            offset = right + (s.R * b);
        }

        return sum!;
    }

    /// <summary>A layer that slides its kernels over an image.</summary>
    public static LayerDefinition Layer(
        LayerKind kind,
        ImageWindow window,
        int channels,
        IReadOnlyList<ShapeGroup>? groups = null,
        (int Channels, int KernelH, int KernelW) structured = default,
        BiasMode bias = BiasMode.Shared,
        Nonlinearity nonlinearity = Nonlinearity.AfterSum,
        Activation activation = Activation.None,
        int pieces = 1) => new()
        {
            Name = "Tests.Image",
            Attributes = "",
            Kind = kind,
            Window = window,
            Inputs = window.Channels * window.Height * window.Width,
            Outputs = channels * window.Pixels,
            Groups = groups ?? [],
            Structured = structured,
            Bias = bias,
            Nonlinearity = nonlinearity,
            Activation = activation,
            Pieces = pieces,
        };

    /// <summary>A Kronecker convolution of an image of 17 × 19 pixels.</summary>
    public static LayerDefinition Layer(IReadOnlyList<ShapeGroup> groups, BiasMode bias = BiasMode.Shared, Nonlinearity nonlinearity = Nonlinearity.AfterSum)
    {
        ShapeGroup s = groups[0];
        var window = new ImageWindow(s.N1 * s.N2, 17, 19, s.H1 * s.H2, s.W1 * s.W2, 2, 1, 1, 2);
        return Layer(LayerKind.Kronecker, window, s.M1 * s.M2, groups, bias: bias, nonlinearity: nonlinearity);
    }

    /// <summary>A low-rank convolution with kernels of d × d.</summary>
    public static LayerDefinition LowRank(int outputs, int channels, int kernel, int rank) => Layer(
        LayerKind.LowRank,
        new ImageWindow(channels, 11, 13, kernel, kernel, 1, 2, 0, 1),
        outputs,
        [Shape(1, channels, kernel, 1, outputs, 1, 1, kernel, rank)]);
}
