namespace Kron;

/// <summary>The nonlinearity f of a layer.</summary>
public enum Activation
{
    /// <summary>The identity.</summary>
    None,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x where x ≥ 0, else Slope · x.</summary>
    LeakyRelu,

    /// <summary>1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x · Φ(x) with the Gaussian distribution function Φ (the erf form).</summary>
    Gelu,

    /// <summary>x / (1 + e^−x).</summary>
    Silu,

    /// <summary>The maximum over groups of Pieces consecutive pre-activations.</summary>
    Maxout,
}

/// <summary>Where the activation is applied to a sum of Kronecker products.</summary>
public enum Nonlinearity
{
    /// <summary>f(Σ_i (A_i ⊗ B_i) x + b): Eq. 7 of arXiv 1512.09194.</summary>
    AfterSum,

    /// <summary>Σ_i f((A_i ⊗ B_i) x + b_i): Eq. 12 of arXiv 1512.09194.</summary>
    PerTerm,
}

/// <summary>The bias of a layer.</summary>
public enum BiasMode
{
    /// <summary>One bias vector [m].</summary>
    Shared,

    /// <summary>No bias.</summary>
    None,

    /// <summary>One bias vector for each product, [r_total, m]; only with <see cref="Nonlinearity.PerTerm"/>.</summary>
    PerTerm,
}

/// <summary>How an input image c × h × w is read as the n1 × n2 matrix of a Kronecker product (arXiv 1512.09194, section 3).</summary>
public enum Formulation
{
    /// <summary>The input is a vector; n1 and n2 are free.</summary>
    Matrix,

    /// <summary>n1 = c, n2 = h·w.</summary>
    I,

    /// <summary>n1 = c·h, n2 = w.</summary>
    II,

    /// <summary>n1 = c·w, n2 = h, the image read with h and w swapped.</summary>
    III,
}

/// <summary>The instruction set a layer object runs on.</summary>
public enum KernelTarget
{
    /// <summary>The best target this machine runs at full speed.</summary>
    Best,

    /// <summary>x86-64 AVX-512 (F, VL, BW, DQ), 16 lanes.</summary>
    Avx512,

    /// <summary>x86-64 AVX2 with FMA, 8 lanes.</summary>
    Avx2,

    /// <summary>ARM64 NEON, 4 lanes.</summary>
    AdvSimd,

    /// <summary>Portable 128-bit vectors (SSE, WebAssembly SIMD, …), 4 lanes.</summary>
    Vector128,

    /// <summary>Plain C# floats.</summary>
    Scalar,
}
