using System;
using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>The rules that shape groups obey, as the compiler's diagnostics state them.</summary>
internal static class ShapeChecks
{
    // The compiler's own limit (KRON018).
    internal const int MaxSize = 1 << 24;

    /// <summary>Checks one group on its own.</summary>
    public static void Sizes(ShapeGroup shape, string parameter)
    {
        if (shape.M1 < 1 || shape.M2 < 1 || shape.N1 < 1 || shape.N2 < 1 || shape.R < 1 || shape.H1 < 1 || shape.W1 < 1 || shape.H2 < 1 || shape.W2 < 1)
        {
            throw new ArgumentException($"Every size must be at least 1, but the shape is {Text(shape)}.", parameter);
        }
    }

    /// <summary>Checks that a group reads an image as its formulation says (arXiv 1512.09194, section 3).</summary>
    public static void Image(ShapeGroup shape, (int Channels, int Height, int Width) image, string parameter)
    {
        (Int128 c, Int128 h, Int128 w) = image;
        (string name1, Int128 n1, string name2, Int128 n2) = shape.Formulation switch
        {
            Formulation.I => ("c", c, "h·w", h * w),
            Formulation.II => ("c·h", c * h, "w", w),
            Formulation.III => ("c·w", c * w, "h", h),
            _ => ("n1", shape.N1, "n2", shape.N2),
        };
        if (n1 != shape.N1 || n2 != shape.N2 || (shape.Formulation != Formulation.Matrix && c < 1))
        {
            throw new ArgumentException(
                $"Formulation {shape.Formulation} needs an image with {name1} = n1 = {shape.N1} and {name2} = n2 = {shape.N2}, but it is {c}×{h}×{w}.",
                parameter);
        }
    }

    /// <summary>Checks all groups of a layer.</summary>
    public static void Groups(
        IReadOnlyList<ShapeGroup> groups, int outputs, int inputs, (int Channels, int Height, int Width) image, string parameter)
    {
        if (groups.Count == 0)
        {
            throw new ArgumentException("There must be at least one shape group.", parameter);
        }

        bool isImage = image != default;
        if (isImage && (image.Channels < 1 || image.Height < 1 || image.Width < 1 || (Int128)image.Channels * image.Height * image.Width != inputs))
        {
            throw new ArgumentException(
                $"The image must have {inputs} values, one for each input, but it is {image.Channels}×{image.Height}×{image.Width}.", nameof(image));
        }

        ShapeGroup first = groups[0];
        Int128 parameters = 0;
        foreach (ShapeGroup group in groups)
        {
            Sizes(group, parameter);
            if (HasKernels(group))
            {
                throw new ArgumentException($"Expected the factors of a matrix, but {KernelText(group)} are kernels of a convolution.", parameter);
            }

            if ((long)group.M1 * group.M2 != (long)first.M1 * first.M2 || (long)group.N1 * group.N2 != (long)first.N1 * first.N2)
            {
                throw new ArgumentException(
                    $"All shapes must have the same m1·m2 and n1·n2, but {Text(group)} is {(long)group.M1 * group.M2} × {(long)group.N1 * group.N2} "
                    + $"and {Text(first)} is {(long)first.M1 * first.M2} × {(long)first.N1 * first.N2}.",
                    parameter);
            }

            if ((long)group.M1 * group.M2 > MaxSize || (long)group.N1 * group.N2 > MaxSize)
            {
                throw new ArgumentException($"m1·m2 and n1·n2 must be at most {MaxSize}, but the shape is {Text(group)}.", parameter);
            }

            parameters = AddParameters(parameters, group, Text(group), outputs, parameter);
            if ((long)group.M1 * group.M2 < outputs || (long)group.N1 * group.N2 < inputs)
            {
                throw new ArgumentException(
                    $"The weight is {outputs} × {inputs}, but {Text(group)} is only {(long)group.M1 * group.M2} × {(long)group.N1 * group.N2}.", parameter);
            }

            if (group.Formulation != Formulation.Matrix && (long)group.N1 * group.N2 != inputs)
            {
                throw new ArgumentException(
                    $"Formulation {group.Formulation} cannot be padded, but {Text(group)} has n1·n2 = {(long)group.N1 * group.N2} and there are {inputs} inputs.",
                    parameter);
            }

            Image(group, image, parameter);
        }
    }

    /// <summary>Checks all groups of a convolution.</summary>
    public static void Kernels(IReadOnlyList<ShapeGroup> groups, ConvolutionShape convolution, string parameter)
    {
        if (groups.Count == 0)
        {
            throw new ArgumentException("There must be at least one shape group.", parameter);
        }

        (int o, int c, int h, int w) = (convolution.Outputs, convolution.Inputs, convolution.KernelHeight, convolution.KernelWidth);
        Int128 parameters = 0;
        foreach (ShapeGroup group in groups)
        {
            Sizes(group, parameter);
            if (group.Formulation != Formulation.Matrix)
            {
                throw new ArgumentException($"The kernels of a convolution have no formulation, but {KernelText(group)} has {group.Formulation}.", parameter);
            }

            if ((long)group.M1 * group.M2 != o || (long)group.N1 * group.N2 != c || (long)group.H1 * group.H2 != h || (long)group.W1 * group.W2 != w)
            {
                throw new ArgumentException(
                    $"The kernels are {o} × {c} × {h} × {w}, but the product of {KernelText(group)} is "
                    + $"{(long)group.M1 * group.M2} × {(long)group.N1 * group.N2} × {(long)group.H1 * group.H2} × {(long)group.W1 * group.W2}.",
                    parameter);
            }

            parameters = AddParameters(parameters, group, KernelText(group), o, parameter);
        }
    }

    private static Int128 AddParameters(Int128 before, ShapeGroup group, string text, int bias, string parameter)
    {
        Int128 parameters = before + (group.R * ((Int128)group.LengthA + group.LengthB));
        return parameters + bias <= Array.MaxLength
            ? parameters
            : throw new ArgumentException($"The factors must fit an array, but there are {parameters} up to {text}.", parameter);
    }

    private static bool HasKernels(ShapeGroup shape) => shape is not { H1: 1, W1: 1, H2: 1, W2: 1 };

    // In the order of the attributes' arguments.
    private static string Text(ShapeGroup shape) => HasKernels(shape)
        ? KernelText(shape)
        : FormattableString.Invariant($"({shape.M1}, {shape.M2}, {shape.N1}, {shape.N2}, {shape.R})");

    private static string KernelText(ShapeGroup shape) =>
        FormattableString.Invariant($"({shape.M1}, {shape.N1}, {shape.H1}, {shape.W1}, {shape.M2}, {shape.N2}, {shape.H2}, {shape.W2}, {shape.R})");
}
