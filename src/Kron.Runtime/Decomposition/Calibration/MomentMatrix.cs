using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>A positive semidefinite matrix Σ x xᵀ that grows sample by sample, as the fit reads it.</summary>
internal abstract unsafe class MomentMatrix(int inputs)
{
    /// <summary>Rows and columns.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>Adds a sample.</summary>
    /// <param name="sample">Finite inputs.</param>
    public abstract void Append(ReadOnlySpan<float> sample);

    /// <summary>Product ← L·C.</summary>
    /// <param name="left">L [k × inputs].</param>
    /// <param name="product">Receives the product, [k × inputs].</param>
    /// <param name="cancellation">Ends it early.</param>
    public abstract void Multiply(DenseMatrix left, DenseMatrix product, CancellationToken cancellation = default);

    /// <summary>Product ← (Σ A_t ⊗ B_t)·C; outputs beyond the product's rows are dropped.</summary>
    /// <param name="shape">The shape; its R is the number of products.</param>
    /// <param name="columns">The stored input of each logical one, or null when they agree.</param>
    /// <param name="left">A.</param>
    /// <param name="right">B.</param>
    /// <param name="product">Receives the product, [k × inputs].</param>
    /// <param name="cancellation">Ends it early.</param>
    public virtual void Multiply(ShapeGroup shape, int[]? columns, TermFactors left, TermFactors right, DenseMatrix product, CancellationToken cancellation)
    {
        using var weight = new DenseMatrix(product.Rows, Inputs);
        TermFactors.AddProducts(shape, columns, left, right, weight, 1);
        Multiply(weight, product, cancellation);
    }

    /// <summary>tr(L·C·Lᵀ).</summary>
    /// <param name="left">L [k × inputs].</param>
    public abstract double Energy(DenseMatrix left);

    /// <summary>‖C‖²_F.</summary>
    public abstract double SquaredNorm();

    /// <summary>
    /// The normal matrix of one factor of each product while the other is fixed: with F the fixed factors,
    /// N[(t, s), (t', s')] = Σ_{f, f'} C[(s, f), (s', f')]·⟨F_t[·, f], F_t'[·, f']⟩ where C's axes are split into the solved
    /// factor's input s and the fixed one's f. Inputs beyond the matrix are zero.
    /// </summary>
    /// <param name="side">Which factor is solved for, and how the inputs are split.</param>
    /// <param name="fixedFactors">F.</param>
    /// <param name="gram">⟨F_t[·, f], F_t'[·, f']⟩ as a matrix [(t, f) × (t', f')].</param>
    /// <param name="damping">Added to C's diagonal, that of the inputs beyond the matrix included.</param>
    /// <param name="normal">Receives N, both triangles.</param>
    public void Normal(in FactorSide side, TermFactors fixedFactors, DenseMatrix gram, double damping, DenseMatrix normal)
    {
        normal.Clear();
        AddNormal(side, fixedFactors, gram, normal);
        int terms = fixedFactors.Terms, solved = side.Solved, other = side.Fixed;
        for (int t = 0; t < terms; t++)
        {
            for (int s = 0; s < solved; s++)
            {
                double* row = normal.Row(((long)t * solved) + s);
                for (int f = 0; f < other; f++)
                {
                    double weight = damping + Diagonal(side.Stored(s, f));
                    double* products = gram.Row(((long)t * other) + f) + f;
                    for (int u = 0; u < terms; u++)
                    {
                        row[(u * solved) + s] += weight * products[u * other];
                    }
                }
            }
        }
    }

    /// <summary>Adds the part of N that is not due to <see cref="Diagonal"/>.</summary>
    protected abstract void AddNormal(in FactorSide side, TermFactors fixedFactors, DenseMatrix gram, DenseMatrix normal);

    /// <summary>What the matrix has on its diagonal beyond what <see cref="AddNormal"/> knows of.</summary>
    /// <param name="input">The input, or −1 for one beyond the matrix.</param>
    protected abstract double Diagonal(int input);
}
