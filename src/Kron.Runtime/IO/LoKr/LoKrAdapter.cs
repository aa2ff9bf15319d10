using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.Decomposition;

namespace Kron.IO;

/// <summary>The LoKr update of one layer's weight, ΔW = s · w1 ⊗ w2, w1 [a × c], w2 [b × d] or, for a convolution, [b, d, kernel…].</summary>
/// <remarks>
/// Sums are accumulated in double. The factors may themselves be products, w1 = w1_a · w1_b, w2 = w2_a · w2_b, or a Tucker form;
/// they are multiplied out when they are asked for.
/// </remarks>
public sealed class LoKrAdapter
{
    private readonly LoKrFactor _w1;
    private readonly LoKrFactor _w2;
    private readonly double _scale;

    internal LoKrAdapter(string name, LoKrFactor w1, LoKrFactor w2, double scale)
    {
        Name = name;
        _w1 = w1;
        _w2 = w2;
        _scale = scale;
    }

    /// <summary>The adapted layer, as the file names it; for PEFT without <c>base_model.model.</c>, so as the model names it.</summary>
    public string Name { get; }

    /// <summary>
    /// The shape (a, b, c, d, 1), with B's kernel where it is one of rows and columns; a kernel of one extent is a single row. LyCORIS and
    /// PEFT may store a convolution as a matrix; d then includes the kernel's positions.
    /// </summary>
    public ShapeGroup Shape
    {
        get
        {
            var shape = new ShapeGroup(_w1.Rows, _w2.Rows, _w1.Columns, _w2.Channels, R: 1);
            return IsConvolution ? shape with { H2 = Kernel.Count > 1 ? Kernel[0] : 1, W2 = Kernel[^1] } : shape;
        }
    }

    /// <summary>The kernel of a convolution, such as [kh, kw]; empty for a linear layer and where the file does not tell.</summary>
    public IReadOnlyList<int> Kernel => _w2.Kernel;

    /// <summary>Outputs of the adapted layer: a · b.</summary>
    public int Outputs => _w1.Rows * _w2.Rows;

    /// <summary>Inputs of the adapted layer (channels of a convolution): c · d.</summary>
    public int Inputs => _w1.Columns * _w2.Channels;

    /// <summary>The factor s.</summary>
    public float Scale => (float)_scale;

    /// <summary>
    /// The attribute of a layer that <see cref="CopyTo"/> fills, as C# text; an adapter has no bias. That of a convolution still needs the
    /// <c>Height</c> and <c>Width</c> of the images, and the adapted layer's stride and padding. Where the kernel has three extents, the layer
    /// reads patches of inputs × kernel values.
    /// </summary>
    public string Attributes => IsConvolution
        ? AttributeText.Convolution(Shape)
        : AttributeText.Of([new ShapeGroup(_w1.Rows, _w2.Rows, _w1.Columns, _w2.Columns, 1)], _w1.Rows * _w2.Rows, _w1.Columns * _w2.Columns, hasBias: false);

    private bool IsConvolution => Kernel.Count is 1 or 2;

    /// <summary>Computes w1, without the scale.</summary>
    /// <param name="w1">Receives a × c values, row-major.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing is written.</exception>
    public void ReadW1(Span<float> w1)
    {
        CheckLength(nameof(w1), w1.Length, (long)_w1.Rows * _w1.Columns);
        _w1.Read(scale: 1, w1);
    }

    /// <summary>Computes w2, without the scale.</summary>
    /// <param name="w2">Receives b × d × kernel values, row-major.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing is written.</exception>
    public void ReadW2(Span<float> w2)
    {
        CheckLength(nameof(w2), w2.Length, (long)_w2.Rows * _w2.Columns);
        _w2.Read(scale: 1, w2);
    }

