using System;
using System.Linq;
using Kron.Cuda.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.StandinTests;

/// <summary>Batches between the host's layout and the device's.</summary>
public sealed class BatchTests : StandinCuda
{
    [StandinTheory]
    [InlineData(0, 3, 4)]
    [InlineData(1, 3, 4)]
    [InlineData(4, 3, 4)]
    [InlineData(5, 3, 4)]
    [InlineData(13, 5, 4)]
    [InlineData(13, 1, 4)]
    [InlineData(13, 5, 1)]
    [InlineData(13, 5, 2)]
    [InlineData(13, 5, 13)]
    [InlineData(3, 5, 100)]
    [InlineData(3001, 700, 1500)] // more than a slot of the staging, in each of the chunks but the last
    public void Samples_lie_innermost_in_chunks(int batch, int size, int chunk)
    {
        using CudaContext context = Open(new CudaContextOptions { ChunkSamples = chunk });
        using CudaBuffer<float> buffer = context.Allocate<float>((long)batch * size);
        float[] samples = [.. Enumerable.Range(0, batch * size).Select(i => i + 0.5f)];
        float[] device = new float[batch * size];
        float[] back = new float[batch * size];

        context.Upload(samples, size, buffer);
        buffer.CopyTo(device);
        context.Download(buffer, size, back);

        back.AsSpan().SequenceEqual(samples).ShouldBeTrue();
        int wrong = 0;
        for (int sample = 0; sample < batch; sample++)
        {
            int start = sample / chunk * chunk;
            int columns = System.Math.Min(chunk, batch - start);
            for (int feature = 0; feature < size; feature++)
            {
                wrong += device[(start * size) + (feature * columns) + sample - start] == samples[(sample * size) + feature] ? 0 : 1;
            }
        }

        wrong.ShouldBe(0);
    }

    [StandinFact]
    public void A_longer_buffer_serves_too_and_its_rest_is_left_alone()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> buffer = context.Allocate<float>(10);
        buffer.CopyFrom(Enumerable.Repeat(7f, 10).ToArray());
        float[] device = new float[10];

        context.Upload([1, 2, 3, 4, 5, 6], 2, buffer);
        buffer.CopyTo(device);

        device.ShouldBe([1, 3, 5, 2, 4, 6, 7, 7, 7, 7]);
    }

    [StandinFact]
    public void Arguments_that_do_not_fit_are_refused_before_any_call()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> buffer = context.Allocate<float>(6);
        long calls = Standin.Calls("*");

        Should.Throw<ArgumentOutOfRangeException>(() => context.Upload(new float[6], 0, buffer)).ParamName.ShouldBe("size");
        Should.Throw<ArgumentOutOfRangeException>(() => context.Download(buffer, -1, new float[6])).ParamName.ShouldBe("size");
        Should.Throw<ArgumentException>(() => context.Upload(new float[5], 2, buffer)).Message.ShouldStartWith("The batch has 5 floats; expected a multiple of 2.");
        Should.Throw<ArgumentException>(() => context.Download(buffer, 4, new float[6])).ParamName.ShouldBe("samples");
        Should.Throw<ArgumentException>(() => context.Upload(new float[8], 2, buffer)).Message.ShouldStartWith("The buffer has 6 floats; expected at least the batch's 8.");
        Should.Throw<ArgumentException>(() => context.Download(buffer, 2, new float[8])).ParamName.ShouldBe("source");
        Should.Throw<ArgumentNullException>(() => context.Upload(new float[8], 2, null!)).ParamName.ShouldBe("destination");
        Should.Throw<ArgumentNullException>(() => context.Download(null!, 2, new float[8])).ParamName.ShouldBe("source");
        Standin.Calls("*").ShouldBe(calls);
    }

    [StandinFact]
    public void A_transposition_that_fails_names_its_sizes_and_leaves_nothing()
    {
        using CudaContext context = Open();
        using CudaBuffer<float> buffer = context.Allocate<float>(6);
        Standin.Fail("cublasSgeam", status: 13);

        CudaException error = Should.Throw<CudaException>(() => context.Upload(new float[6], 2, buffer));

        error.Message.ShouldStartWith("cublasSgeam failed with CUBLAS_STATUS_EXECUTION_FAILED (13)");
        error.Message.ShouldEndWith("A 3×2 matrix was to be transposed.");
        context.TrimPool();
        Standin.Live("memory").ShouldBe(2);
    }
}
