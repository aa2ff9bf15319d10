using System;
using System.Linq;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;
using static Kron.Cuda.Tests.SelfTests.Exports;

namespace Kron.Cuda.Tests.SelfTests;

/// <summary>Products of matrices in the stand-in.</summary>
public sealed unsafe class GemmTests : StandinTest
{
    private const int Single = 68, TensorFloat32 = 77, BFloat16 = 75;

    private readonly nint handle;

    public GemmTests()
    {
        cublasCreate_v2(out handle).ShouldBe(0);
        cublasSetStream_v2(handle, Stream).ShouldBe(0);
    }

    [StandinTheory]
    [InlineData(0, 0, 5, 3, 4, 5, 4, 5, 1f, 0f)]
    [InlineData(1, 0, 13, 9, 7, 8, 7, 14, 2f, 1f)]
    [InlineData(0, 1, 16, 4, 21, 17, 6, 16, 1f, -0.5f)]
    [InlineData(1, 1, 1, 11, 2, 2, 11, 1, -1f, 1f)]
    [InlineData(2, 2, 8, 8, 8, 9, 10, 11, 0f, 1f)]
    [InlineData(0, 0, 3, 2, 0, 3, 1, 3, 1f, 2f)]
    public void A_batch_is_multiplied(int transposeA, int transposeB, int m, int n, int k, int lda, int ldb, int ldc, float alpha, float beta)
    {
        const int Count = 3;
        int sizeA = lda * (transposeA == 0 ? k : m), sizeB = ldb * (transposeB == 0 ? n : k), sizeC = ldc * n;
        var random = new Random(m + n);
        float[] a = Values(random, Count * sizeA), b = Values(random, Count * sizeB), c = Values(random, Count * sizeC);
        nint at = Device(c);
        Multiply(transposeA, transposeB, m, n, k, alpha, k == 0 ? 0 : Device(a), lda, sizeA, k == 0 ? 0 : Device(b), ldb, sizeB, beta, at, ldc, sizeC, Count).ShouldBe(0);
        float[] expected = [.. c];
        for (int batch = 0; batch < Count; batch++)
        {
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (int p = 0; p < k; p++)
                    {
                        sum += (double)a[(batch * sizeA) + (transposeA == 0 ? i + (p * lda) : p + (i * lda))] * b[(batch * sizeB) + (transposeB == 0 ? p + (j * ldb) : j + (p * ldb))];
                    }

                    int to = (batch * sizeC) + i + (j * ldc);
                    expected[to] = (float)((alpha * sum) + ((double)beta * c[to]));
                }
            }
        }

        Read(at, c.Length).ShouldBe(expected);
        Standin.Violations.ShouldBe(0);
    }

    [StandinFact]
    public void Without_beta_C_is_not_read()
    {
        nint c = Device(1);
        Multiply(0, 0, 1, 1, 1, 1, Device(2f), 1, 1, Device(3f), 1, 1, 0, c, 1, 1, 1).ShouldBe(0);
        Read(c, 1).ShouldBe([6]);
    }

    [StandinFact]
    public void Uninitialised_operands_show()
    {
        nint c = Device(1);
        Multiply(0, 0, 1, 1, 1, 1, Device(1), 1, 1, Device(3f), 1, 1, 0, c, 1, 1, 1).ShouldBe(0);
        Read(c, 1)[0].ShouldBe(float.NaN);
    }

    [StandinTheory]
    [InlineData(Single, 1 + (1f / 512) + (1f / 4096), 1 + (1f / 512) + (1f / 4096))]
    [InlineData(TensorFloat32, 1 + (1f / 1024) + (1f / 4096), 1 + (1f / 1024))]
    [InlineData(TensorFloat32, 1 + (1f / 2048), 1 + (1f / 1024))]
    [InlineData(TensorFloat32, -1 - (1f / 2048), -1 - (1f / 1024))]
    [InlineData(BFloat16, 1 + (1f / 128) + (1f / 1024), 1 + (1f / 128))]
    [InlineData(BFloat16, 1 + (1f / 256), 1)]
    [InlineData(BFloat16, 1 + (3f / 256), 1 + (2f / 128))]
    public void Operands_are_rounded_as_the_mode_says(int computeType, float operand, float rounded)
    {
        nint c = Device(2), operands = Device(operand, 1f);
        Multiply(0, 0, 1, 1, 1, 1, operands, 1, 1, operands + 4, 1, 1, 0, c, 1, 1, 1, computeType).ShouldBe(0);
        Multiply(0, 0, 1, 1, 1, 1, operands + 4, 1, 1, operands, 1, 1, 0, c + 4, 1, 1, 1, computeType).ShouldBe(0);
        Read(c, 2).ShouldBe([rounded, rounded]);
    }

    [StandinFact]
    public void The_work_is_done_late()
    {
        nint a = Device(2f), c = Device(1);
        cudaStreamSynchronize(Stream).ShouldBe(0);
        Multiply(0, 0, 1, 1, 1, 1, a, 1, 1, Device(3f), 1, 1, 0, c, 1, 1, 1).ShouldBe(0);
        ShouldBeViolation(cudaFree(a), InvalidValue, "still queued");
        Read(c, 1).ShouldBe([6]);
        cudaFree(a).ShouldBe(0);
    }

    // Each column of C belongs to all matrices, one row of it to each.
    [StandinFact]
    public void Interleaved_matrices_of_C_are_apart()
    {
        nint c = Device(12);
        Multiply(0, 0, 2, 2, 1, 1, Device(1f, 2f, 3f, 4f, 5f, 6f), 2, 2, Device(1f, 10f), 1, 0, 0, c, 6, 2, 3).ShouldBe(0);
        Read(c, 12).ShouldBe([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]);
    }

    // In one range of memory A has the even elements and C the odd ones.
    [StandinFact]
    public void C_may_lie_between_the_elements_of_A()
    {
        nint both = Device(1f, 0f, 2f, 0f, 3f, 0f);
        Multiply(0, 0, 1, 3, 1, 1, Device(10f), 1, 0, both, 2, 0, 0, both + 4, 2, 0, 1).ShouldBe(0);
        Read(both, 6).ShouldBe([1, 10, 2, 20, 3, 30]);
    }

    [StandinTheory]
    [InlineData(2, 2, 2, 0)]
    [InlineData(2, 2, 2, 1)]
    [InlineData(2, 2, 2, 3)]
    [InlineData(3, 2, 6, 2)]
    [InlineData(3, 3, 7, 6)]
    public void Overlapping_matrices_of_C_are_refused(int m, int n, int ldc, long strideC) =>
        ShouldBeViolation(
            Multiply(0, 0, m, n, 1, 1, Device(30), m, 0, Device(30), 1, 0, 0, Device(100), ldc, strideC, 3), 7, "matrices of C", $"{m} x {n}", $"dimension {ldc}", $"stride {strideC}");

    [StandinFact]
    public void C_does_not_overlap_an_operand()
    {
        nint both = Device(40);
        ShouldBeViolation(Multiply(0, 0, 4, 4, 4, 1, both, 4, 0, Device(16), 4, 0, 0, both + 60, 4, 0, 1), 7, "C overlaps A");
        Multiply(0, 0, 4, 4, 4, 1, Device(16), 4, 0, both + 60, 4, 0, 0, both, 4, 0, 1).ShouldBe(7);
        Standin.LastViolation.ShouldContain("C overlaps B");
        Multiply(0, 0, 4, 4, 4, 1, Device(16), 4, 0, both + 64, 4, 0, 0, both, 4, 0, 1).ShouldBe(0);
    }

    [StandinTheory]
    [InlineData(0, 0, 3, 4, 4, "A has leading dimension 3")]
    [InlineData(1, 0, 4, 4, 4, "A has leading dimension 4")]
    [InlineData(0, 0, 4, 4, 4, "B has leading dimension 4")]
    [InlineData(0, 1, 4, 5, 4, "B has leading dimension 5")]
    [InlineData(0, 0, 4, 5, 3, "C has leading dimension 3")]
    public void A_leading_dimension_covers_the_rows(int transposeA, int transposeB, int lda, int ldb, int ldc, string said) =>
        ShouldBeViolation(Multiply(transposeA, transposeB, 4, 6, 5, 1, Device(100), lda, 0, Device(100), ldb, 0, 0, Device(100), ldc, 0, 1), 7, said);

    [StandinTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_matrix_lies_inside_its_allocation(int shorter)
    {
        // 2 matrices of 3 x 4, 4 x 2 and 3 x 2 with more rows than they use.
        nint a = Device((5 * 7) + 3 - (shorter == 0 ? 1 : 0)), b = Device(10 + 6 + 4 - (shorter == 1 ? 1 : 0)), c = Device(20 + 5 + 3 - (shorter == 2 ? 1 : 0));
        ShouldBeViolation(Multiply(0, 0, 3, 2, 4, 1, a, 5, 20, b, 6, 10, 0, c, 5, 20, 2), 7, $"{"ABC"[shorter]}, ", "leaves its device allocation");
    }

    [StandinFact]
    public void Every_matrix_may_fill_its_allocation() =>
        Multiply(0, 0, 3, 2, 4, 1, Device((5 * 7) + 3), 5, 20, Device(10 + 6 + 4), 6, 10, 0, Device(20 + 5 + 3), 5, 20, 2).ShouldBe(0);

    [StandinFact]
    public void Wrong_types_and_modes_are_refused()
    {
        nint one = Device(1f), c = Device(1);
        Multiply(0, 0, 1, 1, 1, 1, one, 1, 0, one, 1, 0, 0, c, 1, 0, 1, computeType: 64).ShouldBe(15);
        Multiply(0, 0, 1, 1, 1, 1, one, 1, 0, one, 1, 0, 0, c, 1, 0, 1, typeA: 2).ShouldBe(15);
        Multiply(0, 0, 1, 1, 1, 1, one, 1, 0, one, 1, 0, 0, c, 1, 0, 1, algorithm: 50).ShouldBe(7);
        Multiply(3, 0, 1, 1, 1, 1, one, 1, 0, one, 1, 0, 0, c, 1, 0, 1).ShouldBe(7);
        Multiply(0, 0, -1, 1, 1, 1, one, 1, 0, one, 1, 0, 0, c, 1, 0, 1).ShouldBe(7);
        Multiply(0, 0, 1, 1, 1, 1, one, 1, 0, one, 1, 0, 0, c, 1, 0, -1).ShouldBe(7);
        Standin.Violations.ShouldBe(6);
    }

    [StandinFact]
    public void A_stride_is_not_negative()
    {
        nint four = Device(4);
        ShouldBeViolation(Multiply(0, 0, 1, 1, 1, 1, four, 1, -1, four, 1, 0, 0, Device(4), 1, 1, 2), 7, "A has stride -1");
    }

    [StandinFact]
    public void A_matrix_is_aligned_to_its_elements()
    {
        nint four = Device(4);
        ShouldBeViolation(Multiply(0, 0, 1, 1, 1, 1, four + 1, 1, 0, four, 1, 0, 0, Device(4), 1, 0, 1), 7, "A at", "not aligned");
    }

    [StandinFact]
    public void The_factors_are_in_the_hosts_memory()
    {
        nint x = Device(1f), c = Device(1);
        float one = 1;
        ShouldBeViolation(cublasGemmStridedBatchedEx(handle, 0, 0, 1, 1, 1, (float*)x, x, 0, 1, 0, x, 0, 1, 0, &one, c, 0, 1, 0, 1, Single, -1), 7, "device memory");
        cublasSgeam(handle, 0, 0, 1, 1, &one, x, 1, (float*)x, x, 1, c, 1).ShouldBe(7);
        Standin.Violations.ShouldBe(2);
    }

    [StandinFact]
    public void A_handle_needs_a_stream()
    {
        cublasCreate_v2(out nint fresh).ShouldBe(0);
        float one = 1;
        nint x = Device(1f);
        ShouldBeViolation(cublasGemmStridedBatchedEx(fresh, 0, 0, 1, 1, 1, &one, x, 0, 1, 0, x, 0, 1, 0, &one, Device(1f), 0, 1, 0, 1, Single, -1), 7, "no stream");
    }

    [StandinFact]
    public void A_destroyed_handle_is_not_used()
    {
        cublasDestroy_v2(handle).ShouldBe(0);
        ShouldBeViolation(Multiply(0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1), 1, "not a live handle");
    }

    [StandinFact]
    public void Products_write_to_their_workspace()
    {
        nint workspace = Device([.. Enumerable.Repeat(1f, 1024)]), x = Device(1f);
        cublasSetWorkspace_v2(handle, workspace, 4096).ShouldBe(0);
        Multiply(0, 0, 1, 1, 1, 1, x, 1, 0, x, 1, 0, 0, Device(1), 1, 0, 1).ShouldBe(0);
        Read(workspace, 1).ShouldBe([float.NaN]);
        Standin.ProductsWithoutWorkspace.ShouldBe(0);
        Multiply(0, 0, 1, 1, 1, 1, x, 1, 0, x, 1, 0, 0, workspace + 8, 1, 0, 1).ShouldBe(7);
        Standin.LastViolation.ShouldContain("C overlaps the workspace");
    }

    [StandinFact]
    public void Setting_the_stream_takes_the_workspace_away()
    {
        nint x = Device(1f);
        cublasSetWorkspace_v2(handle, Device(64), 256).ShouldBe(0);
        cublasSetStream_v2(handle, Stream).ShouldBe(0);
        Multiply(0, 0, 1, 1, 1, 1, x, 1, 0, x, 1, 0, 0, Device(1), 1, 0, 1).ShouldBe(0);
        Standin.ProductsWithoutWorkspace.ShouldBe(1);
    }

    [StandinFact]
    public void A_workspace_is_aligned_and_lives()
    {
        nint workspace = Device(1024), x = Device(1f);
        cublasSetWorkspace_v2(handle, workspace + 128, 1024).ShouldBe(7);
        cublasSetWorkspace_v2(handle, workspace, 4097).ShouldBe(7);
        cublasSetWorkspace_v2(handle, workspace, 4096).ShouldBe(0);
        cudaFree(workspace).ShouldBe(0);
        Multiply(0, 0, 1, 1, 1, 1, x, 1, 0, x, 1, 0, 0, Device(1), 1, 0, 1).ShouldBe(7);
        Standin.LastViolation.ShouldContain("the workspace");
        Standin.Violations.ShouldBe(3);
    }

    [StandinTheory]
    [InlineData(0, 0, 3, 5, 4, 3, 3, 2f, -1f)]
    [InlineData(1, 0, 4, 2, 3, 5, 6, 1f, 0f)]
    [InlineData(0, 1, 6, 7, 6, 8, 9, 0f, 1f)]
    [InlineData(1, 1, 2, 9, 9, 9, 2, 1f, 1f)]
    public void Matrices_are_added(int transposeA, int transposeB, int m, int n, int lda, int ldb, int ldc, float alpha, float beta)
    {
        var random = new Random(m);
        float[] a = Values(random, lda * (transposeA == 0 ? n : m)), b = Values(random, ldb * (transposeB == 0 ? n : m)), c = Values(random, ldc * n);
        nint at = Device(c);
        Add(transposeA, transposeB, m, n, alpha, alpha == 0 ? 0 : Device(a), lda, beta, beta == 0 ? 0 : Device(b), ldb, at, ldc).ShouldBe(0);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double left = a[transposeA == 0 ? i + (j * lda) : j + (i * lda)], right = b[transposeB == 0 ? i + (j * ldb) : j + (i * ldb)];
                c[i + (j * ldc)] = (float)((alpha * left) + (beta * right));
            }
        }

        Read(at, c.Length).ShouldBe(c);
        Standin.Violations.ShouldBe(0);
    }

    [StandinFact]
    public void A_sum_may_be_in_place_unless_it_transposes()
    {
        nint both = Device(1f, 2f, 3f, 4f), b = Device(1f, 1f, 1f, 1f);
        Add(0, 0, 2, 2, 1, both, 2, 1, b, 2, both, 2).ShouldBe(0);
        Read(both, 4).ShouldBe([2, 3, 4, 5]);
        ShouldBeViolation(Add(1, 0, 2, 2, 1, both, 2, 1, b, 2, both, 2), 7, "C overlaps A");
        Add(0, 0, 1, 2, 1, b, 1, 1, both, 1, both + 4, 1).ShouldBe(7);
        Standin.LastViolation.ShouldContain("C overlaps B");
    }

    [StandinFact]
    public void Matrices_of_a_sum_are_checked()
    {
        nint a = Device(4f, 4f, 4f, 4f), c = Device(4);
        ShouldBeViolation(Add(0, 0, 2, 2, 1, a, 1, 0, a, 2, c, 2), 7, "A has leading dimension 1");
        Add(0, 0, 2, 3, 1, a, 2, 0, a, 2, c, 2).ShouldBe(7);
        Add(0, 0, 2, 2, 1, c, 2, 0, a, 2, a + 4, 2).ShouldBe(7);
        Standin.LastViolation.ShouldContain("C, 16 bytes from offset 4");
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];

    private int Multiply(
        int transposeA, int transposeB, int m, int n, int k, float alpha, nint a, int lda, long strideA, nint b, int ldb, long strideB,
        float beta, nint c, int ldc, long strideC, int count, int computeType = Single, int typeA = 0, int algorithm = -1) =>
        cublasGemmStridedBatchedEx(
            handle, transposeA, transposeB, m, n, k, &alpha, a, typeA, lda, strideA, b, 0, ldb, strideB, &beta, c, 0, ldc, strideC, count, computeType, algorithm);

    private int Add(int transposeA, int transposeB, int m, int n, float alpha, nint a, int lda, float beta, nint b, int ldb, nint c, int ldc) =>
        cublasSgeam(handle, transposeA, transposeB, m, n, &alpha, a, lda, &beta, b, ldb, c, ldc);
}
