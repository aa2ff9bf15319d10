using System;
using System.Numerics;

namespace Kron.Decomposition;

/// <summary>The left or the right factors of some products, in double precision and transposed: row (t, j) is column j of factor t.</summary>
internal sealed unsafe class TermFactors : IDisposable
{
    // What is left of a factor below this part of it is rounding, not a direction.
    private const double Collapse = 1e-13;

    /// <summary>Makes zero factors.</summary>
    /// <param name="terms">The number of products.</param>
    /// <param name="rows">Rows of a factor.</param>
    /// <param name="columns">Columns of a factor.</param>
    public TermFactors(int terms, int rows, int columns)
    {
        (Terms, Rows, Columns) = (terms, rows, columns);
        Values = new DenseMatrix((long)terms * columns, rows);
    }

    public int Terms { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>[(t, j) × i].</summary>
    public DenseMatrix Values { get; private set; }

    /// <summary>Entries of all factors.</summary>
    public int Length => Terms * Rows * Columns;

    // One factor is contiguous: its rows' padding is zero, and stays so.
    private long TermLength => Columns * Values.Stride;

    /// <summary>Reads factors in canonical order, [t, i, j].</summary>
    public void Load<T>(ReadOnlySpan<T> factors)
        where T : INumberBase<T>
    {
        for (int k = 0; k < Length; k++)
        {
            (int t, int rest) = Math.DivRem(k, Rows * Columns);
            Values.Row(((long)t * Columns) + (rest % Columns))[rest / Columns] = double.CreateTruncating(factors[k]);
        }
    }

    /// <summary>Writes factors in canonical order.</summary>
    public void Store(Span<float> factors)
    {
        for (int k = 0; k < factors.Length; k++)
        {
            (int t, int rest) = Math.DivRem(k, Rows * Columns);
            factors[k] = (float)Values.Row(((long)t * Columns) + (rest % Columns))[rest / Columns];
        }
    }

    /// <summary>Factors in canonical order, [t, i, j], as they are.</summary>
    public double[] ToArray()
    {
        var factors = new double[Terms * Rows * Columns];
        for (int k = 0; k < factors.Length; k++)
        {
            (int t, int rest) = Math.DivRem(k, Rows * Columns);
            factors[k] = Values.Row(((long)t * Columns) + (rest % Columns))[rest / Columns];
        }

        return factors;
    }

    /// <summary>weight += sign · Σ A_t ⊗ B_t.</summary>
    /// <param name="shape">The shape; its R is the number of products.</param>
    /// <param name="columns">The stored input of each logical one, or null when they agree.</param>
    /// <param name="left">A.</param>
    /// <param name="right">B.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="sign">1 or −1.</param>
    public static void AddProducts(ShapeGroup shape, int[]? columns, TermFactors left, TermFactors right, DenseMatrix weight, double sign)
    {
        var matrix = new RearrangedMatrix(new WeightSource(weight, columns), shape);
        using KroneckerSum sum = KroneckerSum.Load<double>(matrix, shape.R, left.ToArray(), right.ToArray(), sign);
        sum.AddTo(read: true, write: true);
    }

    /// <summary>A copy.</summary>
    public TermFactors Clone()
    {
        var copy = new TermFactors(Terms, Rows, Columns);
        DenseMatrices.Copy(Values, copy.Values);
        return copy;
    }

    /// <summary>A copy of one factor.</summary>
    public TermFactors Single(int t)
    {
        var copy = new TermFactors(1, Rows, Columns);
        MatrixKernels.Axpy(1, Term(t), copy.Term(0), TermLength);
        return copy;
    }

    /// <summary>Scales left and right factors to equal norms over all products, without a change of their sum.</summary>
    public static void Balance(TermFactors left, TermFactors right)
    {
        double scale = Math.Sqrt(Math.Sqrt(DenseMatrices.Dot(right.Values, right.Values) / DenseMatrices.Dot(left.Values, left.Values)));
        if (double.IsFinite(scale) && scale > 0)
        {
            DenseMatrices.Scale(scale, left.Values);
            DenseMatrices.Scale(1 / scale, right.Values);
        }
    }

    /// <summary>Exchanges values with factors of equal size.</summary>
    public void Exchange(TermFactors others) => (Values, others.Values) = (others.Values, Values);

    /// <summary>⟨F_t[·, j], F_t'[·, j']⟩ as a matrix [(t, j) × (t', j')], both triangles.</summary>
    public DenseMatrix Gram()
    {
        using var transposed = new DenseMatrix(Rows, Values.Rows);
        for (long k = 0; k < Values.Rows; k++)
        {
            for (int i = 0; i < Rows; i++)
            {
                transposed.Row(i)[k] = Values.Row(k)[i];
            }
        }

        var gram = new DenseMatrix(Values.Rows, Values.Rows);
        SymmetricProducts.AddGram(transposed, gram);
        SymmetricProducts.Mirror(gram);
        return gram;
    }

    /// <summary>Makes these factors orthonormal as vectors and changes their partners so that the sum of products stays what it is.</summary>
    /// <param name="partners">Null to let the sum go.</param>
    public void Orthonormalise(TermFactors? partners)
    {
        for (int t = 0; t < Terms; t++)
        {
            double before = Math.Sqrt(SquaredNorm(t));
            for (int earlier = 0; earlier < t; earlier++)
            {
                MovePart(partners, t, earlier);
            }

            // What cancelled almost wholly is made orthogonal to rounding by the second sweep (Kahan and Parlett: twice is enough).
            for (int earlier = 0; earlier < t; earlier++)
            {
                MovePart(partners, t, earlier);
            }

            double norm = Math.Sqrt(SquaredNorm(t));
            bool vanishes = !(norm > Collapse * before);
            Scale(t, vanishes ? 0 : 1 / norm);
            partners?.Scale(t, vanishes ? 0 : norm);
        }
    }

    /// <summary>
    /// Brings Σ A_t ⊗ B_t to the form of <see cref="Kpsvd"/>: both kinds of factor orthogonal and of equal norms, these
    /// descending, and the first of A_t's entries of largest magnitude positive.
    /// </summary>
    public static void Canonicalise(TermFactors left, TermFactors right)
    {
        left.Orthonormalise(right);
        int terms = left.Terms;
        using var gram = new DenseMatrix(terms, terms);
        for (int t = 0; t < terms; t++)
        {
            for (int u = 0; u < terms; u++)
            {
                gram.Row(t)[u] = right.Dot(t, u);
            }
        }

        using var rotation = new DenseMatrix(terms, terms);
        SymmetricEigensolver.LeadingEigenpairs(gram, new double[terms], rotation);
        left.Rotate(rotation);
        right.Rotate(rotation);
        for (int t = 0; t < terms; t++)
        {
            double sigma = Math.Sqrt(right.SquaredNorm(t));
            double sign = left.Sign(t);
            left.Scale(t, sign * Math.Sqrt(sigma));
            right.Scale(t, sigma > 0 ? sign / Math.Sqrt(sigma) : 0);
        }
    }

    /// <summary>Adds a multiple of the part of these factors that is orthogonal to all others'.</summary>
    /// <param name="others">Orthonormal.</param>
    /// <param name="scale">The multiple.</param>
    public void MoveFrom(TermFactors others, double scale)
    {
        var parts = new double[others.Terms];
        for (int t = 0; t < Terms; t++)
        {
            for (int u = 0; u < parts.Length; u++)
            {
                parts[u] = MatrixKernels.Dot(others.Term(u), Term(t), TermLength);
            }

            Scale(t, 1 + scale);
            for (int u = 0; u < parts.Length; u++)
            {
                MatrixKernels.Axpy(-scale * parts[u], others.Term(u), Term(t), TermLength);
            }
        }
    }

    /// <summary>‖F_t‖²_F.</summary>
    public double SquaredNorm(int t) => Dot(t, t);

    /// <summary>Frees the factors.</summary>
    public void Dispose() => Values.Dispose();

    private double* Term(int t) => Values.Row((long)t * Columns);

    private double Dot(int t, int u) => MatrixKernels.Dot(Term(t), Term(u), TermLength);

    private void Add(int source, double scale, int target) => MatrixKernels.Axpy(scale, Term(source), Term(target), TermLength);

    private void MovePart(TermFactors? partners, int t, int earlier)
    {
        double part = Dot(earlier, t);
        Add(earlier, -part, t);
        partners?.Add(t, part, earlier);
    }

    private void Scale(int t, double scale)
    {
        double* values = Term(t);
        for (long i = 0; i < TermLength; i++)
        {
            values[i] *= scale;
        }
    }

    /// <summary>The sign of the first entry of largest magnitude, row by row.</summary>
    private double Sign(int t)
    {
        double largest = 0;
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                double value = Values.Row(((long)t * Columns) + j)[i];
                if (Math.Abs(value) > Math.Abs(largest))
                {
                    largest = value;
                }
            }
        }

        return largest < 0 ? -1 : 1;
    }

    private void Rotate(DenseMatrix rotation)
    {
        DenseMatrix old = Values;
        Values = new DenseMatrix(old.Rows, Rows);
        for (int u = 0; u < Terms; u++)
        {
            for (int t = 0; t < Terms; t++)
            {
                MatrixKernels.Axpy(rotation.Row(t)[u], old.Row((long)t * Columns), Term(u), TermLength);
            }
        }

        old.Dispose();
    }
}
