using System;
using Kron.Generator.Support;

namespace Kron.Generator.Spec;

/// <summary>
/// One axis of a convolution that runs as two. Output o of the pair reads the input at
/// <c>Stride·o − Padding + FirstStep·f + SecondStep·s</c> for the taps f of the convolution that comes first and s of the second one.
/// </summary>
/// <param name="Inputs">Pixels of the input along the axis.</param>
/// <param name="Outputs">Pixels of the output.</param>
/// <param name="Stride">Of the pair.</param>
/// <param name="Padding">Of the pair.</param>
/// <param name="FirstTaps">Taps of the first convolution.</param>
/// <param name="FirstStep">Its dilation.</param>
/// <param name="SecondTaps">Taps of the second one.</param>
/// <param name="SecondStep">Its dilation.</param>
internal sealed record SlidingAxis(int Inputs, int Outputs, int Stride, int Padding, int FirstTaps, int FirstStep, int SecondTaps, int SecondStep)
{
    /// <summary>Rows and columns of a shape group's two convolutions; a layer of vectors is a single pixel.</summary>
    public static (SlidingAxis Rows, SlidingAxis Columns) Of(GroupSpec g, WindowSpec? window, bool isBFirst)
    {
        // W's tap is h1·H2 + h2, so A is the one that is dilated.
        return (
            Axis(window?.Height ?? 1, window?.OutHeight ?? 1, window?.StrideH ?? 1, window?.PaddingH ?? 0, g.H1, g.H2),
            Axis(window?.Width ?? 1, window?.OutWidth ?? 1, window?.StrideW ?? 1, window?.PaddingW ?? 0, g.W1, g.W2));

        SlidingAxis Axis(int inputs, int outputs, int stride, int padding, int tapsA, int tapsB) => isBFirst
            ? new SlidingAxis(inputs, outputs, stride, padding, tapsB, 1, tapsA, tapsB)
            : new SlidingAxis(inputs, outputs, stride, padding, tapsA, tapsB, tapsB, 1);
    }

    /// <summary>Pixels of the input from one intermediate pixel to the next: the largest step that meets all that are read.</summary>
    public int Step => (Outputs > 1, SecondTaps > 1) switch
    {
        (true, true) => Integers.GreatestDivisor(Stride, SecondStep),
        (true, false) => Stride,
        (false, true) => SecondStep,
        _ => 1,
    };

    /// <summary>Intermediate pixels from one output to the next; a single output has no next one, and its stride need not be a multiple of the step.</summary>
    public int OutputStep => Math.Max(1, Stride / Step);

    /// <summary>The first intermediate pixel for which any tap meets the input; the ones before it are zero.</summary>
    public int First => Touched ? Lowest : 0;

    /// <summary>Intermediate pixels that are computed.</summary>
    public int Count => Touched ? Highest - Lowest + 1 : 1;

    /// <summary>Where the first tap of the first one lies in the input.</summary>
    public int Origin => (Step * First) - Padding;

    private bool Touched => Highest >= Lowest;

    private int Lowest => Math.Max(0, Integers.CeilingDivide(Padding - ((FirstTaps - 1) * FirstStep), Step));

    private int Highest => Math.Min(((Stride * (Outputs - 1)) + (SecondStep * (SecondTaps - 1))) / Step, (Inputs - 1 + Padding) / Step);
}
