using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.Decomposition;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

/// <summary>Errors against the optimum from LAPACK's full decomposition of R, on both routes of the solver.</summary>
public class KpsvdNumpyTests
{
    private static readonly int[] Ranks = [1, 10, 30, 100];

    // Short sides of 260, which is solved directly for all but few products, and of 1100, which is iterated on.
    private static readonly ShapeGroup[] Shapes = [new(20, 40, 13, 50, 1), new(30, 20, 40, 55, 1)];

    [NumpyFact]
    public void Gaussian_weights_reach_the_optimum() => Check((_, length) => Reference.Gaussian(length, 31));

    [NumpyFact]
    public void Slowly_decaying_spectra_reach_the_optimum() => CheckSpectrum(i => 1 / Math.Sqrt(1 + (0.1 * i)));

    [NumpyFact]
    public void Decaying_spectra_reach_the_optimum() => CheckSpectrum(i => 1 / (1.0 + i));

    [NumpyFact]
    public void Spectra_that_single_precision_cannot_resolve_reach_the_optimum() => CheckSpectrum(i => Math.Pow(0.25, Math.Min(i, 11)));

    [NumpyFact]
    public void A_cluster_at_the_cut_reaches_the_optimum() => CheckSpectrum(i => i < 8 ? 2 - (0.1 * i) : i < 40 ? 1 + (1e-6 * i) : 0.5);

    private static void CheckSpectrum(Func<int, double> spectrum) =>
        Check((shape, _) => Reference.WithSpectrum(
            shape, [.. Enumerable.Range(0, Math.Min(shape.M1 * shape.N1, shape.M2 * shape.N2)).Select(spectrum)]));

    private static void Check(Func<ShapeGroup, int, float[]> weightOf)
    {
        foreach (ShapeGroup shape in Shapes)
        {
            float[] weight = weightOf(shape, shape.M1 * shape.M2 * shape.N1 * shape.N2);
            double[] optimum = Optimum(weight, shape);
            for (int i = 0; i < Ranks.Length; i++)
            {
                KroneckerFactors factors = Kpsvd.Decompose(weight, shape with { R = Ranks[i] });

                factors.Converged.ShouldBeTrue();
                (factors.RelativeError / optimum[i]).ShouldBeInRange(1 - 1e-9, 1.0001, $"{shape with { R = Ranks[i] }} in {factors.Iterations} passes");
            }
        }
    }

    /// <summary>√(Σ_{i ≥ r} σ_i² / Σ σ_i²) for each rank.</summary>
    private static double[] Optimum(float[] weight, ShapeGroup shape)
    {
        const string Script = """
            import numpy as np, sys
            m1, m2, n1, n2 = map(int, sys.argv[2:6])
            w = np.fromfile(sys.argv[1], dtype=np.float32).astype(np.float64)
            r = w.reshape(m1, m2, n1, n2).transpose(0, 2, 1, 3).reshape(m1 * n1, m2 * n2)
            s = np.linalg.svd(r, compute_uv=False)
            print(*[repr(float(np.sqrt((s[int(k):] ** 2).sum() / (s ** 2).sum()))) for k in sys.argv[6:]])
            """;
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, MemoryMarshal.AsBytes(weight.AsSpan()).ToArray());
            string[] sizes = [.. new[] { shape.M1, shape.M2, shape.N1, shape.N2 }.Concat(Ranks).Select(size => size.ToString(CultureInfo.InvariantCulture))];
            return [.. NumpyFactAttribute.Run(Script, [file, .. sizes]).Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
