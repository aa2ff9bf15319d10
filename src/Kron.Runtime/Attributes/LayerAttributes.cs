using System;

namespace Kron;

/// <summary>Options that every layer attribute shares.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute()
    {
    }

    /// <summary>The nonlinearity f; <see cref="Activation.None"/> by default.</summary>
    public Activation Activation { get; set; }

    /// <summary>The slope of <see cref="Activation.LeakyRelu"/> for negative values.</summary>
    public float Slope { get; set; } = 0.01f;

    /// <summary>The group size of <see cref="Activation.Maxout"/>; must divide the number of outputs.</summary>
    public int Pieces { get; set; } = 2;

    /// <summary>The bias; <see cref="BiasMode.Shared"/> by default.</summary>
    public BiasMode Bias { get; set; }

    /// <summary>
    /// A safetensors file with trained values, named as an item <c>KronWeights</c> of the project names it: every object of the class
    /// begins with them, and they are part of the assembly. <c>model.safetensors#fc1</c> is the layer fc1 of a whole model. Null for none.
    /// </summary>
    public string? Weights { get; set; }
}

/// <summary>
/// Makes the partial class a Kronecker fully-connected layer, y = f(Σ_{i≤r} (A_i ⊗ B_i) x + b), with A_i [m1 × n1],
/// B_i [m2 × n2], m = m1·m2 outputs and n = n1·n2 inputs (arXiv 1512.09194, Eq. 7).
/// Further shapes are added with <see cref="KroneckerTermAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KroneckerLayerAttribute : LayerAttribute
{
    /// <summary>Declares the layer by the paper's 5-tuple.</summary>
    /// <param name="m1">Rows of A.</param>
    /// <param name="m2">Rows of B.</param>
    /// <param name="n1">Columns of A.</param>
    /// <param name="n2">Columns of B.</param>
    /// <param name="r">The number of products of this shape.</param>
    public KroneckerLayerAttribute(int m1, int m2, int n1, int n2, int r) => (M1, M2, N1, N2, R) = (m1, m2, n1, n2, r);

    /// <summary>Rows of A.</summary>
    public int M1 { get; }

    /// <summary>Rows of B.</summary>
    public int M2 { get; }

    /// <summary>Columns of A.</summary>
    public int N1 { get; }

    /// <summary>Columns of B.</summary>
    public int N2 { get; }

    /// <summary>The number of products of this shape.</summary>
    public int R { get; }

    /// <summary>How an image input is read as n1 × n2; needs <see cref="Channels"/>, <see cref="Height"/> and <see cref="Width"/>.</summary>
    public Formulation Formulation { get; set; }

    /// <summary>Whether f is applied after the sum (Eq. 7) or to each product (Eq. 12).</summary>
    public Nonlinearity Nonlinearity { get; set; }

    /// <summary>Channels of an image input; 0 when the input is a vector.</summary>
    public int Channels { get; set; }

    /// <summary>Height of an image input; 0 when the input is a vector.</summary>
    public int Height { get; set; }

    /// <summary>Width of an image input; 0 when the input is a vector.</summary>
    public int Width { get; set; }

    /// <summary>The pre-activations the layer has when m1·m2 is padded beyond them; 0 means m1·m2.</summary>
    public int Outputs { get; set; }

    /// <summary>The inputs the layer has when n1·n2 is padded beyond them; 0 means n1·n2.</summary>
    public int Inputs { get; set; }
}

/// <summary>Adds a further shape group to a <see cref="KroneckerLayerAttribute"/> layer; m1·m2 and n1·n2 must agree with it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class KroneckerTermAttribute : Attribute
{
    /// <summary>Declares the shape group by the paper's 5-tuple.</summary>
    /// <param name="m1">Rows of A.</param>
    /// <param name="m2">Rows of B.</param>
    /// <param name="n1">Columns of A.</param>
    /// <param name="n2">Columns of B.</param>
    /// <param name="r">The number of products of this shape.</param>
    public KroneckerTermAttribute(int m1, int m2, int n1, int n2, int r) => (M1, M2, N1, N2, R) = (m1, m2, n1, n2, r);

    /// <summary>Rows of A.</summary>
    public int M1 { get; }

    /// <summary>Rows of B.</summary>
    public int M2 { get; }

    /// <summary>Columns of A.</summary>
    public int N1 { get; }

    /// <summary>Columns of B.</summary>
    public int N2 { get; }

    /// <summary>The number of products of this shape.</summary>
    public int R { get; }

    /// <summary>How an image input is read as n1 × n2.</summary>
    public Formulation Formulation { get; set; }
}

/// <summary>Makes the partial class a dense layer y = f(W x + b), W [m × n]: the baseline, by the same compiler.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DenseLayerAttribute : LayerAttribute
{
    /// <summary>Declares the layer.</summary>
    /// <param name="m">Outputs (pre-activations).</param>
    /// <param name="n">Inputs.</param>
    public DenseLayerAttribute(int m, int n) => (M, N) = (m, n);

    /// <summary>Outputs (pre-activations).</summary>
    public int M { get; }

    /// <summary>Inputs.</summary>
    public int N { get; }
}
