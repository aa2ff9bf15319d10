using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Cli.Sources;

namespace Kron.Cli.Arguments;

/// <summary>A shape as the command line states it; what its numbers mean depends on the weight.</summary>
/// <param name="Numbers">Those of <c>--shape</c>, or of <c>--term</c> with the rank among them.</param>
/// <param name="Rank">The rank beside <c>--shape</c>; null for a <c>--term</c>.</param>
/// <param name="Formulation">How an image is read.</param>
internal sealed record StatedShape(IReadOnlyList<int> Numbers, int? Rank, Formulation Formulation)
{
    private static readonly string[] FirstNames = ["o1", "c1", "h1", "w1"];

    /// <summary>Whether both kernels of a convolution are stated.</summary>
    public bool IsConvolution => Numbers.Count > 5;

    private string Option => $"{(Rank is null ? "--term" : "--shape")} {string.Join(',', Numbers)}";

    /// <summary>The factors of a matrix: <c>m1,m2,n1,n2</c> and the rank.</summary>
    /// <exception cref="ToolException">The numbers are those of a convolution.</exception>
    public ShapeGroup OfMatrix()
    {
        int[] n = [.. Numbers, .. Rank is { } rank ? [rank] : Array.Empty<int>()];
        return IsConvolution
            ? throw new ToolException($"{Option} states the kernels of a convolution; expected the factors of a matrix, {(Rank is null ? "m1,m2,n1,n2,r" : "m1,m2,n1,n2")}")
            : new ShapeGroup(n[0], n[1], n[2], n[3], n[4], Formulation);
    }

    /// <summary>
    /// The kernels of a convolution: <c>o1,c1,h1,w1,o2,c2,h2,w2</c> and the rank, or <c>o1,c1,h1,w1</c> and the rank
    /// (<c>r,o1,c1,h1,w1</c> in a term, as the paper writes it) where the weight tells the rest.
    /// </summary>
    /// <param name="weight">The dense kernels; null where there are none, so that all must be stated.</param>
    /// <exception cref="ToolException">The numbers do not fit.</exception>
    public ShapeGroup OfKernels(DenseWeight? weight)
    {
        if (Formulation != Formulation.Matrix)
        {
            throw new ToolException($"{Option} has formulation {Formulation}, which says how a matrix reads an image; a convolution has none");
        }

        if (IsConvolution)
        {
            return Whole(weight);
        }

        if (weight is not { Kernel: var (height, width) })
        {
            throw new ToolException($"{Option} states one factor of a matrix or of a convolution; expected both kernels, o1,c1,h1,w1,o2,c2,h2,w2{(Rank is null ? ",r" : "")}");
        }

        int[] first = [.. Rank is null ? Numbers.Skip(1) : Numbers];
        int[] whole = [weight.Outputs, weight.Inputs, height, width];
        for (int i = 0; i < whole.Length; i++)
        {
            if (whole[i] % first[i] != 0)
            {
                throw new ToolException(FormattableString.Invariant(
                    $"{FirstNames[i]} = {first[i]} of {Option} does not divide the {whole[i]} of '{weight.Name}', {weight.ShapeText}"));
            }
        }

        return Group([.. first, .. whole.Zip(first, (all, part) => all / part)], Rank ?? Numbers[0]);
    }

    private ShapeGroup Whole(DenseWeight? weight)
    {
        ShapeGroup shape = Group(Numbers, Rank ?? Numbers[8]);
        string product = TensorEntry.Text([(long)shape.M1 * shape.M2, (long)shape.N1 * shape.N2, (long)shape.H1 * shape.H2, (long)shape.W1 * shape.W2]);
        return weight is null || weight.ShapeText == product
            ? shape
            : throw new ToolException($"'{weight.Name}' is {weight.ShapeText}, but the product of {Option} is {product}");
    }

    private static ShapeGroup Group(IReadOnlyList<int> n, int rank) => new(n[0], n[4], n[1], n[5], rank) { H1 = n[2], W1 = n[3], H2 = n[6], W2 = n[7] };
}
