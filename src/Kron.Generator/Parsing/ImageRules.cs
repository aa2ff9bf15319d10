using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>The image shape of a layer's input and the formulations that read it (arXiv 1512.09194, section 3).</summary>
internal static class ImageRules
{
    private static readonly string[] Axes = ["Channels", "Height", "Width"];

    /// <summary>The declared image; null where there is none or it is incomplete.</summary>
    public static ImageSpec? Parse(AttributeReader reader, DiagnosticBag bag)
    {
        int[] extents = Axes.Select(axis => reader.Option(axis, 0)).ToArray();
        if (extents.All(extent => extent == 0))
        {
            return null;
        }

        if (extents.Any(extent => extent < 1))
        {
            // Point at what is wrong rather than at what is missing.
            string at = Axes.FirstOrDefault(axis => reader.Has(axis) && reader.Option(axis, 0) < 1) ?? Axes.First(reader.Has);
            bag.Report(Descriptors.IncompleteImage, reader.LocationOf(at), Invariant.Text(extents[0]), Invariant.Text(extents[1]), Invariant.Text(extents[2]));
            return null;
        }

        return new ImageSpec(extents[0], extents[1], extents[2]);
    }

    public static void Check(AttributeReader layer, ImageSpec? image, int inputs, IReadOnlyList<ReadGroup> groups, DiagnosticBag bag)
    {
        bool fits = image is not null && Fits(layer, image, inputs, bag);
        bool declared = Axes.Any(axis => layer.Option(axis, 0) != 0);
        foreach (var (reader, group) in groups.Where(g => g.Group.Formulation != FormulationKind.Matrix))
        {
            int padded = group.N1 * group.N2;
            if (!declared)
            {
                bag.Report(Descriptors.FormulationWithoutImage, reader.LocationOf("Formulation"), group.Formulation);
            }
            else if (inputs < padded)
            {
                bag.Report(Descriptors.FormulationWithPadding, layer.LocationOf("Inputs"), Invariant.Text(inputs), Invariant.Text(padded), group.Formulation);
            }
            else if (image is not null && fits)
            {
                CheckFormulation(reader, group, image, bag);
            }
        }
    }

    private static bool Fits(AttributeReader layer, ImageSpec image, int inputs, DiagnosticBag bag)
    {
        BigInteger size = (BigInteger)image.Channels * image.Height * image.Width;
        if (size == inputs)
        {
            return true;
        }

        bag.Report(
            Descriptors.ImageSize,
            layer.LocationOf(Axes[0]),
            Invariant.Text(image.Channels),
            Invariant.Text(image.Height),
            Invariant.Text(image.Width),
            Invariant.Text(size),
            Invariant.Text(inputs));
        return false;
    }

    private static void CheckFormulation(AttributeReader reader, GroupSpec group, ImageSpec image, DiagnosticBag bag)
    {
        var (c, h, w) = (image.Channels, image.Height, image.Width);

        // No overflow: c·h·w is the number of inputs.
        var (name1, needed1, name2, needed2) = group.Formulation switch
        {
            FormulationKind.I => ("c", c, "h·w", h * w),
            FormulationKind.II => ("c·h", c * h, "w", w),
            _ => ("c·w", c * w, "h", h),
        };
        if (group.N1 != needed1 || group.N2 != needed2)
        {
            bag.Report(
                Descriptors.FormulationMismatch,
                reader.LocationOf(2, 3),
                group.Formulation,
                Invariant.Text(c),
                Invariant.Text(h),
                Invariant.Text(w),
                name1,
                Invariant.Text(needed1),
                name2,
                Invariant.Text(needed2),
                Invariant.Text(group.N1),
                Invariant.Text(group.N2));
        }
    }
}
