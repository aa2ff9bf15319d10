using System;
using System.Numerics;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>A window fits its image and what is around it.</summary>
internal static class WindowRules
{
    /// <summary>The window as it slides; null where it does not fit or makes too large a layer.</summary>
    /// <param name="sliding">Image, strides and paddings.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="kernel">Rows and columns of the window, at least 1.</param>
    /// <param name="most">The most padding along either axis.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="layer">Where the layer is.</param>
    /// <param name="bag">Takes the diagnostics.</param>
    public static WindowSpec? Slide(
        Sliding sliding, int channels, (int H, int W) kernel, (int H, int W) most, int outputs, Location? layer, DiagnosticBag bag)
    {
        var (height, width) = (sliding.Height.Value, sliding.Width.Value);
        bool small = SizeLimits.CheckPerSample("The number of inputs", (BigInteger)channels * height * width, sliding.Height.Location, bag)
            & SizeLimits.CheckPerSample("The number of values in a window", (BigInteger)kernel.H * kernel.W, layer, bag);
        if (!CheckPadding(sliding, kernel, most, bag) || !small)
        {
            return null;
        }

        if (!(Fits("row", kernel.H, sliding.Height, sliding.PaddingH.Value, bag) & Fits("column", kernel.W, sliding.Width, sliding.PaddingW.Value, bag)))
        {
            return null;
        }

        WindowSpec window = new(
            channels, height, width, kernel.H, kernel.W, sliding.StrideH.Value, sliding.StrideW.Value, sliding.PaddingH.Value, sliding.PaddingW.Value);
        return SizeLimits.CheckPerSample("The number of outputs", (BigInteger)outputs * window.OutHeight * window.OutWidth, layer, bag)
            ? window with { StrideH = StrideH(window, window.StrideH), StrideW = StrideW(window, window.StrideW) }
            : null;
    }

    /// <summary>The least stride along the rows' axis that means the same: all that leave room for one output do.</summary>
    public static int StrideH(WindowSpec window, int stride) => Least(stride, window.Height, window.PaddingH, window.KernelH);

    /// <summary>And along the columns' axis.</summary>
    public static int StrideW(WindowSpec window, int stride) => Least(stride, window.Width, window.PaddingW, window.KernelW);

    private static int Least(int stride, int extent, int padding, int kernel) => Math.Min(stride, extent + (2 * padding) - kernel + 1);

    private static bool CheckPadding(Sliding sliding, (int H, int W) kernel, (int H, int W) most, DiagnosticBag bag)
    {
        // One option for both axes is reported once, for the axis that allows less.
        if (sliding.PaddingH == sliding.PaddingW)
        {
            return most.H <= most.W ? Rows() : Columns();
        }

        return Rows() & Columns();

        bool Rows() => Check(sliding.PaddingH, Invariant.Count(kernel.H, "row"), most.H);
        bool Columns() => Check(sliding.PaddingW, Invariant.Count(kernel.W, "column"), most.W);

        bool Check(Setting padding, string extent, int limit)
        {
            if (padding.Value >= 0 && padding.Value <= limit)
            {
                return true;
            }

            bag.Report(Descriptors.PaddingSize, padding.Location, padding.Name, Invariant.Text(padding.Value), Invariant.Text(limit), extent);
            return false;
        }
    }

    private static bool Fits(string what, int kernel, Setting extent, int padding, DiagnosticBag bag)
    {
        int padded = extent.Value + (2 * padding);
        if (kernel <= padded)
        {
            return true;
        }

        bag.Report(
            Descriptors.WindowSize, extent.Location, Invariant.Count(kernel, what), Invariant.Text(extent.Value), Invariant.Text(padding), Invariant.Text(padded));
        return false;
    }
}
