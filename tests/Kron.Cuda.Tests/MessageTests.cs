using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests;

public sealed class MessageTests
{
    [Fact]
    public void A_failure_says_the_call_the_status_its_text_and_the_sizes()
    {
        var error = new CudaException("cudaMalloc", 2, "cudaErrorMemoryAllocation", "out of memory", "12 bytes were wanted.");

        error.Message.ShouldBe("cudaMalloc failed with cudaErrorMemoryAllocation (2): out of memory. 12 bytes were wanted.");
        (error.Call, error.Status, error.StatusName).ShouldBe(("cudaMalloc", 2, "cudaErrorMemoryAllocation"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    public void A_failure_without_text_and_sizes_is_a_sentence_too(string? text, string? details) =>
        new CudaException("cuDeviceGet", 3, "CUDA_ERROR_NOT_INITIALIZED", text, details).Message
            .ShouldBe("cuDeviceGet failed with CUDA_ERROR_NOT_INITIALIZED (3).");

    [Fact]
    public void A_matrix_product_is_described_by_all_its_sizes() =>
        new GemmCall("the large factor's product", true, false, 2, 3, 4, 0x10, 5, 60, 0x20, 7, 80, 0x30, 9, 100, 11, 0.5f).Describe().ShouldBe(
            "It was the large factor's product: 11 products 2×4 · 4×3, Aᵀ with leading dimension 5 and stride 60, B with leading dimension 7 and stride 80, C with leading dimension 9 and stride 100, beta 0.5.");

    [Fact]
    public void Sizes_are_rounded_up_by_an_eighth_at_most_and_small_ones_to_512_bytes()
    {
        for (long bytes = 0; bytes < 200_000; bytes++)
        {
            long size = DeviceMemoryPool.SizeClass(bytes);

            size.ShouldBeGreaterThanOrEqualTo(bytes);
            (size % 512).ShouldBe(0);
            size.ShouldBeLessThanOrEqualTo(System.Math.Max(bytes + (bytes / 8) + 1, ((bytes + 511) / 512 * 512) + (bytes == 0 ? 512 : 0)));
            DeviceMemoryPool.SizeClass(size).ShouldBe(size);
        }

        DeviceMemoryPool.SizeClass((1L << 40) + 1).ShouldBe((1L << 40) + (1L << 37));
    }
}
