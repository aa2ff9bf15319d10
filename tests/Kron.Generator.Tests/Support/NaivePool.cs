using System;
using System.Collections.Generic;
using Kron.Generator.Spec;

namespace Kron.Generator.Tests.Support;

/// <summary>Pools by their definition, in double, window by window.</summary>
internal static class NaivePool
{
    /// <summary>The pool of images [samples, channels, rows, columns].</summary>
    public static double[] Forward(WindowSpec window, bool isMaximum, double[] input)
    {
        double[] output = new double[input.Length / window.Height / window.Width * window.Pixels];
        ForEachWindow(window, input.Length, (at, pixels) =>
        {
            double result = isMaximum ? double.NegativeInfinity : 0;
            foreach (int pixel in pixels)
            {
                result = isMaximum ? Math.Max(result, input[pixel]) : result + (input[pixel] / (window.KernelH * window.KernelW));
            }

            output[at] = result;
        });
        return output;
    }

    /// <summary>The input's gradient; that of a maximum goes to the first pixel, row by row, that attains it.</summary>
    public static double[] Backward(WindowSpec window, bool isMaximum, double[] input, double[] outputGradient)
    {
        double[] gradient = new double[input.Length];
        ForEachWindow(window, input.Length, (at, pixels) =>
        {
            int winner = pixels[0];
            foreach (int pixel in pixels)
            {
                winner = input[pixel] > input[winner] ? pixel : winner;
                gradient[pixel] += isMaximum ? 0 : outputGradient[at] / (window.KernelH * window.KernelW);
            }

            gradient[winner] += isMaximum ? outputGradient[at] : 0;
        });
        return gradient;
    }

    private static void ForEachWindow(WindowSpec window, int length, Action<int, int[]> action)
    {
        int at = 0;
        for (int image = 0; image < length / window.Height / window.Width; image++)
        {
            for (int oy = 0; oy < window.OutHeight; oy++)
            {
                for (int ox = 0; ox < window.OutWidth; ox++)
                {
                    var pixels = new List<int>();
                    for (int ky = 0; ky < window.KernelH; ky++)
                    {
                        for (int kx = 0; kx < window.KernelW; kx++)
                        {
                            int y = (oy * window.StrideH) + ky - window.PaddingH, x = (ox * window.StrideW) + kx - window.PaddingW;
                            if (y >= 0 && y < window.Height && x >= 0 && x < window.Width)
                            {
                                pixels.Add((((image * window.Height) + y) * window.Width) + x);
                            }
                        }
                    }

                    action(at++, [.. pixels]);
                }
            }
        }
    }
}
