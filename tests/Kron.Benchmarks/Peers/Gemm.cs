namespace Kron.Benchmarks.Peers;

/// <summary>A batch of products prepared by a library.</summary>
internal abstract unsafe class Gemm
{
    /// <summary>How the library was asked, where it can be asked in several ways.</summary>
    public virtual string Detail => "";

    /// <summary>Computes C, overwriting it.</summary>
    public abstract void Run(float* a, float* b, float* c);
}