    /// <summary>Computes ΔW, to be added to the layer's weight.</summary>
    /// <param name="delta">Receives outputs × inputs (× kernel) values, row-major as the weight of <c>nn.Linear</c> or <c>nn.Conv2d</c>.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing is written.</exception>
    public void ToDense(Span<float> delta)
    {
        int columns = _w2.Columns;
        CheckLength(nameof(delta), delta.Length, (long)Outputs * _w1.Columns * columns);
        double[] w1 = new double[_w1.Rows * _w1.Columns];
        double[] scratch = new double[Math.Max(_w1.Scratch, _w2.Scratch)];
        for (int a = 0; a < _w1.Rows; a++)
        {
            _w1.ReadRow(a, w1.AsSpan(a * _w1.Columns, _w1.Columns), scratch);
        }

        // The kernel runs fastest in w2 and in ΔW, so both are matrices here, and ΔW is their plain Kronecker product.
        double[] row = new double[columns];
        for (int b = 0; b < _w2.Rows; b++)
        {
            _w2.ReadRow(b, row, scratch.AsSpan(0, _w2.Scratch));
            for (int block = 0; block < w1.Length; block++)
            {
                (int a, int c) = Math.DivRem(block, _w1.Columns);
                Span<float> target = delta.Slice(((((a * _w2.Rows) + b) * _w1.Columns) + c) * columns, columns);
                double factor = _scale * w1[block];
                for (int j = 0; j < target.Length; j++)
                {
                    target[j] = (float)(factor * row[j]);
                }
            }
        }
    }

    /// <summary>
    /// Writes w1 as <c>A.g</c> and s · w2 as <c>B.g</c> into a layer and commits it; the layer then computes ΔW·x in that shape group,
    /// and ΔW is never formed. What else the layer has, its bias above all, stays as it is.
    /// </summary>
    /// <remarks>
    /// The group is one of matrices, [1, a, c] and [1, b, d × kernel], which for a convolution reads patches, or one of a convolution,
    /// [1, a, c, 1, 1] and [1, b, d, kh, kw]; where the file has a convolution as a matrix, any that has as many columns.
    /// </remarks>
    /// <param name="layer">A generated layer, such as one with the attribute of <see cref="Attributes"/>.</param>
    /// <param name="group">The shape group g, 0 for the first.</param>
    /// <exception cref="ArgumentException">The layer has no such group, or it is of another shape; the layer is untouched, and the message has the attribute that fits.</exception>
    public void CopyTo(ILayer layer, int group = 0)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ParameterTensor? a = Find(layer, 'A', group);
        ParameterTensor? b = Find(layer, 'B', group);
        if (a is null || b is null || !Fits(a.Shape, b.Shape))
        {
            string actual = a is null || b is null
                ? FormattableString.Invariant($"no tensors A.{group} and B.{group}")
                : FormattableString.Invariant($"A.{group} of shape [{Listing.Extents(a.Shape)}] and B.{group} of shape [{Listing.Extents(b.Shape)}]");
            throw new ArgumentException(
                FormattableString.Invariant($"The layer has {actual}; expected {Expected()} for the adapter of '{Name}', as of a layer with {Attributes}."),
                nameof(layer));
        }

        _w1.Read(scale: 1, layer.Parameters.Slice(a.Offset, a.Length));
        _w2.Read(_scale, layer.Parameters.Slice(b.Offset, b.Length));
        layer.Commit();
    }

    private static ParameterTensor? Find(ILayer layer, char factor, int group)
    {
        string name = FormattableString.Invariant($"{factor}.{group}");
        return (layer as INamedParameters)?.ParameterTensors.FirstOrDefault(tensor => tensor.Name == name);
    }

    // Either the matrices, or kernels of a convolution of which only the second has an extent: the same values in the same order.
    private bool Fits(IReadOnlyList<int> a, IReadOnlyList<int> b)
    {
        if (a.SequenceEqual([1, _w1.Rows, _w1.Columns]) && b.SequenceEqual([1, _w2.Rows, _w2.Columns]))
        {
            return true;
        }

        if (!a.SequenceEqual([1, _w1.Rows, _w1.Columns, 1, 1]) || b.Count != 5 || b[0] != 1 || b[1] != _w2.Rows)
        {
            return false;
        }

        ShapeGroup shape = Shape;
        return IsConvolution
            ? b.Skip(2).SequenceEqual([shape.N2, shape.H2, shape.W2])
            : Kernel.Count == 0 && (long)b[2] * b[3] * b[4] == _w2.Columns;
    }

    private string Expected()
    {
        ShapeGroup s = Shape;
        return IsConvolution
            ? FormattableString.Invariant($"[1, {s.M1}, {s.N1}, 1, 1] and [1, {s.M2}, {s.N2}, {s.H2}, {s.W2}]")
            : FormattableString.Invariant($"[1, {s.M1}, {s.N1}] and [1, {s.M2}, {_w2.Columns}]");
    }

    private void CheckLength(string argument, int actual, long expected)
    {
        if (actual != expected)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{argument}' has {actual} values; expected {expected} for the adapter of '{Name}'."), argument);
        }
    }
}
